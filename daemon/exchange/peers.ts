import { failureCode, readBytes } from "../../clients/httpBody.ts";
import { MAX_BYTES, parseSignedMessages, type SignedMessages } from "../../src/oracle/signedMessagesFile.ts";
import { FieldError } from "../../src/units/errors.ts";

/** What a member answered. */
export interface SignedAnswer {
  readonly url: string;
  readonly signed: SignedMessages;
}

/** What a member answered, or why there is nothing. */
export type PeerAnswer = SignedAnswer | { readonly url: string; readonly problem: string };

/** How members are asked. */
export interface PeerOptions {
  /** Longest time for one answer, milliseconds; five seconds if left out. */
  readonly timeout?: number;
  /** Ends all questions. */
  readonly signal?: AbortSignal;
}

/** Where each member serves what it signed. */
export const SIGNATURES_PATH = "v1/signatures";

const TIMEOUT = 5_000;

/**
 * Asks members, all at once, for what they signed lately. Nothing of it is verified but its form; whoever does not answer,
 * is slow, or sends too much or something else, costs no more than the time for one answer.
 * @param urls Bases of their addresses.
 * @returns In the order of the addresses.
 */
export async function collectSignedMessages(urls: readonly string[], options: PeerOptions = {}): Promise<PeerAnswer[]> {
  return Promise.all(
    urls.map(async (url): Promise<PeerAnswer> => {
      try {
        return { url, signed: await askMember(url, options) };
      } catch (error) {
        return { url, problem: describe(error) };
      }
    }),
  );
}

async function askMember(url: string, { timeout = TIMEOUT, signal }: PeerOptions): Promise<SignedMessages> {
  const address = new URL(SIGNATURES_PATH, url.replace(/\/*$/, "/"));
  const limit = AbortSignal.timeout(timeout);
  const response = await fetch(address, {
    headers: { accept: "application/json" },
    redirect: "error",
    signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new PeerError(`HTTP status ${response.status}`);
  }
  const bytes = await readBytes(response, MAX_BYTES);
  if (bytes === undefined) throw new PeerError(`more than ${MAX_BYTES} bytes`);
  return parseSignedMessages(bytes.toString(), "answer");
}

/** A member answers otherwise than it should. */
class PeerError extends Error {}

function describe(error: unknown): string {
  if (error instanceof FieldError || error instanceof PeerError) return error.message;
  if (!(error instanceof Error)) return "unknown";
  return error.name === "TimeoutError" ? "no answer in time" : failureCode(error);
}
