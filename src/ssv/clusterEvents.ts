import { getAddress } from "ethers";

import { FieldError } from "../units/errors.ts";
import type { Hex } from "../units/hex.ts";
import { clusterId, NEW_CLUSTER, type ClusterSnapshot } from "./cluster.ts";

/** The events of SSVNetwork that carry a cluster's newest snapshot. `ValidatorExited` carries none. */
export const CLUSTER_EVENTS = [
  "ClusterBalanceUpdated",
  "ClusterDeposited",
  "ClusterLiquidated",
  "ClusterMigratedToETH",
  "ClusterReactivated",
  "ClusterWithdrawn",
  "ValidatorAdded",
  "ValidatorRemoved",
] as const;

/** Name of an event that carries a cluster's newest snapshot. */
export type ClusterEventName = (typeof CLUSTER_EVENTS)[number];

/** A decoded event with its place in the chain. */
export interface ClusterEvent {
  readonly name: ClusterEventName;
  readonly owner: string;
  readonly operatorIds: readonly bigint[];
  readonly cluster: ClusterSnapshot;
  readonly blockNumber: number;
  /** Position of the log in its block. */
  readonly logIndex: number;
}

/** Events that are not in the order of the chain, so the newest is unknown. */
export class EventOrderError extends FieldError {}

/** What the events so far say: the newest snapshot by cluster id, and the registrations by owner (EIP-55). */
export interface ClusterState {
  readonly snapshots: ReadonlyMap<Hex, ClusterSnapshot>;
  readonly ownerNonces: ReadonlyMap<string, bigint>;
}

/** Before any event. */
export const NO_CLUSTERS: ClusterState = { snapshots: new Map(), ownerNonces: new Map() };

/**
 * Brings the state up to date with further events. Each `ValidatorAdded` counts as a registration of its owner,
 * whether or not operators accept its shares, and nothing ever takes one back.
 * @param events In the order of the chain, and later than those in `state`.
 * @throws {EventOrderError} If they are not ascending by block and log.
 */
export function foldClusterEvents(events: readonly ClusterEvent[], state: ClusterState = NO_CLUSTERS): ClusterState {
  const snapshots = new Map(state.snapshots);
  const ownerNonces = new Map(state.ownerNonces);
  events.forEach((event, i) => {
    checkOrder(events[i - 1], event, i);
    snapshots.set(clusterId(event.owner, event.operatorIds), event.cluster);
    if (event.name !== "ValidatorAdded") return;
    const owner = getAddress(event.owner);
    ownerNonces.set(owner, (ownerNonces.get(owner) ?? 0n) + 1n);
  });
  return { snapshots, ownerNonces };
}

/** The snapshot SSVNetwork expects for a cluster now; that of a new cluster if there was no event. */
export function newestSnapshot(state: ClusterState, owner: string, operatorIds: readonly bigint[]): ClusterSnapshot {
  return state.snapshots.get(clusterId(owner, operatorIds)) ?? NEW_CLUSTER;
}

/** The nonce the owner's next registration must be signed for. */
export function nextOwnerNonce(state: ClusterState, owner: string): bigint {
  return state.ownerNonces.get(getAddress(owner)) ?? 0n;
}

function checkOrder(previous: ClusterEvent | undefined, event: ClusterEvent, position: number): void {
  if (previous === undefined || previous.blockNumber < event.blockNumber) return;
  if (previous.blockNumber === event.blockNumber && previous.logIndex < event.logIndex) return;
  throw new EventOrderError(
    `cluster event ${position}`,
    `block ${event.blockNumber}, log ${event.logIndex}`,
    `does not follow block ${previous.blockNumber}, log ${previous.logIndex}`,
    "sort the events by block and log, and list none twice",
  );
}
