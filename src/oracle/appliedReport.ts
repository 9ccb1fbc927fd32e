import type { LastReport } from "../pool/reportChecks.ts";
import { WEI_PER_GWEI } from "../units/ether.ts";
import type { Report } from "./messages.ts";

/** A figure in which a report differs from the one that was applied. */
export interface AppliedDifference {
  readonly field: keyof LastReport;
  readonly seen: bigint;
  readonly applied: bigint;
}

/**
 * Where a report differs from what the contract kept of the one that was applied for the same slot; nothing where it may be
 * that one. How validators and pending deposits share the balance, which keys are active, and up to which request was
 * finalized, the contract does not keep.
 */
export function differenceFromApplied(report: Report, last: LastReport): AppliedDifference | undefined {
  const { refSlot, stakedKeys, exitedKeys, slashedKeys, lostKeys } = report;
  const kept = {
    ...{ refSlot, stakedKeys, exitedKeys, slashedKeys, lostKeys },
    clBalanceGwei: report.validatorsGwei + report.pendingGwei,
    stakedGwei: report.stakedWei / WEI_PER_GWEI,
    creditedFromVaults: report.vaultsReceivedWei,
  };
  const fields = Object.keys(kept) as (keyof typeof kept)[];
  const field = fields.find((name) => kept[name] !== last[name]);
  return field && { field, seen: kept[field], applied: last[field] };
}
