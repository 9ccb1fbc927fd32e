import type { BeaconNode } from "../../clients/beaconNode.ts";
import type { Consolidation } from "../../clients/consolidations.ts";
import { observe, type ObservedPool } from "../../clients/observation.ts";
import { fetchVaultBalances, type VaultBalance } from "../../clients/vaultFlows.ts";
import type { ConservedStake } from "./reportRecord.ts";
import { computeReport } from "../../src/oracle/reportInputs.ts";
import type { RewardRules } from "../../src/oracle/rewardRules.ts";
import type { SyncSeats } from "../../src/oracle/syncSeats.ts";
import type { ObservedKey } from "../../src/oracle/validatorKeys.ts";
import type { ReportArchive } from "./archive.ts";
import { fetchOwnConsolidations } from "./ownConsolidations.ts";
import { fetchOwnSyncSeats } from "./ownSyncSeats.ts";

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

/**
 * The pool at the reference slot of the report that was applied last: as it was archived, or else as the nodes show it,
 * for which they must have kept the states of that time.
 * @throws {FieldError} If the archive is damaged, or the nodes do not have it.
 */
export async function findEarlierState(
  pool: ObservedPool,
  node: BeaconNode,
  refSlot: bigint,
  rules: RewardRules,
  archive: ReportArchive | undefined,
): Promise<EarlierState> {
  const archived = archive?.find(refSlot);
  if (archived !== undefined) {
    const { inputs, vaults, syncSeats, consolidations } = archived;
    const { keys, report } = computeReport(inputs);
    const { vaultsReceivedWei } = report;
    const { blockNumber } = inputs.state;
    const known = { keys, vaults, vaultsReceivedWei, syncSeats, consolidations };
    return { refSlot, blockNumber, ...known, source: "archive" };
  }
  const { report, reference, keys } = await observe(pool, node, refSlot);
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
