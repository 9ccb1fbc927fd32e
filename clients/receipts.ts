import type { BaseContract, TransactionReceipt } from "ethers";

/** Arguments of the events of that name that a contract emitted in a transaction, in their order. */
export function findEvents(contract: BaseContract, receipt: TransactionReceipt, name: string) {
  const address = (contract.target as string).toLowerCase();
  const found: Record<string, unknown>[] = [];
  for (const log of receipt.logs) {
    if (log.address.toLowerCase() !== address) continue;
    const parsed = contract.interface.parseLog(log);
    if (parsed?.name === name) found.push(parsed.args.toObject());
  }
  return found;
}

/** Arguments of the first event of that name that a contract emitted in a transaction. */
export function requireEvent(
  contract: BaseContract,
  receipt: TransactionReceipt,
  name: string,
): Record<string, unknown> {
  const [first] = findEvents(contract, receipt, name);
  if (first === undefined) throw new Error(`transaction ${receipt.hash} emitted no ${name}`);
  return first;
}
