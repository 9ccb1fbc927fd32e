import { FieldError } from "../src/units/errors.ts";
import { failureCode, readBytes } from "./httpBody.ts";

/** A server does not give or take a file. */
export class HttpFileError extends FieldError {}

/** How servers are spoken to. */
export interface HttpAccess {
  /** Header that opens the server to us; a secret. */
  readonly header?: readonly [name: string, value: string];
  /** Longest time for one file, milliseconds. */
  readonly timeout?: number;
}

const TIMEOUT = 60_000;
const MAX_REDIRECTS = 3;
/** How `fetch` refuses the ports of mail and other services, without a code. */
const BLOCKED_PORT = "bad port";
const NOT_THERE = [404, 410];
/** Those after which a request is made again as it was. */
const REDIRECTS = { GET: [301, 302, 303, 307, 308], PUT: [307, 308] };

/**
 * Reads a text from a server.
 * @param field Through what the address was given.
 * @returns Nothing if there is no such file.
 * @throws {HttpFileError} If the server cannot be reached, is too slow, refuses, sends us to another host, or sends more
 *   than `maxBytes` or no text.
 */
export async function getText(
  url: URL,
  field: string,
  maxBytes: number,
  access: HttpAccess = {},
): Promise<string | undefined> {
  return attempt(url, field, access, async (signal) => {
    const response = await request(url, field, { method: "GET", signal }, access);
    if (NOT_THERE.includes(response.status)) {
      await response.body?.cancel();
      return undefined;
    }
    await requireSuccess(response, url, field);
    return readBody(response, url, field, maxBytes);
  });
}

/**
 * Writes a text to a server, as a whole.
 * @throws {HttpFileError} If the server cannot be reached, is too slow, refuses, or sends us to another host.
 */
export async function putText(url: URL, field: string, text: string, access: HttpAccess = {}): Promise<void> {
  await attempt(url, field, access, async (signal) => {
    const response = await request(url, field, { method: "PUT", body: text, signal }, access);
    await requireSuccess(response, url, field);
    await response.body?.cancel();
  });
}

/** An address without what could be a secret in it. */
export function showUrl({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`;
}

interface HttpRequest {
  readonly method: "GET" | "PUT";
  readonly body?: string;
  readonly signal: AbortSignal;
}

async function request(url: URL, field: string, sent: HttpRequest, { header }: HttpAccess): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (sent.body !== undefined) headers["content-type"] = "application/json";
  if (header !== undefined) headers[header[0]] = header[1];
  let address = url;
  for (let i = 0; i <= MAX_REDIRECTS; i++) {
    const response = await fetch(address, { ...sent, headers, redirect: "manual" });
    const location = response.headers.get("location");
    if (location === null || !REDIRECTS[sent.method].includes(response.status)) return response;
    await response.body?.cancel();
    const next = new URL(location, address);
    if (next.host !== url.host || (url.protocol === "https:" && next.protocol !== "https:"))
      throw new HttpFileError(
        field,
        showUrl(url),
        `redirects to ${next.protocol}//${next.host}, which is not followed`,
        "name that address, if you trust it",
      );
    address = next;
  }
  throw new HttpFileError(
    field,
    showUrl(url),
    `redirects more than ${MAX_REDIRECTS} times`,
    "name the address that it leads to",
  );
}

async function requireSuccess(response: Response, url: URL, field: string): Promise<void> {
  if (response.ok) return;
  await response.body?.cancel();
  const { status } = response;
  const remedy =
    status === 401 || status === 403
      ? "have the server allow it; to store, name the variable that holds its header with --content-auth"
      : status === 409
        ? "have the server make the folders of new files"
        : "look at what the server logs, and try again";
  throw new HttpFileError(field, showUrl(url), `answers with HTTP status ${status}`, remedy);
}

async function readBody(response: Response, url: URL, field: string, maxBytes: number): Promise<string> {
  const bytes = await readBytes(response, maxBytes);
  if (bytes === undefined) throw tooLarge(field, showUrl(url), maxBytes);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new HttpFileError(field, showUrl(url), "is no UTF-8 text", "have the files stored again as they are");
  }
}

/** What is larger than it may be. */
export function tooLarge(field: string, place: string, maxBytes: number): HttpFileError {
  return new HttpFileError(
    field,
    place,
    `has more than the ${maxBytes} bytes that so many keys need`,
    "make smaller batches, and have nothing else stored there",
  );
}

async function attempt<T>(
  url: URL,
  field: string,
  { timeout = TIMEOUT }: HttpAccess,
  operation: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await operation(AbortSignal.timeout(timeout));
  } catch (error) {
    if (error instanceof HttpFileError || !(error instanceof Error)) throw error;
    if (error.cause instanceof Error && error.cause.message === BLOCKED_PORT)
      throw new HttpFileError(field, showUrl(url), "has a port that is kept for another service", "use another port");
    const [problem, remedy] =
      error.name === "TimeoutError"
        ? [`does not answer within ${timeout / 1_000} seconds`, "try again, or use another server"]
        : [`cannot be reached, ${failureCode(error)}`, "check the address, and that its server runs"];
    throw new HttpFileError(field, showUrl(url), problem, remedy);
  }
}
