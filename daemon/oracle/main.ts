/** A member of the oracle committee as a program: `node --import tsx daemon/oracle/main.ts --help`. */
import { requireNode } from "../service/nodeVersion.ts";

requireNode();
const { runEntryPoint } = await import("../service/entryPoint.ts");
const { loadOracleConfig } = await import("../config/loadConfig.ts");
await runEntryPoint({
  name: "oracle",
  program: "daemon/oracle/main.ts",
  summary: "Observes the pool's validators, signs reports, approvals and exits, and submits what a quorum signed.",
  load: loadOracleConfig,
  open: async () => (await import("./member.ts")).openMember,
});
