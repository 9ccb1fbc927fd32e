// A beacon node as a process of its own: `node devnet/beacon/main.ts SETTINGS`, asked over the channel to its parent.
import { setHasher } from "@chainsafe/persistent-merkle-tree";
import { hasher } from "@chainsafe/persistent-merkle-tree/hasher/hashtree";
import { pino } from "pino";

import { startBeaconApi } from "./api/beaconApi.ts";
import { EngineError } from "./engineApi.ts";
import type { Answer, BeaconCalls, BeaconSettings, Question, Ready } from "./messages.ts";
import { DevnetNode } from "./node.ts";

setHasher(hasher);
const settings = JSON.parse(process.argv[2] ?? "{}") as BeaconSettings;
const log = pino({ name: "beacon", level: settings.logLevel }, pino.destination(2));
const node = await DevnetNode.open(settings, log);
const api = await startBeaconApi(node.chain, {
  operations: node.operations,
  engine: node.engine,
  port: settings.port,
  log,
});

const handlers: {
  [Name in keyof BeaconCalls]: (ask: BeaconCalls[Name]["ask"]) => Promise<BeaconCalls[Name]["answer"]>;
} = {
  step: async ({ isMissed }) => node.step(isMissed),
  operators: async ({ urls }) => {
    node.setOperators(urls);
    return Promise.resolve({});
  },
  slash: async ({ validator }) => ({ index: await node.slash(validator) }),
  catchUp: async () => {
    await node.catchUp();
    return {};
  },
  status: async () => Promise.resolve(node.status()),
};

process.on("message", (question: Question) => void reply(question));
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => void stop());
// Whoever started it is gone.
process.on("disconnect", () => void stop());
if (!process.connected) await stop();
say({ ready: true, port: api.port });

async function reply({ id, name, ask }: Question): Promise<void> {
  try {
    const handler = handlers[name] as (ask: object) => Promise<object>;
    say({ id, answer: await handler(ask) });
  } catch (error) {
    log.error({ err: error }, `${name} failed`);
    const message = error instanceof Error ? error.message : String(error);
    say({ id, error: message, isExecutionError: error instanceof EngineError });
  }
}

function say(message: Answer | Ready): void {
  if (process.connected) process.send?.(message);
}

async function stop(): Promise<void> {
  await api.close();
  node.close();
  process.exit(0);
}
