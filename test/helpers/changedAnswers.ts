import { gzipSync } from "node:zlib";

import type { BeaconAnswer, BeaconQuestion, BeaconServer } from "./beaconServer.ts";
import { SSZ_HEADERS } from "./servedState.ts";

/** Has a server answer otherwise where a path has a part; the answer as it was served before is told. */
export function changeAnswer(
  server: BeaconServer,
  part: string,
  change: (served: BeaconAnswer, question: BeaconQuestion) => BeaconAnswer,
): void {
  const served = server.answers.get(part);
  if (served === undefined) throw new Error(`nothing is served for ${part}`);
  server.answers.set(part, (question) => change(typeof served === "function" ? served(question) : served, question));
}

/** JSON of an answer. */
export function jsonOf(answer: BeaconAnswer): Record<string, unknown> {
  if (typeof answer === "object" && "json" in answer) return answer.json as Record<string, unknown>;
  throw new Error("the answer is no JSON");
}

/** Changes each row of an answer that is a list. */
export function withRows(answer: BeaconAnswer, change: (row: ServedRow) => unknown): BeaconAnswer {
  const json = jsonOf(answer);
  return { json: { ...json, data: (json.data as ServedRow[]).map(change) } };
}

/** A validator as it is served. */
export type ServedRow = Record<string, unknown> & { readonly validator: Record<string, unknown> };

/** Bytes of an answer. */
export function bytesOf(answer: BeaconAnswer): Buffer {
  if (typeof answer === "object" && "bytes" in answer) return Buffer.from(answer.bytes);
  throw new Error("the answer is no bytes");
}

/** A whole state as a node sends it, with other headers if wanted. */
export function sszAnswer(bytes: Uint8Array, headers: Readonly<Record<string, string>> = {}): BeaconAnswer {
  return { bytes, headers: { ...SSZ_HEADERS, ...headers } };
}

/** The same answer, compressed. */
export function packed(answer: BeaconAnswer): BeaconAnswer {
  const gzip = (bytes: Uint8Array | string, headers: Readonly<Record<string, string>>): BeaconAnswer => {
    const body = gzipSync(bytes);
    return { bytes: body, headers: { ...headers, "content-encoding": "gzip", "content-length": `${body.length}` } };
  };
  if (typeof answer === "object" && "bytes" in answer) return gzip(answer.bytes, answer.headers);
  return gzip(JSON.stringify(jsonOf(answer)), { "content-type": "application/json" });
}
