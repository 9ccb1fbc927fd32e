import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { Logger } from "pino";
import { z } from "zod";

import { FileFormatError, parseJson } from "../../src/units/json.ts";
import { MAX_DUTIES, SignRequestSchema, toWire } from "../committee/duties.ts";
import { ChainMismatchError } from "./chainFollower.ts";
import { ExecutionClientError } from "./executionClient.ts";
import { NotAllowedError, OfflineError, type OperatorNode } from "./operatorNode.ts";
import { BodyTooLongError, readBody } from "./requestBody.ts";
import { QueueFullError } from "./requestQueue.ts";

/** A server that can be stopped. */
export interface OperatorServer {
  readonly port: number;
  /** Takes no more requests, and cuts off those that are under way. */
  stop(): Promise<void>;
}

const HOST = "127.0.0.1";
/** An attestation has some 700 bytes in the wire form. */
const MAX_BODY_BYTES = MAX_DUTIES * 1_024;
const MAX_CONNECTIONS = 64;
const OnlineSchema = z.strictObject({ online: z.boolean() });

/** What has no place here. */
class NotFoundError extends Error {}
class MediaTypeError extends Error {}

/** Status by what went wrong. */
const STATUSES: readonly (readonly [new (...args: never) => Error, number])[] = [
  [FileFormatError, 400],
  [NotAllowedError, 403],
  [NotFoundError, 404],
  [ChainMismatchError, 409],
  [BodyTooLongError, 413],
  [MediaTypeError, 415],
  [ExecutionClientError, 502],
  [OfflineError, 503],
  [QueueFullError, 503],
];

/** Serves an operator's interface on this machine. */
export async function serveOperator(node: OperatorNode, port: number, log: Logger): Promise<OperatorServer> {
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 10_000 }, (request, response) => {
    answer(node, request).then(
      (body) => {
        reply(response, 200, body);
      },
      (error: unknown) => {
        const status = STATUSES.find(([kind]) => error instanceof kind)?.[1] ?? 500;
        if (status === 500) log.error({ err: error }, "a request failed");
        // What is left of the body is not read.
        if (!request.complete) response.setHeader("connection", "close");
        reply(response, status, { error: status === 500 ? "internal error" : (error as Error).message });
      },
    );
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(node: OperatorNode, request: IncomingMessage): Promise<object> {
  switch (`${request.method ?? ""} ${request.url ?? ""}`) {
    case "GET /v1/status":
      return node.status();
    case "POST /v1/sign":
      return node.sign(await readJson(request, SignRequestSchema));
    case "POST /v1/online":
      node.setOnline((await readJson(request, OnlineSchema)).online);
      return { online: node.status().online };
    default:
      throw new NotFoundError("there are GET /v1/status, POST /v1/sign and POST /v1/online");
  }
}

/** A page of some website cannot send this type without being asked first, which nobody answers. */
async function readJson<T>(request: IncomingMessage, schema: z.ZodType<T>): Promise<T> {
  if (request.headers["content-type"]?.split(";")[0]?.trim() !== "application/json")
    throw new MediaTypeError("send JSON, as application/json");
  return parseJson(await readBody(request, MAX_BODY_BYTES), schema, "request");
}

function reply(response: ServerResponse, status: number, body: object): void {
  const text = toWire(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, resolve);
  });
}
