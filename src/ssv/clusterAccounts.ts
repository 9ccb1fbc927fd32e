import type { ClusterSnapshot } from "./cluster.ts";
import { settledBalance, vUnitsOfBalance, VUNITS_PER_VALIDATOR } from "./fees.ts";
import type { SnapshotEvent } from "./ownerEvents.ts";

/** A cluster from the end of a block on, until the block of the next one. */
export interface ClusterAccount {
  readonly blockNumber: number;
  readonly snapshot: ClusterSnapshot;
  /** What it is billed for. */
  readonly vUnits: bigint;
  /** Block of which the indexes in the snapshot are: paying in settles nothing. */
  readonly settledAt: number;
  /** Names of the events of the block. */
  readonly events: readonly string[];
}

/** Indexes of a snapshot: what 32 ETH were charged by its operators together, and by the network. */
export type Indexes = Pick<ClusterSnapshot, "index" | "networkFeeIndex">;

/**
 * A cluster block by block, from its events in the order of the chain. What it paid in tokens, before it was migrated,
 * is left out: those amounts are no ether.
 */
export function clusterAccounts(events: readonly SnapshotEvent[]): ClusterAccount[] {
  const migration = events.findLastIndex(({ name }) => name === "ClusterMigratedToETH");
  const accounts: ClusterAccount[] = [];
  for (const event of events.slice(Math.max(0, migration))) {
    const before = accounts.at(-1);
    const account = { ...afterEvent(before, event), events: [event.name] };
    if (before?.blockNumber !== event.blockNumber) accounts.push(account);
    else accounts.splice(-1, 1, { ...account, events: [...before.events, event.name] });
  }
  return accounts.map((account) => ({ ...account, events: [...new Set(account.events)] }));
}

/** Balance at which a cluster stands once the indexes have come so far, wei. */
export function balanceAtIndexes({ snapshot, vUnits }: ClusterAccount, indexes: Indexes): bigint {
  const settled = (index: bigint) => ({ index, blockNumber: 0n, feeWei: 0n });
  if (!snapshot.active) return snapshot.balance;
  return settledBalance(snapshot, [settled(indexes.index)], settled(indexes.networkFeeIndex), vUnits, 0n);
}

function afterEvent(before: ClusterAccount | undefined, event: SnapshotEvent): Omit<ClusterAccount, "events"> {
  const { name, blockNumber, cluster, effectiveBalanceEther } = event;
  const settledAt = name === "ClusterDeposited" ? (before?.settledAt ?? blockNumber) : blockNumber;
  const added = (cluster.validatorCount - (before?.snapshot.validatorCount ?? 0n)) * VUNITS_PER_VALIDATOR;
  const vUnits =
    effectiveBalanceEther === undefined ? (before?.vUnits ?? 0n) + added : vUnitsOfBalance(effectiveBalanceEther);
  return { blockNumber, snapshot: cluster, settledAt, vUnits: cluster.validatorCount === 0n ? 0n : vUnits };
}
