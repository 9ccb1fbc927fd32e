import { FieldError } from "../units/errors.ts";
import type { Hex } from "../units/hex.ts";
import { NEW_CLUSTER, type ClusterSnapshot } from "./cluster.ts";

/** The events of SSVNetwork that carry a cluster's newest snapshot. */
export const SNAPSHOT_EVENTS = [
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
export type SnapshotEventName = (typeof SNAPSHOT_EVENTS)[number];

/** Where in the chain an event is. */
interface Place {
  readonly blockNumber: number;
  /** Position of the log in its block. */
  readonly logIndex: number;
}

/** A change of a cluster. */
export interface SnapshotEvent extends Place {
  readonly name: SnapshotEventName;
  readonly operatorIds: readonly bigint[];
  readonly cluster: ClusterSnapshot;
  /** Of the validator that was added or removed, lower case. */
  readonly pubkey?: Hex | undefined;
  /** Sum over the cluster's validators, whole ether, where the event is about that. */
  readonly effectiveBalanceEther?: bigint | undefined;
}

/** A call on operators to exit a validator; it changes nothing at SSV. */
export interface ExitEvent extends Place {
  readonly name: "ValidatorExited";
  readonly operatorIds: readonly bigint[];
  readonly pubkey: Hex;
}

/** A change of who gets the tips of all the owner's validators. */
export interface RecipientEvent extends Place {
  readonly name: "FeeRecipientAddressUpdated";
  readonly recipient: string;
}

/** What SSVNetwork logs of an owner of clusters. */
export type OwnerEvent = SnapshotEvent | ExitEvent | RecipientEvent;

/** A cluster by its newest snapshot. */
export interface OwnedCluster {
  readonly operatorIds: readonly bigint[];
  readonly snapshot: ClusterSnapshot;
}

/** How far a validator is at SSV; whether it has exited, the beacon chain knows alone. */
export type ValidatorState = "registered" | "exit requested" | "removed";

/** A validator by its newest registration. */
export interface OwnedValidator {
  readonly pubkey: Hex;
  readonly operatorIds: readonly bigint[];
  /** Registrations of the owner before it. */
  readonly ownerNonce: bigint;
  readonly state: ValidatorState;
}

/** What the events of an owner say. */
export interface OwnerState {
  /** In the order of their first event, by `clusterKey`. */
  readonly clusters: ReadonlyMap<string, OwnedCluster>;
  /** In the order of their first registration, by public key. */
  readonly validators: ReadonlyMap<Hex, OwnedValidator>;
  /** Registrations so far, whether or not operators accepted the shares; nothing ever takes one back. */
  readonly ownerNonce: bigint;
  /** Undefined if the owner never named one, so that it is the owner itself. */
  readonly feeRecipient: string | undefined;
}

/** Events that are not in the order of the chain, so the newest is unknown. */
export class EventOrderError extends FieldError {}

/** Events that changed a cluster of the owner, in their order. */
export function eventsOfCluster(events: readonly OwnerEvent[], operatorIds: readonly bigint[]): SnapshotEvent[] {
  const key = clusterKey(operatorIds);
  return events.filter(isSnapshotEvent).filter((event) => clusterKey(event.operatorIds) === key);
}

/** Names a cluster among those of one owner. */
export function clusterKey(operatorIds: readonly bigint[]): string {
  return operatorIds.join();
}

/**
 * What all events of an owner say together.
 * @param events In the order of the chain.
 * @throws {EventOrderError} If they are not ascending by block and log.
 */
export function foldOwnerEvents(events: readonly OwnerEvent[]): OwnerState {
  const clusters = new Map<string, OwnedCluster>();
  const validators = new Map<Hex, OwnedValidator>();
  let [ownerNonce, feeRecipient]: [bigint, string | undefined] = [0n, undefined];
  events.forEach((event, i) => {
    checkOrder(events[i - 1], event, i);
    if (event.name === "FeeRecipientAddressUpdated") {
      feeRecipient = event.recipient;
      return;
    }
    const { operatorIds, pubkey } = event;
    if (event.name !== "ValidatorExited")
      clusters.set(clusterKey(operatorIds), { operatorIds, snapshot: event.cluster });
    if (pubkey === undefined) return;
    if (event.name === "ValidatorAdded")
      validators.set(pubkey, { pubkey, operatorIds, ownerNonce: ownerNonce++, state: "registered" });
    else {
      const validator = validators.get(pubkey);
      const state = event.name === "ValidatorExited" ? "exit requested" : "removed";
      if (validator !== undefined) validators.set(pubkey, { ...validator, state });
    }
  });
  return { clusters, validators, ownerNonce, feeRecipient };
}

/** The snapshot SSVNetwork expects for a cluster now; that of a new cluster if there was no event. */
export function newestSnapshot({ clusters }: OwnerState, operatorIds: readonly bigint[]): ClusterSnapshot {
  return clusters.get(clusterKey(operatorIds))?.snapshot ?? NEW_CLUSTER;
}

function isSnapshotEvent(event: OwnerEvent): event is SnapshotEvent {
  return event.name !== "ValidatorExited" && event.name !== "FeeRecipientAddressUpdated";
}

function checkOrder(previous: OwnerEvent | undefined, event: OwnerEvent, position: number): void {
  if (previous === undefined || previous.blockNumber < event.blockNumber) return;
  if (previous.blockNumber === event.blockNumber && previous.logIndex < event.logIndex) return;
  throw new EventOrderError(
    `event ${position} of the owner`,
    `block ${event.blockNumber}, log ${event.logIndex}`,
    `does not follow block ${previous.blockNumber}, log ${previous.logIndex}`,
    "sort the events by block and log, and list none twice",
  );
}
