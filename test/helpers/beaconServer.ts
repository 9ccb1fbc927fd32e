import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { recorded, replayed } from "./beaconAnswers.ts";

/**
 * What a beacon node answers: JSON, a text as it is, or bytes with their own headers; nothing at all if it hangs; half
 * of it if it breaks off, and what comes before a pause that does not end.
 */
export type BeaconAnswer =
  | { readonly status?: number; readonly json: unknown }
  | { readonly status?: number; readonly text: string; readonly location?: string }
  | { readonly status?: number; readonly bytes: Uint8Array; readonly headers: Readonly<Record<string, string>> }
  | {
      readonly bytes: Uint8Array;
      readonly headers: Readonly<Record<string, string>>;
      readonly then: "stall" | "break off";
    }
  | "hang"
  | "break off";

/** A question as the node got it. */
export interface BeaconQuestion {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  /** JSON of a POST. */
  readonly body: unknown;
}

/** A beacon node that replays answers. */
export interface BeaconServer {
  readonly url: string;
  readonly asked: BeaconQuestion[];
  /** By a part of the path; the last one that fits counts. */
  readonly answers: Map<string, Answering>;
  /** Forgets what it was asked, and answers as recorded again. */
  reset(): void;
  stop(): Promise<void>;
}

/** The answer to a question, as it is found when the question comes. */
type Answering = BeaconAnswer | ((question: BeaconQuestion) => BeaconAnswer);

/** A row of an answer that lists validators: what the node was asked for picks it. */
type Row = Record<string, unknown>;

const REPLAYED: Record<string, Answering> = {
  "/eth/v1/beacon/genesis": replayed("genesis"),
  "/eth/v1/config/spec": replayed("spec"),
  "/eth/v1/node/syncing": replayed("syncing"),
  "/finality_checkpoints": replayed("finality_checkpoints"),
  "/validators": ({ query }) => {
    const { data } = recorded("validators") as { data: { validator: Row }[] };
    const asked = data.filter(({ validator }) => query.getAll("id").includes(String(validator.pubkey)));
    return { json: { ...recorded("validators"), data: asked } };
  },
  "/eth/v1/validator/liveness/": ({ body }) => {
    const { data } = recorded("liveness") as { data: Row[] };
    return { json: { data: data.filter(({ index }) => Array.isArray(body) && body.includes(index)) } };
  },
  "/eth/v1/beacon/rewards/attestations/": replayed("attestation_rewards"),
};

/** Starts a beacon node on a free port of this machine. */
export async function startBeaconServer(): Promise<BeaconServer> {
  const server = createServer((request, response) => {
    void serve(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const started: BeaconServer = {
    url: `http://127.0.0.1:${port}`,
    asked: [],
    answers: new Map(),
    reset() {
      started.asked.length = 0;
      started.answers.clear();
      for (const [path, answer] of Object.entries(REPLAYED)) started.answers.set(path, answer);
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  started.reset();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { pathname: path, searchParams: query } = new URL(request.url ?? "", started.url);
    const { method = "", headers } = request;
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    const question = { method, path, query, authorization: headers.authorization, body };
    started.asked.push(question);
    const [, found = { status: 404, json: { code: 404, message: "no such endpoint" } }] =
      [...started.answers].findLast(([part]) => path.includes(part)) ?? [];
    send(typeof found === "function" ? found(question) : found, response);
  }

  return started;
}

function send(answer: BeaconAnswer, response: ServerResponse): void {
  if (answer === "hang") return;
  if (answer === "break off") {
    response.writeHead(200, { "content-length": "1000" }).write('{"data":');
    setTimeout(() => response.destroy(), 20);
    return;
  }
  if ("bytes" in answer) {
    sendBytes(answer, response);
    return;
  }
  const isText = "text" in answer;
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (isText && answer.location !== undefined) headers.location = answer.location;
  response.writeHead(answer.status ?? 200, headers).end(isText ? answer.text : JSON.stringify(answer.json));
}

function sendBytes(answer: Extract<BeaconAnswer, { bytes: Uint8Array }>, response: ServerResponse): void {
  const { bytes, headers } = answer;
  const status = "status" in answer ? answer.status : undefined;
  const then = "then" in answer ? answer.then : undefined;
  response.writeHead(status ?? 200, headers);
  if (then === undefined) response.end(bytes);
  else response.write(bytes);
  if (then === "break off") setTimeout(() => response.destroy(), 20);
}

/** A server for all tests of a block, that answers nothing at the beginning of each. */
export function useBeaconServer(): () => BeaconServer {
  let server: BeaconServer;
  before(async () => {
    server = await startBeaconServer();
  });
  beforeEach(() => {
    server.reset();
  });
  after(() => server.stop());
  return () => server;
}
