import { clusterKey, foldOwnerEvents, type OwnerEvent, type OwnerState } from "../src/ssv/ownerEvents.ts";
import { NEW_CLUSTER } from "../src/ssv/cluster.ts";
import {
  IClusterManager__factory,
  ISSVErrors__factory,
  ISSVNetworkViews__factory,
  type ISSVNetwork,
} from "../typechain-types/index.ts";
import { chainOf } from "./committee.ts";
import { mapConcurrently } from "./concurrency.ts";
import { findRevertData } from "./contractErrors.ts";
import { isRefusal } from "./refusals.ts";

/** What a node's state says of its logs. */
export interface EventCheck {
  /** What of them cannot be true; undefined if nothing contradicts them. */
  readonly contradiction: string | undefined;
  /** Whether the state says anything of this owner: of an account without clusters it says nothing. */
  readonly isVerified: boolean;
}

/** What is to be compared. */
export interface CheckedEvents {
  /** All of an owner up to the block, in the order of the chain. */
  readonly events: readonly OwnerEvent[];
  readonly toBlock: number;
  /** A cluster that matters also where no event is of it. */
  readonly operatorIds?: readonly bigint[] | undefined;
}

/** One call for each cluster; nodes refuse those who make too many at once. */
const CLUSTERS_AT_ONCE = 4;
const STALE = ISSVErrors__factory.createInterface().getError("IncorrectClusterState")?.selector;

/**
 * Holds the logs of an owner against the state of the same block: ssv.network takes no other snapshot of a cluster than
 * the newest, which says how many validators it has, and a pool's manager counts its registrations.
 */
export async function checkOwnerEvents(
  ssvNetwork: ISSVNetwork,
  owner: string,
  { events, toBlock, operatorIds }: CheckedEvents,
): Promise<EventCheck> {
  const chain = chainOf(ssvNetwork);
  const address = await ssvNetwork.getAddress();
  const views = ISSVNetworkViews__factory.connect(address, chain);
  const state = foldOwnerEvents(events);
  const { clusters, ownerNonce } = state;
  const registrations = await registrationsOf(ssvNetwork, owner, toBlock);
  const isVerified = registrations !== undefined || clusters.size > 0;
  if (registrations !== undefined && registrations !== ownerNonce)
    return { contradiction: `${ownerNonce} registrations instead of ${registrations}`, isVerified };
  const isMissing = operatorIds !== undefined && !clusters.has(clusterKey(operatorIds));
  const missing = isMissing ? [{ operatorIds, snapshot: NEW_CLUSTER }] : [];
  const expected = [...clusters.values(), ...missing];
  const contradictions = await mapConcurrently(expected, CLUSTERS_AT_ONCE, async (cluster) => {
    const ids = [...cluster.operatorIds];
    const asked = views.isLiquidated(owner, ids, cluster.snapshot, { blockTag: toBlock });
    const refusal = await asked.then(() => "", selectorOf);
    return refusal === STALE ? [`an old snapshot of cluster ${ids.join(",")}`] : [];
  });
  return { contradiction: contradictions.flat()[0] ?? findMissingValidators(state), isVerified };
}

/** What a cluster says of its validators, where that is not what was logged of them. */
function findMissingValidators({ clusters, validators }: OwnerState): string | undefined {
  const logged = new Map<string, bigint>();
  for (const { operatorIds, state } of validators.values()) {
    const key = clusterKey(operatorIds);
    if (state !== "removed") logged.set(key, (logged.get(key) ?? 0n) + 1n);
  }
  for (const [key, { snapshot }] of clusters) {
    const count = logged.get(key) ?? 0n;
    if (count !== snapshot.validatorCount) return `${count} validators of ${snapshot.validatorCount} in cluster ${key}`;
  }
  return undefined;
}

/** How many registrations a pool's manager has made; undefined for other accounts. */
async function registrationsOf(ssvNetwork: ISSVNetwork, owner: string, toBlock: number): Promise<bigint | undefined> {
  const manager = IClusterManager__factory.connect(owner, chainOf(ssvNetwork));
  const at = { blockTag: toBlock };
  try {
    const isManager = (await manager.SSV_NETWORK(at)) === (await ssvNetwork.getAddress());
    return isManager ? await manager.ownerNonce(at) : undefined;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return undefined;
  }
}

/** Which error a view ended with; empty for one that says nothing of the snapshot. */
function selectorOf(error: unknown): string {
  const data = findRevertData(error);
  if (data === undefined && !isRefusal(error)) throw error;
  return data?.slice(0, 10) ?? "";
}
