import { slotAt } from "../../src/oracle/frames.ts";
import type { SignedMessage } from "../../src/oracle/signedMessages.ts";
import type { Relevance } from "../exchange/messageBook.ts";
import type { ReportingState } from "./frame.ts";
import type { SignatureRecord, Signing } from "./signatures.ts";

/** Blocks for which approvals are of use: `blockhash` goes no further back. */
const APPROVAL_BLOCKS = 256;
/** Frames for which exit statuses are of use. */
const EXIT_FRAMES = 3n;
/** Frames for which reports are kept in full. */
const REPORT_FRAMES = 30n;
/** Approvals that are served at once. */
const SERVED_APPROVALS = 8;
/** Exit statuses that are served at once. */
const SERVED_EXITS = 64;

/** Which messages are of use: of the newest frame, the newest blocks, and the last frames. */
export function relevanceOf({ due, last, clock, now, blockNumber }: ReportingState): Relevance {
  const refSlot = due?.refSlot ?? last.refSlot;
  const slot = slotAt(clock, now);
  return {
    report: { from: refSlot, to: refSlot },
    approval: { from: BigInt(blockNumber - APPROVAL_BLOCKS), to: BigInt(blockNumber) },
    exits: { from: slot - EXIT_FRAMES * clock.slotsPerFrame, to: slot },
  };
}

/** What a member signed that is of use: its newest report, the approvals that hold, and the last exit statuses. */
export function usefulMessages(record: SignatureRecord, signing: Signing, state: ReportingState): SignedMessage[] {
  const { approval, exits } = relevanceOf(state);
  const approvals = record.newest(signing, "approval", SERVED_APPROVALS);
  const statuses = record.newest(signing, "exits", SERVED_EXITS);
  return [
    ...record.newest(signing, "report", 1),
    ...approvals.filter(
      (each) =>
        each.kind === "approval" && each.message.deadline >= state.now && each.message.blockNumber >= approval.from,
    ),
    ...statuses.filter((each) => each.kind === "exits" && each.message.refSlot >= exits.from),
  ];
}

/** Forgets what is of no use any more. */
export function forgetOld(record: SignatureRecord, signing: Signing, state: ReportingState): void {
  const { approval, exits, report } = relevanceOf(state);
  record.prune(signing, "approval", approval.from);
  record.prune(signing, "exits", exits.from);
  record.prune(signing, "report", report.from - REPORT_FRAMES * state.clock.slotsPerFrame);
}
