import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** An answer in the wire form. */
export interface WireAnswer {
  operatorId: string;
  signatures: { duty: number; operatorIds: string[]; signature: string }[];
  exitRequests: { pubkey: string; operatorIds: string[] }[];
  feeRecipients: { pubkey: string; operatorIds: string[]; recipient: string }[];
}

/** An operator that passes requests on to an honest one, and something else back. */
export interface LyingOperator {
  readonly url: URL;
  /** What becomes of answers; a text is sent as it is, and nothing is never sent. */
  lie: (answer: WireAnswer) => WireAnswer | string | undefined;
  /** Requests for signatures so far. */
  readonly asked: () => number;
  stop(): Promise<void>;
}

/** Starts one on a free port of this machine; it is honest at first. */
export async function startLyingOperator(honest: () => URL): Promise<LyingOperator> {
  let asked = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (request.method === "POST") asked++;
      void pass(request.url ?? "/", request.method ?? "GET", Buffer.concat(chunks)).then((text) => {
        if (text !== undefined) response.setHeader("content-type", "application/json").end(text);
      });
    });
  });

  async function pass(path: string, method: string, body: Buffer): Promise<string | undefined> {
    const headers = { "content-type": "application/json" };
    const init = method === "GET" ? {} : { method, headers, body: body.toString() };
    const answer: unknown = await (await fetch(new URL(path, honest()), init)).json();
    const changed = lying.lie(answer as WireAnswer);
    return typeof changed === "object" ? JSON.stringify(changed) : changed;
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const lying: LyingOperator = {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    lie: (answer) => answer,
    asked: () => asked,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return lying;
}
