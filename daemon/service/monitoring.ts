import type { AddressInfo } from "node:net";

import { fastify, type FastifyReply } from "fastify";
import type { Registry } from "prom-client";

import { FieldError } from "../../src/units/errors.ts";
import { hideAddresses } from "./logger.ts";

/** A port of this machine cannot be used. */
export class PortError extends FieldError {}

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

const HOST = "127.0.0.1";
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
  try {
    await server.listen({ host: HOST, port });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    const problem = code === "EADDRINUSE" ? "is taken by another program" : `cannot be used, ${code}`;
    throw new PortError("monitoringPort", `${port}`, problem, "give a port that is free, or 0 for any");
  }
  return { port: (server.server.address() as AddressInfo).port, close: () => server.close() };
}

function answer(reply: FastifyReply, problem: string | undefined): FastifyReply {
  if (problem === undefined) return reply.send({ status: "ok" });
  return reply.code(503).send({ status: "unavailable", reason: hideAddresses(problem) });
}
