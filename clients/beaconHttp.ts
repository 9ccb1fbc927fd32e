import { z } from "zod";

import { FieldError } from "../src/units/errors.ts";
import { FileFormatError, parseJson } from "../src/units/json.ts";
import { download } from "./download.ts";
import { fetchAgain } from "./fetchAgain.ts";
import { failureCode, readBytes } from "./httpBody.ts";
import type { RequestResult } from "./requestResult.ts";
import { withoutCredentials, type FetchAddress } from "./urlCredentials.ts";

/** A beacon node cannot be asked, or answers what it should not. */
export class BeaconError extends FieldError {}

/** A beacon node was reached, and does not have what was asked for, or does not know the question. */
export class BeaconRefusal extends BeaconError {
  readonly status: number;

  constructor(field: string, value: string, problem: string, remedy: string, status: number) {
    super(field, value, problem, remedy);
    this.status = status;
  }
}

/** How a beacon node is spoken to. */
export interface BeaconAccess {
  /** Where its API begins. Many addresses contain a key, so messages show the host alone. */
  readonly url: URL;
  /** Through what the address was given. */
  readonly field: string;
  /** Longest time for one answer, milliseconds. */
  readonly timeout?: number | undefined;
  /** Told how each request ended. */
  readonly onRequest?: ((result: RequestResult) => void) | undefined;
}

/** What a body of a question may be. */
export type BeaconBody = readonly unknown[] | Readonly<Record<string, unknown>>;

/** How long an answer may be, and how long it may take. */
export interface AnswerLimits {
  readonly maxBytes: number;
  /** Milliseconds, unless the access to the node says otherwise. */
  readonly timeout: number;
}

/** A number as the Beacon API writes it: in decimal digits. */
export const uint = z
  .string()
  .regex(/^\d{1,20}$/, "expected a decimal number")
  .transform(BigInt);

/** Some hundred validators take less than a tenth of these bytes. */
const LIMITS: AnswerLimits = { maxBytes: 16 * 2 ** 20, timeout: 20_000 };
/** Of what is said about a failure; more than that is no reason. */
const MAX_REASON_BYTES = 2 ** 20;
/** How nodes say that they lack something, or that a question is wrong. Lodestar answers 500 where it dropped a state. */
const REFUSALS = [400, 404, 405, 410, 414, 500, 501];
const OTHER_NODE = "use a node that speaks the Beacon API, and the address at which its API begins";

/**
 * The address of a beacon node.
 * @throws {BeaconError} If it is no http or https URL.
 */
export function beaconUrl(text: string, field: string): URL {
  const url = URL.parse(text.trim());
  if (url !== null && ["http:", "https:"].includes(url.protocol)) return url;
  throw new BeaconError(field, "hidden", "is not an http or https URL", "give one, such as http://127.0.0.1:5052");
}

/**
 * Asks a beacon node, with GET, or with POST if there is a body.
 * @param path Below the address of the API, with its query.
 * @throws {BeaconRefusal} If the node does not have it.
 * @throws {BeaconError} If it cannot be reached, is too slow, fails, or answers something else.
 */
export async function askBeacon<T>(
  access: BeaconAccess,
  path: string,
  schema: z.ZodType<T>,
  body?: BeaconBody,
  limits = LIMITS,
): Promise<T> {
  return askAndParse(access, path, (text) => parseJson(text, schema, path), body, limits);
}

/**
 * The same for an answer that is read by other means than a schema.
 * @param parse Throws a `FileFormatError` for what it cannot take.
 */
export async function askAndParse<T>(
  access: BeaconAccess,
  path: string,
  parse: (text: string) => T,
  body?: BeaconBody,
  limits = LIMITS,
): Promise<T> {
  const ask = { accept: "application/json", body, timeout: limits.timeout };
  const bytes = await exchange(access, path, ask, (response) => download(response, limits.maxBytes));
  if (bytes === undefined) throw tooLong(access, limits.maxBytes);
  return parseAnswer(access, bytes, parse);
}

/** Reads the text of an answer; what it cannot be read as is the node's error. */
export function parseAnswer<T>({ field }: BeaconAccess, bytes: Buffer, parse: (text: string) => T): T {
  try {
    return parse(bytes.toString("utf8"));
  } catch (error) {
    if (!(error instanceof FileFormatError)) throw error;
    const { field: part, value, problem } = error.parts;
    throw new BeaconError(field, value, `answers ${part}, which ${problem}`, OTHER_NODE);
  }
}

/** An answer has more bytes than it may. */
export function tooLong({ field, url }: BeaconAccess, maxBytes: number): BeaconError {
  return new BeaconError(field, url.host, `answers more than ${maxBytes} bytes`, OTHER_NODE);
}

/**
 * Puts a question to a beacon node and has its answer read, if it is one.
 * @param path Below the address of the API, with its query.
 * @param ask What answer is wanted, and the longest time for all of it unless the access says otherwise, milliseconds.
 * @throws {BeaconRefusal} If the node does not have it.
 * @throws {BeaconError} If it cannot be reached, is too slow, or fails.
 */
export async function exchange<T>(
  access: BeaconAccess,
  path: string,
  ask: { readonly accept: string; readonly body?: BeaconBody | undefined; readonly timeout: number },
  read: (response: Response) => Promise<T>,
): Promise<T> {
  return attempt({ ...access, timeout: access.timeout ?? ask.timeout }, async (signal) => {
    const { url, headers } = addressOf(access.url, path, ask.accept);
    const sent = { method: "POST", body: JSON.stringify(ask.body), headers: { ...headers, ...JSON_TYPE } };
    const request = ask.body === undefined ? { headers } : sent;
    const response = await fetchAgain(url, { ...request, redirect: "manual", signal });
    if (response.ok) return read(response);
    const reason = await readBytes(response, MAX_REASON_BYTES);
    throw failure(access, path, response.status, reason?.toString("utf8") ?? "");
  });
}

const JSON_TYPE = { "content-type": "application/json" };

/** A query of the address stays. */
function addressOf(base: URL, path: string, accept: string): FetchAddress {
  const { url, headers } = withoutCredentials(base);
  const [below = "", query = ""] = path.split("?");
  url.pathname = `${base.pathname.replace(/\/+$/, "")}${below}`;
  for (const [name, value] of new URLSearchParams(query)) url.searchParams.append(name, value);
  return { url, headers: { ...headers, accept } };
}

function failure({ field, url }: BeaconAccess, path: string, status: number, answer: string): BeaconError {
  const [below = ""] = path.split("?");
  const problem = `answers ${below} with HTTP status ${status}`;
  const reason = reasonIn(answer);
  const value = reason ?? url.host;
  const remedy = remedyOf(status);
  return REFUSALS.includes(status)
    ? new BeaconRefusal(field, value, problem, remedy, status)
    : new BeaconError(field, value, problem, remedy);
}

function remedyOf(status: number): string {
  if (status === 401 || status === 403) return "have the node allow it, or put the key that it wants into its address";
  if (status === 429) return "wait a while, have the node allow more questions, or use another one";
  if (status === 500) return "use a node that has it, or wait until this one is in order";
  if (REFUSALS.includes(status)) return "use a node that has it";
  if (status > 500) return "wait until the node is in order, which may still be syncing, or use another one";
  return "give the address at which the node's API begins";
}

/** What the node says of a failure, in the form of the Beacon API. */
function reasonIn(answer: string): string | undefined {
  try {
    const value: unknown = JSON.parse(answer);
    const isObject = typeof value === "object" && value !== null;
    return isObject && "message" in value && typeof value.message === "string" ? value.message : undefined;
  } catch {
    return undefined;
  }
}

async function attempt<T>(
  { field, url, timeout, onRequest }: BeaconAccess & { readonly timeout: number },
  operation: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    const answer = await operation(AbortSignal.timeout(timeout));
    onRequest?.("answered");
    return answer;
  } catch (error) {
    onRequest?.(error instanceof BeaconRefusal ? "refused" : "failed");
    if (error instanceof BeaconError || !(error instanceof Error)) throw error;
    if (error.name === "TimeoutError")
      throw new BeaconError(
        field,
        url.host,
        `does not answer within ${timeout / 1_000} seconds`,
        "try again, or use another node",
      );
    // How `fetch` names a body that ends before all of it has come.
    if (error.message === "terminated")
      throw new BeaconError(field, url.host, "breaks off in the middle of an answer", "try again, or use another node");
    throw new BeaconError(
      field,
      url.host,
      `cannot be reached, ${failureCode(error)}`,
      "check the address, and that the node runs",
    );
  }
}
