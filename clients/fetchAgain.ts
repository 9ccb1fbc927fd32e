import { failureCode } from "./httpBody.ts";

/** How `fetch` names a connection that was closed. */
const CLOSED = ["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"];
/** Several connections are kept, of which each may be closed. */
const MOST_TRIES = 3;

/**
 * Fetches, and some times more if the connection was closed before an answer came: servers close those that were idle, at
 * times just when one is used again. For questions only, which may be put more than once.
 */
export async function fetchAgain(url: URL, init: RequestInit, tries = MOST_TRIES): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (tries <= 1 || !(error instanceof Error) || !CLOSED.includes(failureCode(error))) throw error;
    return fetchAgain(url, init, tries - 1);
  }
}
