import { BeaconError } from "../../clients/beaconHttp.ts";
import { DepositLogError } from "../../clients/deposits.ts";
import { PayoutError } from "../../clients/payouts.ts";
import { StakeLogError } from "../../clients/stakes.ts";
import { ConservationError, ConservationFlowError } from "../../src/oracle/conservation.ts";
import { ObservationError } from "../../src/oracle/validatorKeys.ts";
import { VaultError } from "../../src/oracle/vaultFlows.ts";
import { FieldError } from "../../src/units/errors.ts";

/** Why a report is not signed, as metrics name it. */
export type RefusalReason =
  /** A beacon node cannot be asked, is behind, of another chain or fork, or not final so far. */
  | "beacon_node"
  /** Fewer beacon nodes answered than must agree. */
  | "too_few_nodes"
  /** Two beacon nodes gave different reports. */
  | "disagreement"
  /** The execution node's logs or blocks lack something. */
  | "execution_node"
  /** A key is not accounted for, or the report cannot follow the last one. */
  | "keys"
  /** Balances changed by what neither flows nor duties explain. */
  | "conservation"
  /** The vaults' ether does not add up. */
  | "vaults"
  /** The contract would refuse it. */
  | "bounds";

/** A report is not to be signed. */
export class ReportRefusal extends FieldError {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, field: string, value: string, problem: string, remedy: string, cause?: Error) {
    super(field, value, problem, remedy);
    this.reason = reason;
    this.cause = cause;
  }
}

/** What kinds of errors are as reasons; the first that fits counts. */
const REASONS: readonly (readonly [new (...args: never[]) => FieldError, RefusalReason])[] = [
  [BeaconError, "beacon_node"],
  [StakeLogError, "execution_node"],
  [DepositLogError, "execution_node"],
  [PayoutError, "execution_node"],
  [ConservationError, "conservation"],
  [ConservationFlowError, "conservation"],
  [VaultError, "vaults"],
  [ObservationError, "keys"],
];

/** A refusal for what went wrong with a report; any other error as it is. */
export function asRefusal(error: unknown): unknown {
  if (error instanceof ReportRefusal || !(error instanceof FieldError)) return error;
  const [, reason] = REASONS.find(([type]) => error instanceof type) ?? [];
  if (reason === undefined) return error;
  const { field, value, problem, remedy } = error.parts;
  return new ReportRefusal(reason, field, value, problem, remedy, error);
}
