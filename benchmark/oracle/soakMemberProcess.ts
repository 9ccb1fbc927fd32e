// An oracle member as its entry point runs it, but for when its rounds come: `soakMemberProcess.ts CONFIG`, where CONFIG
// is JSON. Its parent orders each round, and looks at what the process holds between two of them.
import { on } from "node:events";

import { OracleConfig } from "../../daemon/config/oracleConfig.ts";
import type { DaemonContext, Worker } from "../../daemon/service/context.ts";
import { look } from "./held.ts";
import type { Answer, Order } from "./soakMember.ts";

const config = OracleConfig.parse(JSON.parse(process.argv[2] ?? ""));
// Before the libraries of the consensus layer are loaded.
process.env.LODESTAR_PRESET = config.preset;
const { runDaemon } = await import("../../daemon/service/runDaemon.ts");
const { openMember } = await import("../../daemon/oracle/member.ts");
process.once("disconnect", () => process.exit(1));
process.exit(await runDaemon(openOrdered, { name: "oracle", config, isOnce: false, isDryRun: false }));

/** The member, whose rounds wait until they are ordered. */
async function openOrdered(context: DaemonContext<OracleConfig>): Promise<Worker> {
  const orders = on(process, "message", { signal: context.signal }) as AsyncIterator<[Order]>;
  const member = await openMember(context);
  const next = async (): Promise<Order> => ((await orders.next()) as IteratorYieldResult<[Order]>).value[0];
  answer({ kind: "ready" });
  return {
    round: async () => {
      while ((await next()) === "look") answer({ kind: "held", held: await look() });
      try {
        await member.round();
        answer({ kind: "done" });
      } catch (error) {
        answer({ kind: "failed", problem: String(error) });
        throw error;
      }
    },
    close: () => member.close(),
  };
}

function answer(message: Answer): void {
  process.send?.(message);
}
