import type { JsonRpcError, JsonRpcPayload, JsonRpcResult } from "ethers";
import { z } from "zod";

import { withDeadline } from "./deadline.ts";
import { fetchAgain } from "./fetchAgain.ts";
import { failureCode, readBytes } from "./httpBody.ts";
import { withoutCredentials } from "./urlCredentials.ts";

/** A node did not answer; the message is a short reason without its address. */
export class NoAnswer extends Error {}

/** How a JSON-RPC node is asked. */
export interface EndpointLimits {
  /** Longest time for one answer, milliseconds. */
  readonly timeout: number;
  readonly maxBytes: number;
  /** Aborted when nobody waits any more. */
  readonly signal?: AbortSignal | undefined;
}

/** What a node answers: a result or an error, of which both are answers. */
export type RpcAnswer = JsonRpcResult | JsonRpcError;

const Answer = z.union([
  z.object({
    error: z.object({ code: z.number(), message: z.string().default(""), data: z.unknown().optional() }),
  }),
  z.object({ result: z.unknown() }).refine((answer) => "result" in answer),
]);
/** A node refuses a transaction that it knows. */
const SEND = "eth_sendRawTransaction";
/** How nodes refuse whoever asks, rather than what is asked. */
const TURNED_AWAY = [401, 403, 404, 407, 408, 429];

/**
 * Asks a node one question.
 * @throws {NoAnswer} If it cannot be reached, is too slow, turns the caller away (also for asking too often), fails, or
 *   answers something else than JSON-RPC.
 */
export async function askEndpoint(address: URL, payload: JsonRpcPayload, limits: EndpointLimits): Promise<RpcAnswer> {
  const { status, text } = await post(address, payload, limits);
  if (status >= 500 || TURNED_AWAY.includes(status)) throw new NoAnswer(`HTTP status ${status}`);
  const answer = parse(text);
  if (answer === undefined) throw new NoAnswer(`HTTP status ${status}, without JSON-RPC`);
  if (!("error" in answer)) return { id: payload.id, result: answer.result };
  const { code, message, data } = answer.error;
  return { id: payload.id, error: data === undefined ? { code, message } : { code, message, data } };
}

async function post(
  address: URL,
  payload: JsonRpcPayload,
  { timeout, maxBytes, signal }: EndpointLimits,
): Promise<{ status: number; text: string }> {
  const { url, headers: authorization } = withoutCredentials(address);
  const headers = { ...authorization, "content-type": "application/json" };
  const ask = payload.method === SEND ? fetch : fetchAgain;
  const body = JSON.stringify(payload);
  try {
    return await withDeadline(timeout, signal, async (until) => {
      const response = await ask(url, { method: "POST", body, headers, redirect: "manual", signal: until });
      const bytes = await readBytes(response, maxBytes);
      if (bytes === undefined) throw new NoAnswer(`more than ${maxBytes} bytes`);
      return { status: response.status, text: bytes.toString("utf8") };
    });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof NoAnswer || !(error instanceof Error)) throw error;
    if (error.name === "TimeoutError") throw new NoAnswer(`nothing within ${timeout / 1_000} seconds`);
    // How `fetch` names a body that ends before all of it has come.
    throw new NoAnswer(error.message === "terminated" ? "breaks off" : failureCode(error));
  }
}

function parse(text: string): z.infer<typeof Answer> | undefined {
  try {
    return Answer.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
