import { fastify } from "fastify";

import { listenHere } from "../service/listen.ts";
import { SIGNATURES_PATH } from "./peers.ts";

/** Where a member serves what it signed. */
export interface ExchangeServer {
  readonly port: number;
  stop(): Promise<void>;
}

const MAX_CONNECTIONS = 64;
const REQUEST_TIMEOUT_MS = 5_000;
/** Of all who ask: some 64 peers and keepers ask once in a round of a few seconds. */
const REQUESTS_PER_SECOND = 50;

/**
 * Serves what a member signed to whoever asks, on this machine.
 * @param body JSON of it, as it is when a question comes; nothing as long as that is not known, which is said.
 * @param port Zero takes a free one.
 * @throws {PortError} If the port is taken, or may not be used.
 */
export async function serveSignatures(body: () => string | undefined, port: number): Promise<ExchangeServer> {
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
  server.get(`/${SIGNATURES_PATH}`, async (_, reply) => {
    const signed = body();
    if (signed === undefined) return reply.code(503).header("retry-after", "1").send({ error: "not ready yet" });
    return reply.type("application/json").send(signed);
  });
  return {
    port: await listenHere(server, port, "exchangePort"),
    stop: async () => {
      await server.close();
    },
  };
}
