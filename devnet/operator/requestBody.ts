import type { IncomingMessage } from "node:http";

/** A request's body is too long. */
export class BodyTooLongError extends Error {}

/**
 * Reads a body.
 * @throws {BodyTooLongError} If it has more bytes; the rest is not read.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes)
      throw new BodyTooLongError(`the body has more than ${maxBytes} bytes: send several requests`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
