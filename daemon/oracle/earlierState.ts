import type { BeaconNode } from "../../clients/beaconNode.ts";
import type { Consolidation } from "../../clients/consolidations.ts";
import { observe, type ObservedPool } from "../../clients/observation.ts";
import type { StateRecordsOptions } from "../../clients/stateRecords.ts";
import { fetchVaultBalances, type VaultBalance } from "../../clients/vaultFlows.ts";
import { differenceFromApplied, type AppliedDifference } from "../../src/oracle/appliedReport.ts";
import { computeReport, NOTHING_REPORTED } from "../../src/oracle/reportInputs.ts";
import type { RewardRules } from "../../src/oracle/rewardRules.ts";
import type { SyncSeats } from "../../src/oracle/syncSeats.ts";
import type { ObservedKey } from "../../src/oracle/validatorKeys.ts";
import type { LastReport } from "../../src/pool/reportChecks.ts";
import type { ReportArchive } from "./archive.ts";
import { fetchOwnConsolidations } from "./ownConsolidations.ts";
import { fetchOwnSyncSeats } from "./ownSyncSeats.ts";
import type { ConservedStake, ReportRecord } from "./reportRecord.ts";

/** The pool at an earlier reference slot. */
export interface EarlierState {
  readonly refSlot: bigint;
  readonly blockNumber: number;
  readonly keys: readonly ObservedKey[];
  readonly vaults: readonly VaultBalance[];
  readonly vaultsReceivedWei: bigint;
  readonly syncSeats: readonly SyncSeats[];
  readonly consolidations: readonly Consolidation[];
  readonly source: ConservedStake["before"];
}

/** A state out of the archive. */
export interface ArchivedState {
  readonly state: EarlierState;
  /** Where its report differs from the one that was applied. */
  readonly difference: AppliedDifference | undefined;
}

/**
 * The pool at the reference slot of the report that was applied last, as it was archived: for a report as the applied one if
 * there is any, or else for the newest one; nothing where none was collected.
 * @throws {ArchiveError} If a record is damaged.
 */
export function findArchivedState(archive: ReportArchive, last: LastReport): ArchivedState | undefined {
  let newest: ArchivedState | undefined;
  for (const record of archive.ofSlot(last.refSlot)) {
    const difference = differenceFromApplied(record.report, last);
    if (difference === undefined) return { state: stateOf(record), difference };
    newest ??= { state: stateOf(record), difference };
  }
  return newest;
}

/**
 * The pool at an earlier reference slot, as a node shows it that has kept the state. The report that was applied for it may
 * have been wrong, so that what it says does not count.
 * @throws {FieldError} If the node does not have it, or it cannot be.
 */
export async function observeEarlierState(
  pool: ObservedPool,
  node: BeaconNode,
  refSlot: bigint,
  rules: RewardRules,
  options: StateRecordsOptions,
): Promise<EarlierState> {
  const { report, reference, keys } = await observe(pool, node, refSlot, { ...options, last: NOTHING_REPORTED });
  const { number: blockNumber } = reference.executionBlock;
  const [vaults, syncSeats, consolidations] = await Promise.all([
    fetchVaultBalances(pool.pool.poolETH, blockNumber),
    fetchOwnSyncSeats(node, reference, keys, rules),
    fetchOwnConsolidations(node, reference.id, keys),
  ]);
  const { vaultsReceivedWei } = report;
  const known = { keys, vaults, vaultsReceivedWei, syncSeats, consolidations };
  return { refSlot, blockNumber, ...known, source: "beacon node" };
}

function stateOf({ report, inputs, vaults, syncSeats, consolidations }: ReportRecord): EarlierState {
  const { refSlot, vaultsReceivedWei } = report;
  const { keys } = computeReport(inputs);
  const { blockNumber } = inputs.state;
  return { refSlot, blockNumber, keys, vaults, vaultsReceivedWei, syncSeats, consolidations, source: "archive" };
}
