import { runDaemon } from "../runDaemon.ts";

export default runDaemon("daemon/keeper/main.ts");
