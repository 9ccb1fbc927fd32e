import type { Hex } from "../../../../src/units/hex.ts";
import { DAY, passTime } from "../../../helpers/accounts.ts";
import { activate } from "../../../helpers/activation.ts";
import { exitsOf, requestEther, type StakedSuite, type TestBatch } from "../../../helpers/exits.ts";
import { applyReport, makeReport } from "../../../helpers/report.ts";
import { deployRedeemable } from "../../../helpers/withdrawals.ts";
import { registerStored } from "./storedBatches.ts";

/** A pool with six validators in two batches of one and five, whose files anybody can read. */
export async function deployExiting(folder: string): Promise<StakedSuite> {
  const deployed = await deployRedeemable();
  const [first, second] = await registerStored(deployed, folder, 1, 5);
  if (first === undefined || second === undefined) throw new Error("a batch is missing");
  for (const { ceremony, batchId } of [first, second])
    await activate(deployed, ceremony, batchId, 0, ceremony.keys.length);
  await applyReport(deployed, await makeReport(deployed));
  return { ...deployed, batches: [first, second], exits: await exitsOf(deployed) };
}

/** Has holders ask for 30 ETH and for 40 ETH, which is overdue then: two validators must exit for both. */
export async function makeOverdue(suite: StakedSuite): Promise<void> {
  await requestEther(suite, 30n, 40n);
  await passTime(suite, 7n * DAY + 1n);
}

/** Public keys of both batches. */
export function pubkeysOf(batches: readonly TestBatch[]): Hex[] {
  return batches.flatMap(({ ceremony }) => ceremony.keys.map(({ pubkey }) => pubkey));
}
