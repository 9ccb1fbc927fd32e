import type { AddressInfo } from "node:net";

import fastify, { type FastifyInstance } from "fastify";
import type { BaseWallet } from "ethers";

import { LOCAL_HOST } from "./commandLine.ts";
import { accountMethods } from "./accountMethods.ts";
import { chainMethods } from "./chainMethods.ts";
import { answerBody, type RpcMethods } from "./dispatch.ts";
import { isLocalOrigin } from "./origin.ts";
import { PendingTransactions } from "./pendingTransactions.ts";
import { portError } from "./ports.ts";
import { transactionMethods } from "./transactionMethods.ts";
import { upstreamOf } from "./upstream.ts";

/** What the front stands before, and what it adds. */
export interface FrontOptions {
  /** Address of the execution client's JSON-RPC. */
  readonly upstream: string;
  /** Where it listens on 127.0.0.1; 0 for any free port. */
  readonly port: number;
  /** Those that it signs for. */
  readonly accounts: readonly BaseWallet[];
  /** Called after a transaction was accepted, and not waited for. */
  readonly onTransaction: (hash: string) => Promise<void>;
  /** Methods of the caller's own. */
  readonly methods?: RpcMethods;
  /** Takes one line for each thing that went wrong behind a request. */
  readonly log: (line: string) => void;
  /** Longest wait for the execution client, milliseconds. */
  readonly timeout?: number;
  /** How long one that is away is asked again, milliseconds; by default it is not. */
  readonly patience?: number;
}

/** A front that listens. */
export interface Front {
  readonly url: string;
  readonly port: number;
  /** How many accepted transactions are in no block yet; those that the execution client has forgotten are handed in again. */
  waiting(): Promise<number>;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 8 * 2 ** 20;
const TIMEOUT = 60_000;
const JSON_TYPE = "application/json";
const PREFLIGHT_SECONDS = 600;

/**
 * Starts the JSON-RPC that programs and wallets use: that of the execution client, with its gaps closed.
 * @throws {PortError} If the port is taken.
 */
export async function startFront(options: FrontOptions): Promise<Front> {
  const { accounts, methods = {}, log, timeout = TIMEOUT, patience = 0 } = options;
  const upstream = upstreamOf(options.upstream, timeout, patience);
  const accepted = (hash: string) => {
    options.onTransaction(hash).catch((error: unknown) => {
      log(`after transaction ${hash}: ${String(error)}`);
    });
  };
  const pending = new PendingTransactions(upstream, accepted);
  const known = {
    ...chainMethods(upstream),
    ...transactionMethods(upstream, pending),
    ...accountMethods(accounts, upstream, pending),
    ...methods,
  };

  const server = fastify({ bodyLimit: MAX_BODY_BYTES, forceCloseConnections: true });
  refuseOtherPages(server);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(JSON_TYPE, { parseAs: "string" }, (_request, body, done) => {
    done(null, body);
  });
  server.post("/", async (request, reply) => {
    const answer = await answerBody(request.body as string, known, upstream, log);
    if (answer === undefined) return reply.code(204).send();
    return reply.type(JSON_TYPE).send(answer);
  });
  await listen(server, options.port);
  const { port } = server.server.address() as AddressInfo;
  return { url: `http://${LOCAL_HOST}:${port}`, port, waiting: () => pending.waiting(), close: () => server.close() };
}

/** A browser tells whose page calls: only pages of this machine may. */
function refuseOtherPages(server: FastifyInstance): void {
  server.addHook("onRequest", async (request, reply) => {
    const { origin } = request.headers;
    if (origin === undefined) return;
    if (!isLocalOrigin(origin))
      return reply.code(403).send({ error: `pages of ${origin} may not use this chain: serve them from localhost` });
    reply.headers({ "access-control-allow-origin": origin, vary: "origin" });
  });
  server.options("/", (_request, reply) =>
    reply
      .headers({
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": "content-type",
        "access-control-max-age": PREFLIGHT_SECONDS,
      })
      .code(204)
      .send(),
  );
}

async function listen(server: FastifyInstance, port: number): Promise<void> {
  try {
    await server.listen({ host: LOCAL_HOST, port });
  } catch (error) {
    throw portError("port", port, error as NodeJS.ErrnoException);
  }
}
