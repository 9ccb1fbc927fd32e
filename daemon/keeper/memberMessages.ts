import type { ActivationApproval, ExitStatus, Report } from "../../src/oracle/messages.ts";
import type { Hex } from "../../src/units/hex.ts";

/** Positions `from` up to, not including, `to` of a batch. */
export interface KeyOffer {
  readonly batchId: bigint;
  readonly from: number;
  readonly to: number;
}

/** A member's approval of keys. Whether it is one, its signature tells. */
export interface SignedApproval {
  readonly offer: KeyOffer;
  readonly approval: ActivationApproval;
  readonly signature: Hex;
}

/** A member's report. */
export interface SignedReport {
  readonly report: Report;
  readonly signature: Hex;
}

/** A member's word that validators are gone. */
export interface SignedExitStatus {
  /** In the order of the hash that is signed. */
  readonly pubkeys: readonly Hex[];
  readonly status: ExitStatus;
  readonly signature: Hex;
}

/** What members serve; nothing of it is to be trusted before it is checked. */
export interface MemberMessages {
  readonly approvals: readonly SignedApproval[];
  readonly reports: readonly SignedReport[];
  readonly exits: readonly SignedExitStatus[];
}

/** Asks the members for what they signed lately; those that cannot be reached are left out. */
export type MessageSource = () => Promise<MemberMessages>;
