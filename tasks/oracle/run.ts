import { runDaemon } from "../runDaemon.ts";

export default runDaemon("daemon/oracle/main.ts");
