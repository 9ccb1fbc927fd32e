// Deploys a pool to a devnet as a process of its own, which needs as much memory as the rest: its last argument says
// where, and its parent gets the outcome.
import hre from "hardhat";

import type { DevnetChain } from "../../devnet/supervisor/devnetOptions.ts";
import { deployToDevnet } from "../commands/devnetPool.ts";

// Whoever asked for it is gone.
process.once("disconnect", () => process.exit());
if (!process.connected) process.exit();
const { pool, operators } = await deployToDevnet(hre, JSON.parse(process.argv[2] ?? "{}") as DevnetChain);
process.send?.({ pool, operators: operators.map(({ id, privateKey }) => ({ id: id.toString(), privateKey })) });
process.disconnect();
