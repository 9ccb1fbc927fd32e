import { z } from "zod";

import { RPC_CODES, RpcError } from "./jsonRpc.ts";
import type { Upstream } from "./upstream.ts";

/** What answers a method, with its parameters as they were sent. */
export type RpcMethod = (params: unknown[]) => Promise<unknown>;
/** Methods by name. */
export type RpcMethods = Readonly<Record<string, RpcMethod>>;

type Id = string | number | null;

const Request = z.object({
  jsonrpc: z.literal("2.0"),
  method: z.string().min(1),
  params: z.array(z.unknown()).default([]),
  id: z.union([z.string(), z.number(), z.null()]).optional(),
});

const MAX_BATCH = 1_000;

/**
 * Answers the body of a JSON-RPC 2.0 request, or of a batch. Requests of a batch are begun in their order.
 * @param known Methods that are answered here; all others go to the execution client.
 * @returns JSON; nothing if nobody waits for an answer.
 */
export async function answerBody(
  body: string,
  known: RpcMethods,
  upstream: Upstream,
  log: (line: string) => void,
): Promise<string | undefined> {
  const request = parse(body);
  if (request instanceof RpcError) return JSON.stringify(failure(null, request));
  const answer = (one: unknown) => answerOne(one, known, upstream, log);
  if (!Array.isArray(request)) return toJson(await answer(request));
  if (request.length === 0 || request.length > MAX_BATCH)
    return JSON.stringify(
      failure(null, new RpcError(RPC_CODES.invalidRequest, `a batch has 1 to ${MAX_BATCH} requests`)),
    );
  const answers = (await Promise.all(request.map(answer))).filter((one) => one !== undefined);
  return answers.length === 0 ? undefined : JSON.stringify(answers);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return new RpcError(RPC_CODES.parse, "the body is not JSON");
  }
}

async function answerOne(request: unknown, known: RpcMethods, upstream: Upstream, log: (line: string) => void) {
  const parsed = Request.safeParse(request);
  if (!parsed.success)
    return failure(null, new RpcError(RPC_CODES.invalidRequest, z.prettifyError(parsed.error).replaceAll("\n", " ")));
  const { method, params, id } = parsed.data;
  const answer = await call(method, params, known, upstream).then(
    (result) => ({ jsonrpc: "2.0", id, result: result ?? null }),
    (error: unknown) => {
      if (!(error instanceof RpcError)) log(`${method}: ${String(error)}`);
      return failure(id ?? null, error);
    },
  );
  return id === undefined ? undefined : answer;
}

async function call(method: string, params: unknown[], known: RpcMethods, upstream: Upstream): Promise<unknown> {
  const answer = Object.hasOwn(known, method) ? known[method] : undefined;
  return answer === undefined ? upstream(method, params) : answer(params);
}

function failure(id: Id, error: unknown) {
  const { code, data } = error instanceof RpcError ? error : { code: RPC_CODES.internal, data: undefined };
  const message = error instanceof Error ? error.message : String(error);
  return { jsonrpc: "2.0", id, error: { code, message, ...(data === undefined ? {} : { data }) } };
}

function toJson(answer: object | undefined): string | undefined {
  return answer === undefined ? undefined : JSON.stringify(answer);
}
