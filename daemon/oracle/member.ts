import { join } from "node:path";

import { computeReport } from "../../src/oracle/reportInputs.ts";
import type { OracleConfig } from "../config/oracleConfig.ts";
import type { DaemonContext, Worker } from "../service/context.ts";
import { SpendingStore } from "../service/spendingStore.ts";
import { TransactionSender } from "../service/transactions.ts";
import { archiveFile, ReportArchive } from "./archive.ts";
import { collectReport } from "./collect.ts";
import { OracleMember } from "./oracleMember.ts";

/**
 * An oracle member with all that it needs: it collects reports from the nodes of the context, and archives each in the
 * data folder before it signs.
 * @throws {DeploymentError} If there is no such pool.
 * @throws {RecordInUseError} If another process uses the data folder.
 */
export async function openMember(context: DaemonContext<OracleConfig>): Promise<Worker> {
  const { data } = context.config;
  const archive = new ReportArchive(archiveFile(data));
  const store = new SpendingStore(join(data, "transactions.sqlite"));
  const close = (): void => {
    archive.close();
    store.close();
  };
  try {
    const member = await OracleMember.open(context, {
      sender: new TransactionSender(context, { store }),
      collect: (pool) => async (refSlot) => {
        const collected = await collectReport(context, pool, refSlot, archive);
        archive.save(collected);
        return collected;
      },
      recall: (refSlot) => {
        const [archived] = archive.ofSlot(refSlot);
        return archived && { ...archived, ...computeReport(archived.inputs) };
      },
    });
    return {
      round: () => member.round(),
      settled: () => member.settled(),
      close: async () => {
        await member.close();
        close();
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}
