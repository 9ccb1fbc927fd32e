import { addSszContentTypeParser, ApiError } from "@lodestar/api/server";
import { fastify, type FastifyError, type FastifyInstance } from "fastify";
import type { Logger } from "pino";

import { requireIdsIn } from "./validatorIds.ts";

/** Several programs ask at a time, and each keeps some open. */
const MAX_CONNECTIONS = 512;
const MAX_BODY_BYTES = 1_024 * 1_024;
const REQUEST_TIMEOUT_MS = 30_000;
/** Those that the specification lets be given as one value with commas, or several times. */
const LISTS = new Set(["id", "status", "topics", "state", "direction", "indices"]);

/** A server that reads requests, and tells errors, as the specification of the Beacon API wants. */
export function httpServer(log: Logger): FastifyInstance {
  const server = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    routerOptions: { querystringParser: parseQuery },
    // One value is a list of one, and numbers come as text.
    ajv: { customOptions: { coerceTypes: "array" } },
  });
  server.server.maxConnections = MAX_CONNECTIONS;
  addSszContentTypeParser(server);
  server.addHook("preHandler", ({ body }, _reply, done) => {
    requireIdsIn(body);
    done();
  });
  server.setNotFoundHandler(async ({ method, url }, reply) => {
    await reply.code(404).send({ code: 404, message: `Route ${method} ${url} is not known` });
  });
  server.setErrorHandler(async (error: FastifyError | ApiError, { method, url }, reply) => {
    const code = error.statusCode ?? ("validation" in error ? 400 : 500);
    if (code === 500) log.error({ method, url, err: error }, "the Beacon API fails");
    const message = code === 500 ? "Internal error: see the log of the devnet" : error.message;
    await reply.code(code).send({ code, message });
  });
  return server;
}

function parseQuery(text: string): Record<string, string | string[]> {
  const query = new URLSearchParams(text);
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const values = query.getAll(name);
      if (LISTS.has(name)) return [name, values.flatMap((value) => value.split(","))];
      return [name, values.length === 1 ? (values[0] ?? "") : values];
    }),
  );
}
