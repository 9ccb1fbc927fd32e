import { Interface, zeroPadValue, type Log } from "ethers";

import type { ClusterSnapshot } from "../src/ssv/cluster.ts";
import {
  foldOwnerEvents,
  newestSnapshot,
  SNAPSHOT_EVENTS,
  type OwnerEvent,
  type OwnerState,
  type SnapshotEventName,
} from "../src/ssv/ownerEvents.ts";
import { FieldError } from "../src/units/errors.ts";
import type { Hex } from "../src/units/hex.ts";
import type { ISSVNetwork } from "../typechain-types/index.ts";
import { chainOf } from "./committee.ts";
import { fetchLogs } from "./logs.ts";
import { firstBlockOfSSV } from "./networks.ts";
import { ownerEventCache, type KnownEvents } from "./ownerEventCache.ts";
import { checkOwnerEvents } from "./ownerEventCheck.ts";

const CARRIES_SNAPSHOT: ReadonlySet<string> = new Set(SNAPSHOT_EVENTS);

/** Of clusters from the time of fees in tokens, which the contracts here never own and so do not know. */
const MIGRATION = new Interface([
  `event ClusterMigratedToETH(address indexed owner, uint64[] operatorIds, uint256 ethDeposited, uint256 ssvRefunded,
    uint32 effectiveBalance, tuple(uint32 validatorCount, uint64 networkFeeIndex, uint64 index, bool active,
    uint256 balance) cluster)`,
]);

/** Where events are kept between runs. */
export interface EventSource {
  /** Folder for what was read before; nothing is kept if left out. */
  readonly cacheFolder?: string | undefined;
  /** Last block to read; the newest if left out. */
  readonly toBlock?: number | undefined;
}

/** The logs of a node say something else than its state. */
export class NodeLogsError extends FieldError {}

/**
 * What ssv.network logged of an owner, in the order of the chain, as far as the state of the last block bears it out.
 * Events of blocks that are final are kept, so that only later ones are asked for the next time; what was kept of
 * another chain, of a branch that was given up, or against the state, is dropped and read again.
 * @param operatorIds Operators of a cluster that matters also where there is no event of it.
 * @throws {NodeLogsError} If the node's logs do not fit its state.
 * @throws {NetworkFileError} If a network's description names a block from which on not all logs are to be found.
 */
export async function fetchOwnerEvents(
  ssvNetwork: ISSVNetwork,
  owner: string,
  { cacheFolder, toBlock }: EventSource = {},
  operatorIds?: readonly bigint[],
): Promise<OwnerEvent[]> {
  const chain = chainOf(ssvNetwork);
  const place = { chain, ssvNetwork: await ssvNetwork.getAddress(), owner };
  const firstBlock = await firstBlockOfSSV(ssvNetwork);
  const cache = cacheFolder === undefined ? undefined : await ownerEventCache(cacheFolder, place, firstBlock);
  const read = async (known: KnownEvents | undefined) => {
    const head = toBlock ?? (await chain.getBlockNumber());
    const fromBlock = known === undefined ? firstBlock : known.toBlock + 1;
    const events = [
      ...(known?.events.filter(({ blockNumber }) => blockNumber <= head) ?? []),
      ...(await fetchEvents(ssvNetwork, owner, fromBlock, head)),
    ];
    const checked = await checkOwnerEvents(ssvNetwork, owner, { events, toBlock: head, operatorIds });
    return { events, head, isNewer: head > (known?.toBlock ?? -1), ...checked };
  };
  const first = await read(await cache?.read());
  // A node behind a balancer may have been late, or the file be of one that was.
  const newest = first.contradiction === undefined ? first : { ...(await read(undefined)), isNewer: true };
  const { events, head, contradiction, isNewer, isVerified } = newest;
  if (contradiction !== undefined)
    throw new NodeLogsError(
      `the node's logs of ${owner}`,
      contradiction,
      `do not fit its state in block ${head}`,
      "ask another node, or this one again when it has all logs",
    );
  if (isNewer && isVerified) await cache?.write({ events, toBlock: head });
  return events;
}

async function fetchEvents(ssvNetwork: ISSVNetwork, owner: string, from: number, to: number): Promise<OwnerEvent[]> {
  const filter = { address: await ssvNetwork.getAddress(), topics: [null, zeroPadValue(owner, 32)] };
  const logs = from > to ? [] : await fetchLogs(chainOf(ssvNetwork), filter, from, to);
  return logs.flatMap((log) => decode(ssvNetwork, log));
}

/** What these events say together. */
export async function fetchOwnerState(
  ssvNetwork: ISSVNetwork,
  owner: string,
  source: EventSource = {},
): Promise<OwnerState> {
  return foldOwnerEvents(await fetchOwnerEvents(ssvNetwork, owner, source));
}

/** Newest snapshot of a cluster; that of a new cluster where there is none. */
export async function fetchClusterSnapshot(
  ssvNetwork: ISSVNetwork,
  owner: string,
  operatorIds: readonly bigint[],
  source: EventSource = {},
): Promise<ClusterSnapshot> {
  const events = await fetchOwnerEvents(ssvNetwork, owner, source, operatorIds);
  return newestSnapshot(foldOwnerEvents(events), operatorIds);
}

/** Nothing for events that say nothing of clusters and validators, such as those of an owner's operators. */
function decode({ interface: abi }: ISSVNetwork, log: Log): OwnerEvent[] {
  const parsed = abi.parseLog(log) ?? MIGRATION.parseLog(log);
  if (parsed === null) return [];
  const { name } = parsed;
  const place = { blockNumber: log.blockNumber, logIndex: log.index };
  const fields = parsed.args.toObject(true) as {
    operatorIds: bigint[];
    cluster: ClusterSnapshot;
    publicKey: Hex | undefined;
    recipientAddress: string;
    effectiveBalance: bigint | undefined;
  };
  const { operatorIds, publicKey: pubkey, effectiveBalance: effectiveBalanceEther } = fields;
  if (name === "FeeRecipientAddressUpdated") return [{ name, recipient: fields.recipientAddress, ...place }];
  if (name === "ValidatorExited" && pubkey !== undefined) return [{ name, operatorIds, pubkey, ...place }];
  if (!CARRIES_SNAPSHOT.has(name)) return [];
  const event = { name: name as SnapshotEventName, operatorIds, cluster: fields.cluster, ...place };
  if (effectiveBalanceEther !== undefined) return [{ ...event, effectiveBalanceEther }];
  return [pubkey === undefined ? event : { ...event, pubkey }];
}
