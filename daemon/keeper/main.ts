/** A keeper as a program: `node --import tsx daemon/keeper/main.ts --help`. */
import { requireNode } from "../service/nodeVersion.ts";

requireNode();
const { runEntryPoint } = await import("../service/entryPoint.ts");
const { loadKeeperConfig } = await import("../config/loadConfig.ts");
await runEntryPoint({
  name: "keeper",
  program: "daemon/keeper/main.ts",
  summary: "Does what a pool needs and anybody may do: activates, tops up, submits, finalizes, and requests exits.",
  load: loadKeeperConfig,
  open: async () => (await import("./keeper.ts")).openKeeper,
});
