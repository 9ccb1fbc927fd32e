import { join } from "node:path";

import type { OracleConfig } from "../config/oracleConfig.ts";
import type { DaemonContext, Worker } from "../service/context.ts";
import { TransactionSender } from "../service/transactions.ts";
import { ReportArchive } from "./archive.ts";
import { collectReport } from "./collect.ts";
import { OracleMember } from "./oracleMember.ts";

/**
 * An oracle member with all that it needs: it collects reports from the nodes of the context, and archives each in the
 * data folder before it signs.
 * @throws {DeploymentError} If there is no such pool.
 * @throws {RecordInUseError} If another process uses the data folder.
 */
export async function openMember(context: DaemonContext<OracleConfig>): Promise<Worker> {
  return OracleMember.open(context, {
    sender: new TransactionSender(context),
    collect: (pool) => {
      const archive = new ReportArchive(join(context.config.data, "reports.sqlite"));
      return async (refSlot) => {
        const collected = await collectReport(context, pool, refSlot);
        archive.save(collected);
        return collected;
      };
    },
  });
}
