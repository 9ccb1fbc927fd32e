import { request, type Agent } from "node:http";

/** A request to a server on this machine. */
export interface HttpRequest {
  readonly url: URL;
  readonly method: "GET" | "POST";
  /** JSON. */
  readonly body?: string;
  /** Keeps connections open between requests. */
  readonly agent: Agent;
  /** For all of it, from the first byte sent to the last one received. */
  readonly timeoutMs: number;
  /** Most that is read of the answer. */
  readonly maxBytes: number;
}

/** What a server answered. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** No whole answer in time. */
export class HttpTimeoutError extends Error {}

/**
 * Sends a request and reads the answer. Unlike `fetch`, `node:http` costs a few megabytes and fractions of a millisecond.
 * @throws {HttpTimeoutError} If the answer is late.
 * @throws {Error} If there is no connection, or the answer is cut short or too long.
 */
export async function exchange({ url, method, body, agent, timeoutMs, maxBytes }: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const headers =
      body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const sent = request(url, { method, agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length > maxBytes) sent.destroy(new Error(`the answer has more than ${maxBytes} bytes`));
        else chunks.push(chunk);
      });
      response.on("error", fail);
      response.on("end", () => {
        clearTimeout(timer);
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
      });
    });
    const timer = setTimeout(() => {
      sent.destroy(new HttpTimeoutError(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    sent.on("error", fail);
    sent.end(body);

    function fail(error: Error): void {
      clearTimeout(timer);
      reject(error);
    }
  });
}
