import type { AddressInfo } from "node:net";

import { fastify } from "fastify";

import { SIGNATURES_PATH } from "./peers.ts";

/** Where a member serves what it signed. */
export interface ExchangeServer {
  readonly port: number;
  stop(): Promise<void>;
}

const HOST = "127.0.0.1";
const MAX_CONNECTIONS = 64;
const REQUEST_TIMEOUT_MS = 5_000;
/** Of all who ask: some 64 peers and keepers ask once in a round of a few seconds. */
const REQUESTS_PER_SECOND = 50;

/**
 * Serves what a member signed to whoever asks, on this machine.
 * @param body JSON of it, as it is when a question comes.
 * @param port Zero takes a free one.
 */
export async function serveSignatures(body: () => string, port: number): Promise<ExchangeServer> {
  const server = fastify({
    bodyLimit: 1_024,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
  });
  server.server.maxConnections = MAX_CONNECTIONS;
  let second = 0;
  let asked = 0;
  server.addHook("onRequest", async (_, reply) => {
    const now = Math.floor(performance.now() / 1_000);
    asked = now === second ? asked + 1 : 1;
    second = now;
    if (asked > REQUESTS_PER_SECOND)
      await reply.code(429).header("retry-after", "1").send({ error: "too many requests" });
  });
  server.get(`/${SIGNATURES_PATH}`, async (_, reply) => reply.type("application/json").send(body()));
  await server.listen({ host: HOST, port });
  return {
    port: (server.server.address() as AddressInfo).port,
    stop: async () => {
      await server.close();
    },
  };
}
