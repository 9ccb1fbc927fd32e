/**
 * The process of an operator: `node devnet/operator/main.ts --config FILE [--stop-with-parent]`. It logs to standard
 * error, and writes one line of JSON to standard output when it can be asked.
 */
import "./sszHasher.ts";

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { destination, pino } from "pino";

import { parseConfiguration } from "./configuration.ts";
import { OperatorNode } from "./operatorNode.ts";
import { serveOperator } from "./operatorServer.ts";

try {
  await run();
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: { config: { type: "string" }, "stop-with-parent": { type: "boolean", default: false } },
  });
  const { config: file } = values;
  if (file === undefined) throw new Error("--config is missing: name the file with the operator's configuration");
  const configuration = parseConfiguration(readFileSync(file, "utf8"), file);
  const base = { operator: configuration.operatorId.toString() };
  const log = pino({ level: configuration.logLevel, base }, destination({ dest: 2, sync: true }));
  const node = new OperatorNode(configuration, log);
  const server = await serveOperator(node, configuration.port, log);

  let isStopping = false;
  const stop = (reason: string): void => {
    if (isStopping) return;
    isStopping = true;
    log.info({ reason }, "stops");
    void server.stop().then(() => {
      node.close();
      process.exit(0);
    });
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => {
      stop(signal);
    });
  if (values["stop-with-parent"]) {
    process.stdin.resume();
    for (const end of ["end", "close", "error"])
      process.stdin.on(end, () => {
        stop("the parent process is gone");
      });
  }
  log.info({ port: server.port }, "ready");
  process.stdout.write(`${JSON.stringify({ ready: true, port: server.port })}\n`);
}
