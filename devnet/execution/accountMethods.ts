import { getBytes, isHexString, toUtf8Bytes, type BaseWallet } from "ethers";

import type { RpcMethods } from "./dispatch.ts";
import { RPC_CODES, RpcError } from "./jsonRpc.ts";
import type { PendingTransactions } from "./pendingTransactions.ts";
import { explainRefusal } from "./refusals.ts";
import { completeTransaction } from "./sentTransaction.ts";
import { signTypedData } from "./typedData.ts";
import type { Upstream } from "./upstream.ts";

/** Methods of accounts whose keys the node holds. */
export function accountMethods(
  accounts: readonly BaseWallet[],
  upstream: Upstream,
  pending: PendingTransactions,
): RpcMethods {
  const byAddress = new Map(accounts.map((account) => [account.address.toLowerCase(), account]));
  const addresses = [...byAddress.keys()];
  const find = (address: unknown): BaseWallet => {
    const account = typeof address === "string" ? byAddress.get(address.toLowerCase()) : undefined;
    if (account !== undefined) return account;
    throw new RpcError(
      RPC_CODES.invalidParams,
      `no key of account ${String(address)}: sign with its wallet, or use one of the ${addresses.length} of eth_accounts`,
    );
  };
  return {
    eth_accounts: () => Promise.resolve(addresses),
    eth_requestAccounts: () => Promise.resolve(addresses),
    eth_sendTransaction: async ([transaction]) => {
      const { from } = (transaction ?? {}) as { from?: unknown };
      const account = find(from);
      const complete = await completeTransaction(upstream, transaction);
      return pending.inOrder(account.address, async () => {
        const nonce = complete.nonce ?? (await pending.nextNonce(account.address));
        try {
          return await pending.send(await account.signTransaction({ ...complete, nonce }));
        } catch (error) {
          throw explainRefusal(error);
        }
      });
    },
    eth_sign: ([address, message]) => find(address).signMessage(bytesOf(message)),
    personal_sign: ([message, address]) => find(address).signMessage(bytesOf(message)),
    eth_signTypedData_v4: ([address, data]) => signTypedData(find(address), data),
  };
}

/** Wallets take text that is not hexadecimal as it is. */
function bytesOf(message: unknown): Uint8Array {
  if (typeof message !== "string") throw new RpcError(RPC_CODES.invalidParams, "the message is a string");
  return isHexString(message) ? getBytes(message) : toUtf8Bytes(message);
}
