import type { BaseContract } from "ethers";

/** Arguments of the `Transfer` events of a token in the newest block. */
export async function latestTransfers(token: BaseContract): Promise<unknown[][]> {
  const logs = await token.queryFilter("Transfer", "latest");
  return logs.map((log) => [...((token.interface.parseLog(log)?.args ?? []) as unknown[])]);
}
