import type { BaseContract, TransactionReceipt } from "ethers";

/** Arguments of the first event of that name that a contract emitted in a transaction. */
export function requireEvent(
  contract: BaseContract,
  receipt: TransactionReceipt,
  name: string,
): Record<string, unknown> {
  const address = (contract.target as string).toLowerCase();
  for (const log of receipt.logs) {
    if (log.address.toLowerCase() !== address) continue;
    const parsed = contract.interface.parseLog(log);
    if (parsed?.name === name) return parsed.args.toObject() as Record<string, unknown>;
  }
  throw new Error(`transaction ${receipt.hash} emitted no ${name}`);
}
