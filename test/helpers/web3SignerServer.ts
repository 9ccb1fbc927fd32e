import { getBytes, type TransactionLike, type TypedDataDomain, type TypedDataField, type Wallet } from "ethers";

import { startRpcServer, type RpcReply, type RpcServer } from "./rpcServer.ts";

interface Payload {
  readonly types: Record<string, TypedDataField[]>;
  readonly domain: TypedDataDomain;
  readonly message: Record<string, unknown>;
}

/** A remote signer that speaks Web3Signer's JSON-RPC, for one account on one chain. */
export function startWeb3Signer(wallet: Wallet, chainId: number): Promise<RpcServer> {
  return startRpcServer(async ({ method, params }) => sign(wallet, chainId, method, params));
}

async function sign(wallet: Wallet, chainId: number, method: string, params: readonly unknown[]): Promise<RpcReply> {
  const isKnown = (account: unknown) => String(account).toLowerCase() === wallet.address.toLowerCase();
  const unknown = { error: { code: -32_000, message: "Signing from is not an unlocked account" } };
  switch (method) {
    case "eth_accounts":
      return { result: [wallet.address.toLowerCase()] };
    case "eth_sign":
      return isKnown(params[0]) ? { result: await wallet.signMessage(getBytes(String(params[1]))) } : unknown;
    case "eth_signTypedData": {
      if (!isKnown(params[0])) return unknown;
      const { types, domain, message } = JSON.parse(String(params[1])) as Payload;
      const own = Object.fromEntries(Object.entries(types).filter(([name]) => name !== "EIP712Domain"));
      return { result: await wallet.signTypedData(domain, own, message) };
    }
    case "eth_signTransaction": {
      const { from, gas, ...others } = params[0] as Record<string, string>;
      if (!isKnown(from)) return unknown;
      const transaction = { ...others, type: 2, chainId, gasLimit: gas, nonce: Number(others.nonce) };
      return { result: await wallet.signTransaction(transaction as TransactionLike) };
    }
    default:
      return { error: { code: -32_601, message: "Method not found" } };
  }
}
