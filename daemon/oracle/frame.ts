import type { Provider } from "ethers";

import type { BeaconNode } from "../../clients/beaconNode.ts";
import { blockAtTime } from "../../clients/blocks.ts";
import type { ObservedPool } from "../../clients/observation.ts";
import { fetchSlotClock } from "../../clients/report.ts";
import { frameEnd, slotAt, timeOfSlot, type SlotClock } from "../../src/oracle/frames.ts";
import type { LastReport } from "../../src/pool/reportChecks.ts";
import { fetchFinality, type Finality } from "./finality.ts";

/** Where the chain and its reports are. */
export interface ReportingState extends Finality {
  readonly clock: SlotClock;
  /** Time of the newest block, seconds: what counts as now. */
  readonly now: bigint;
  readonly blockNumber: number;
  readonly last: LastReport;
  /** The frame that a report is due for; nothing if it is reported, or the pool is younger. */
  readonly due: DueFrame | undefined;
}

/** A frame that a report is due for. */
export interface DueFrame {
  /** Its last slot. */
  readonly refSlot: bigint;
  /** When the next frame has ended, so that its report is due instead, seconds. */
  readonly endsAt: bigint;
  readonly isFinal: boolean;
}

/** Reads where the chain and its reports are. Who was down goes on with the newest frame: the contract takes no other. */
export async function fetchReportingState(
  { pool: { poolETH, accounting }, startBlock }: ObservedPool,
  provider: Provider,
  beacons: readonly BeaconNode[],
): Promise<ReportingState> {
  const [clock, block, last, finality] = await Promise.all([
    fetchSlotClock(accounting),
    provider.getBlock("latest"),
    accounting.lastReport(),
    fetchFinality(beacons),
  ]);
  if (block === null) throw new Error("the execution node has no newest block");
  const now = BigInt(block.timestamp);
  const state = { clock, now, blockNumber: block.number, last, ...finality };
  const { finalSlot } = finality;
  const refSlot = frameEnd(clock, slotAt(clock, now)) - clock.slotsPerFrame;
  if (refSlot < 0n || refSlot <= last.refSlot) return { ...state, due: undefined };
  // The first report shows that the pool was there before all later ones.
  const isYounger =
    last.refSlot === 0n && !(await wasThere(provider, await poolETH.getAddress(), startBlock, clock, refSlot));
  if (isYounger) return { ...state, due: undefined };
  const endsAt = timeOfSlot(clock, refSlot + clock.slotsPerFrame + 1n);
  return { ...state, due: { refSlot, endsAt, isFinal: finalSlot !== undefined && refSlot <= finalSlot } };
}

async function wasThere(
  provider: Provider,
  poolETH: string,
  startBlock: number,
  clock: SlotClock,
  refSlot: bigint,
): Promise<boolean> {
  const time = timeOfSlot(clock, refSlot);
  const number = await blockAtTime(provider, time, startBlock);
  const block = await provider.getBlock(number);
  if (block === null || BigInt(block.timestamp) > time) return false;
  return (await provider.getCode(poolETH, number)) !== "0x";
}
