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
import type { Hex } from "../src/units/hex.ts";
import type { ISSVNetwork } from "../typechain-types/index.ts";
import { chainOf } from "./committee.ts";
import { fetchLogs } from "./logs.ts";
import { firstBlockOfSSV } from "./networks.ts";
import { ownerEventCache } from "./ownerEventCache.ts";

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

/**
 * What ssv.network logged of an owner, in the order of the chain. Events of blocks that are final are kept, so that
 * only later ones are asked for the next time; what was kept of another chain, or of a branch that was given up, is
 * dropped.
 */
export async function fetchOwnerEvents(
  ssvNetwork: ISSVNetwork,
  owner: string,
  { cacheFolder, toBlock }: EventSource = {},
): Promise<OwnerEvent[]> {
  const chain = chainOf(ssvNetwork);
  const address = await ssvNetwork.getAddress();
  const cache = cacheFolder === undefined ? undefined : await ownerEventCache(cacheFolder, chain, address, owner);
  const known = await cache?.read();
  const head = toBlock ?? (await chain.getBlockNumber());
  const fromBlock = known === undefined ? await firstBlockOfSSV(ssvNetwork) : known.toBlock + 1;
  const topics = [null, zeroPadValue(owner, 32)];
  const logs = fromBlock > head ? [] : await fetchLogs(chain, { address, topics }, fromBlock, head);
  const kept = known?.events.filter(({ blockNumber }) => blockNumber <= head) ?? [];
  const events = [...kept, ...logs.flatMap((log) => decode(ssvNetwork, log))];
  if (head > (known?.toBlock ?? -1)) await cache?.write({ events, toBlock: head });
  return events;
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
  return newestSnapshot(await fetchOwnerState(ssvNetwork, owner, source), operatorIds);
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
