import { blockAtTime } from "../../clients/blocks.ts";
import { frameEnd, slotAt, timeOfSlot, type SlotClock } from "../../src/oracle/frames.ts";
import type { PoolConnection } from "../connect.ts";
import { InputError } from "../input.ts";

/**
 * The reference slot of a report and the newest block of that slot or before it.
 * @param wanted Slot; without it, the last one of the newest frame that has ended.
 * @throws {InputError} If no frame has ended, or the pool is younger than the slot.
 */
export async function findReportSlot(opened: PoolConnection, clock: SlotClock, wanted: bigint | undefined) {
  const now = BigInt((await opened.connection.ethers.provider.getBlock("latest"))?.timestamp ?? 0);
  const next = frameEnd(clock, slotAt(clock, now));
  const newest = next - clock.slotsPerFrame;
  const refSlot = wanted ?? newest;
  if (refSlot < 0n)
    throw new InputError(
      "refSlot",
      refSlot.toString(),
      "is before the first frame has ended",
      "wait for its end; on a local chain: local advance",
    );
  const block = await findBlock(opened, timeOfSlot(clock, refSlot));
  if (block !== undefined) return { refSlot, block };

  // Only the newest frame that has ended can be reported.
  const isNewestUsable = newest > refSlot && (await findBlock(opened, timeOfSlot(clock, newest))) !== undefined;
  throw new InputError(
    "refSlot",
    refSlot.toString(),
    "is older than the pool's deployment",
    isNewestUsable
      ? `report for slot ${newest}`
      : `wait for slot ${next}, the first to report for; on a local chain: local advance`,
  );
}

/** The newest block that is not later than a time; nothing if the pool was not there yet. */
async function findBlock({ connection, pool, startBlock }: PoolConnection, time: bigint): Promise<number | undefined> {
  const { provider } = connection.ethers;
  const number = await blockAtTime(provider, time, startBlock);
  const block = await provider.getBlock(number);
  if (block === null || BigInt(block.timestamp) > time) return undefined;
  return (await provider.getCode(await pool.poolETH.getAddress(), number)) === "0x" ? undefined : number;
}
