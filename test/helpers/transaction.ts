import { decodeBytes32String, Interface, toQuantity, type BytesLike } from "ethers";

import type { Outcome } from "../../src/pool/outcome.ts";
import { done, refused } from "../../src/pool/outcome.ts";
import { Accounting__factory, Committee__factory, PoolETH__factory } from "../../typechain-types/index.ts";
import type { Chain } from "./suite.ts";

const GAS = toQuantity(5_000_000);
const HEX_MUCH_ETHER = toQuantity(10n ** 27n);

const ERRORS = new Interface([
  ...PoolETH__factory.abi,
  ...Accounting__factory.abi.filter(({ type }) => type === "error"),
  ...Committee__factory.abi.filter(({ type }) => type === "error"),
]);

/** A transaction of any account, also of a contract's. */
export interface Transaction {
  readonly from: string;
  readonly to: string;
  readonly data?: string;
  readonly value?: bigint;
}

/** Lets tests send from an account that holds no key here, and gives it ether for gas. */
export async function impersonate({ provider }: Chain, account: string): Promise<void> {
  await provider.request({ method: "hardhat_impersonateAccount", params: [account] });
  await provider.request({ method: "hardhat_setBalance", params: [account, HEX_MUCH_ETHER] });
}

/** Mines a transaction in a block with timestamp `at`, and tells whether it went through or which error it met. */
export async function execute({ provider }: Chain, transaction: Transaction, at: bigint): Promise<Outcome<null>> {
  const { from, to, data = "0x", value = 0n } = transaction;
  await provider.request({ method: "evm_setNextBlockTimestamp", params: [toQuantity(at)] });
  try {
    await provider.request({
      method: "eth_sendTransaction",
      params: [{ from, to, data, value: toQuantity(value), gas: GAS }],
    });
    return done(null);
  } catch (error) {
    return refused(...decodeError(revertData(error)));
  }
}

function revertData(error: unknown): string {
  if (typeof error === "object" && error !== null && "data" in error && typeof error.data === "string")
    return error.data;
  throw error;
}

function decodeError(data: BytesLike): [name: string, ...args: (bigint | string)[]] {
  const parsed = ERRORS.parseError(data);
  if (parsed === null) throw new Error(`an error that no contract declares: ${data.toString()}`);
  const args = parsed.fragment.inputs.map(({ type }, i): bigint | string => {
    const value: unknown = parsed.args[i];
    if (typeof value === "bigint") return value;
    return type === "bytes32" ? decodeBytes32String(String(value)) : String(value);
  });
  return [parsed.name, ...args];
}
