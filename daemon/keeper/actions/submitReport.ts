import { fetchSlotClock } from "../../../clients/report.ts";
import { slotAt } from "../../../src/oracle/frames.ts";
import { requiredSigners } from "../../../src/oracle/quorum.ts";
import { packSignatures } from "../../exchange/packSignatures.ts";
import type { ActionLedger } from "../actionLedger.ts";
import { nothing, type KeeperAction } from "../keeperAction.ts";

/**
 * Sends reports that a quorum signed and nobody sent.
 * @param afterSeconds Time of the chain for which members are left to send it themselves.
 */
export function submitReportAction(ledger: Pick<ActionLedger, "firstSeen">, afterSeconds: number): KeeperAction {
  return {
    name: "submitReport",
    plan: async (round) => {
      const { accounting, poolETH } = round.pool;
      const last = await accounting.lastReport();
      const signed = (await round.agreements("report")).flatMap(({ versions: [version], ...agreement }) =>
        version === undefined ? [] : [{ ...agreement, report: version.message }],
      );
      const later = signed.filter(({ report }) => report.refSlot > last.refSlot);
      if (later.length === 0) return nothing("no report was signed that is not applied");
      const clock = await fetchSlotClock(accounting);
      // The contract takes that of the newest frame that has ended, and members serve theirs until they sign the next.
      const due = later.filter(({ report }) => slotAt(clock, round.now) <= report.refSlot + clock.slotsPerFrame);
      if (due.length === 0) return nothing("the newest report that was signed is of an earlier frame");
      const [{ members, quorum }, { pooledEther }] = await Promise.all([round.committee(), poolETH.rebaseState()]);
      const size = { members: members.length, quorum };
      const ready = due
        .map((each) => ({ ...each, required: requiredSigners(each.report, last, pooledEther, size) }))
        .filter(({ signatures, required }) => signatures.size >= required);
      // A later report counts all that an earlier one would.
      const [newest] = ready.sort((a, b) => (a.report.refSlot > b.report.refSlot ? -1 : 1));
      if (newest === undefined) return nothing("not enough members signed the same report");
      const { report, digest, required } = newest;
      const since = ledger.firstSeen(`report:${digest}`, round.now);
      if (Number(round.now - since) < afterSeconds) return nothing("members may still send the report");
      const { to, data } = await accounting.applyReport.populateTransaction(
        { ...report },
        packSignatures(newest, required),
      );
      const details = { refSlot: report.refSlot, signers: required };
      return { errands: [{ key: `submitReport:${digest}:${required}`, to, data, details }] };
    },
  };
}
