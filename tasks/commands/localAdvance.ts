import { toQuantity } from "ethers";

import { fetchSlotClock } from "../../clients/report.ts";
import { frameEnd, slotAt, timeOfSlot } from "../../src/oracle/frames.ts";
import type { PoolConnection } from "../connect.ts";
import type { PrintableRecord } from "../output.ts";
import { requireLocal } from "./localCeremony.ts";

/**
 * Moves the clock of a local chain past the end of the frame, so that its report can be made.
 * @throws {InputError} If the chain is not local.
 */
export async function advanceFrame(opened: PoolConnection): Promise<PrintableRecord> {
  requireLocal(opened, "time cannot be moved");
  const { provider } = opened.connection.ethers;
  const clock = await fetchSlotClock(opened.pool.accounting);
  const now = BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
  const refSlot = frameEnd(clock, slotAt(clock, now));
  const nowAt = timeOfSlot(clock, refSlot + 2n);
  await provider.send("evm_setNextBlockTimestamp", [toQuantity(nowAt)]);
  await provider.send("evm_mine", []);
  return { refSlot, nowAt };
}
