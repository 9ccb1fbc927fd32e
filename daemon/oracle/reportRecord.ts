import type { Consolidation } from "../../clients/consolidations.ts";
import type { ReferenceState } from "../../clients/referenceState.ts";
import type { ReportForecast } from "../../clients/report.ts";
import type { VaultBalance } from "../../clients/vaultFlows.ts";
import type { RulesPreset } from "../../src/oracle/rewardRules.ts";
import type { StakeChange, StakeFlows } from "../../src/oracle/conservation.ts";
import type { Report } from "../../src/oracle/messages.ts";
import type { ReportInputs } from "../../src/oracle/reportInputs.ts";
import type { SyncSeats } from "../../src/oracle/syncSeats.ts";
import type { ObservedKey } from "../../src/oracle/validatorKeys.ts";
import type { VaultFlow, VaultIncome } from "../../src/oracle/vaultFlows.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { FailedNode } from "./nodeAgreement.ts";

/** What was compared with the state of the report before, and what came out. */
export interface ConservedStake {
  readonly kind: "conserved";
  /** Keys of the second state are those of the report. */
  readonly flows: Omit<StakeFlows, "after">;
  readonly vaultFlows: readonly VaultFlow[];
  /** By all vaults since the state before, wei. */
  readonly receivedWei: bigint;
  readonly change: StakeChange;
  readonly vaults: readonly VaultIncome[];
  /** Paid out to the withdrawal vault by validators that are not the pool's, Gwei: a gift. */
  readonly foreignSweptGwei: bigint;
  /** Where the state before came from. */
  readonly before: "archive" | "beacon node";
}

/** There was no report before; what was made sure of instead. */
export interface FirstReport {
  readonly kind: "first";
  readonly checked: readonly string[];
}

/** What became of the stake since the report before. */
export type Conservation = ConservedStake | FirstReport;

/** A report with all that it rests on: enough to compute it again without any network. */
export interface ReportRecord {
  readonly report: Report;
  /** What members sign, for the committee that was in place. */
  readonly digest: Hex;
  readonly chainId: bigint;
  readonly pool: string;
  readonly committee: string;
  readonly preset: RulesPreset;
  readonly reference: ReferenceState;
  readonly inputs: ReportInputs;
  /** Hosts of the beacon nodes that gave the same. */
  readonly agreed: readonly string[];
  readonly failed: readonly FailedNode[];
  /** At the execution block. */
  readonly vaults: readonly VaultBalance[];
  /** That the state knows: of its period and the next one. */
  readonly syncSeats: readonly SyncSeats[];
  /** Into the pool's validators, that wait in the state. */
  readonly consolidations: readonly Consolidation[];
  readonly conservation: Conservation;
  readonly forecast: ReportForecast;
  readonly needsSupermajority: boolean;
}

/** A report that may be signed, with all that it rests on. */
export interface CollectedReport extends ReportRecord {
  /** All that the pool ever staked to, in the order of the deposits. */
  readonly keys: readonly ObservedKey[];
}
