import { fastify, type FastifyReply } from "fastify";
import type { Registry } from "prom-client";

import { listenHere } from "./listen.ts";
import { hideAddresses } from "./logger.ts";

/** What is asked by whoever watches a daemon. */
export interface Monitored {
  /** Why the process does not live any more; nothing if it does. */
  readonly illness: () => string | undefined;
  /** Why it is not ready; nothing if it is. */
  readonly unreadiness: () => string | undefined;
  readonly registry: Registry;
}

/** A server that can be closed. */
export interface MonitoringServer {
  readonly port: number;
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 32;
const TIMEOUT = 10_000;

/**
 * Serves `GET /healthz`, `GET /readyz` and `GET /metrics` on this machine, and nothing else.
 * @param port 0 takes a free one.
 * @throws {PortError} If the port is taken, or may not be used.
 */
export async function startMonitoring(monitored: Monitored, port: number): Promise<MonitoringServer> {
  const server = fastify({
    bodyLimit: 1_024,
    connectionTimeout: TIMEOUT,
    requestTimeout: TIMEOUT,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
  });
  server.server.maxConnections = MAX_CONNECTIONS;
  server.get("/healthz", (_, reply) => answer(reply, monitored.illness()));
  server.get("/readyz", (_, reply) => answer(reply, monitored.unreadiness()));
  server.get("/metrics", async (_, reply) =>
    reply.type(monitored.registry.contentType).send(await monitored.registry.metrics()),
  );
  server.setNotFoundHandler((_, reply) =>
    reply.code(404).send({ error: "there are GET /healthz, GET /readyz and GET /metrics" }),
  );
  return { port: await listenHere(server, port, "monitoringPort"), close: () => server.close() };
}

function answer(reply: FastifyReply, problem: string | undefined): FastifyReply {
  if (problem === undefined) return reply.send({ status: "ok" });
  return reply.code(503).send({ status: "unavailable", reason: hideAddresses(problem) });
}
