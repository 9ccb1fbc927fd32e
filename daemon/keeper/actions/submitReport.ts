import { REPORT_TYPES } from "../../../src/oracle/messages.ts";
import type { ActionLedger } from "../actionLedger.ts";
import { nothing, type KeeperAction } from "../keeperAction.ts";
import { agreedBy } from "../quorum.ts";

/**
 * Sends reports that a quorum signed and nobody sent.
 * @param afterSeconds Time of the chain for which members are left to send it themselves.
 */
export function submitReportAction(ledger: Pick<ActionLedger, "firstSeen">, afterSeconds: number): KeeperAction {
  return {
    name: "submitReport",
    plan: async (round) => {
      const { accounting } = round.pool;
      const { refSlot: lastSlot } = await accounting.lastReport();
      const { reports } = await round.messages();
      const later = reports.filter(({ report }) => report.refSlot > lastSlot);
      if (later.length === 0) return nothing("no report was signed that is not applied");
      const agreed = agreedBy(await round.committee(), REPORT_TYPES, later, ({ report }) => report);
      // A later report counts all that an earlier one would.
      const [newest] = agreed.sort((a, b) => (a.item.report.refSlot > b.item.report.refSlot ? -1 : 1));
      if (newest === undefined) return nothing("no quorum signed the same report");
      const { report } = newest.item;
      const since = ledger.firstSeen(`report:${newest.digest}`, round.now);
      if (Number(round.now - since) < afterSeconds) return nothing("members may still send the report");
      const { to, data } = await accounting.applyReport.populateTransaction({ ...report }, newest.signatures);
      const details = { refSlot: report.refSlot, signers: newest.signers };
      return { errands: [{ key: `submitReport:${newest.digest}:${newest.signers}`, to, data, details }] };
    },
  };
}
