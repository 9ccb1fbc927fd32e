import type { LastReport } from "../pool/reportChecks.ts";
import type { Report } from "./messages.ts";
import { checkFollows, consensusFigures, keepExited } from "./observation.ts";
import { observeKeys, type ObservedKey, type ObservedState } from "./validatorKeys.ts";

/** All that a report is computed from. */
export interface ReportInputs {
  readonly state: ObservedState;
  /** At the execution block of the state, wei. */
  readonly stakedWei: bigint;
  readonly vaultsReceivedWei: bigint;
  readonly finalizeUpTo: bigint;
  /** As the contract kept it when the report was collected. */
  readonly last: LastReport;
}

/** What a report follows that is not compared with any before it. */
export const NOTHING_REPORTED: LastReport = {
  ...{ refSlot: 0n, clBalanceGwei: 0n, stakedGwei: 0n, stakedKeys: 0n, exitedKeys: 0n, slashedKeys: 0n, lostKeys: 0n },
  ...{ creditedFromVaults: 0n, deferredRewards: 0n, costsChargedAt: 0n },
};

/** A report, and the keys that it counts. */
export interface ComputedReport {
  readonly report: Report;
  /** All that the pool ever staked to, in the order of the deposits. */
  readonly keys: readonly ObservedKey[];
}

/**
 * Computes a report, without any network.
 * @throws {ObservationError} If a key cannot be accounted for, or the report cannot follow the last one.
 */
export function computeReport({ state, last, ...figures }: ReportInputs): ComputedReport {
  const { refSlot, slotsPerEpoch } = state;
  const keys = keepExited(observeKeys(state), last.exitedKeys, refSlot / slotsPerEpoch);
  const { stakedWei, vaultsReceivedWei, finalizeUpTo } = figures;
  const report: Report = { refSlot, stakedWei, vaultsReceivedWei, ...consensusFigures(keys), finalizeUpTo };
  checkFollows(report, last);
  return { report, keys };
}
