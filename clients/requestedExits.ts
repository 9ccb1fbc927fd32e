import type { Log } from "ethers";

import type { ValidatorExitRequests } from "../typechain-types/index.ts";
import { chainOf } from "./committee.ts";
import type { ExitMark } from "./overdueExits.ts";
import { fetchLogs, type ScannedBlocks } from "./logs.ts";

/** Keys that one call can open: each takes 176 bytes, and nodes take no transaction of more than 128 KiB. */
const MOST_OPENED = 744;

/** A key by its place in the registry. */
export interface KeyPlace {
  readonly batchId: bigint;
  readonly position: number;
}

/** A key whose exit was requested, and what is known of that. */
export interface RequestedExit extends KeyPlace {
  readonly mark: ExitMark;
}

interface RequestEvent {
  readonly batchId: bigint;
  readonly position: bigint;
  readonly count: bigint;
}

/** Keys whose exits were requested through the pool manager in some blocks; those that are gone are left out. */
export async function fetchRequestedExits(
  exits: ValidatorExitRequests,
  { fromBlock, toBlock }: ScannedBlocks,
): Promise<RequestedExit[]> {
  const { interface: abi } = exits;
  const names = ["ExitsRequested", "OverdueExitsTriggered"] as const;
  const topics = names.map((name) => abi.getEvent(name).topicHash);
  const address = await exits.getAddress();
  const found: RequestedExit[] = [];
  for (const log of await fetchLogs(chainOf(exits), { address, topics: [topics] }, fromBlock, toBlock))
    found.push(...(await placesOf(exits, log)));
  return found;
}

async function placesOf(exits: ValidatorExitRequests, log: Log): Promise<RequestedExit[]> {
  const parsed = exits.interface.parseLog(log);
  if (parsed === null) return [];
  const { batchId, position, count } = parsed.args.toObject() as unknown as RequestEvent;
  const from = Number(position);
  if (parsed.name === "ExitsRequested") return readMarks(exits, batchId, from, from + Number(count));
  // Keys in between that were requested before are left out, and which ones, the event does not say.
  const time = BigInt((await chainOf(exits).getBlock(log.blockNumber))?.timestamp ?? 0);
  const found: RequestedExit[] = [];
  for (let at = from; at < from + MOST_OPENED && found.length < Number(count); at++) {
    const mark = await exits.exitOf(batchId, at);
    // Positions beyond those opened were never requested, or are no keys.
    if (!mark.isGone && mark.requestedAt + 1n >= time) found.push({ batchId, position: at, mark });
    if (mark.requestedAt === 0n && !mark.isGone) break;
  }
  return found;
}

async function readMarks(
  exits: ValidatorExitRequests,
  batchId: bigint,
  from: number,
  to: number,
): Promise<RequestedExit[]> {
  const found: RequestedExit[] = [];
  for (let position = from; position < to; position++) {
    const mark = await exits.exitOf(batchId, position);
    if (!mark.isGone) found.push({ batchId, position, mark });
  }
  return found;
}
