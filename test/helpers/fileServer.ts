import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a server answers instead of keeping files; nothing at all if it hangs. */
export type Answer = { status: number; headers?: Record<string, string>; body?: string | Uint8Array } | "hang";

/** A request as the server got it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

/** A server that keeps what is put to it and gives it back. */
export interface FileServer {
  readonly url: string;
  /** Texts by path. */
  readonly files: Map<string, string>;
  readonly seen: SeenRequest[];
  /** Set to answer requests in another way; nothing lets one be served. */
  answer: (request: SeenRequest) => Answer | undefined;
  stop(): Promise<void>;
}

/** Starts a server on a free port of this machine. */
export async function startFileServer(): Promise<FileServer> {
  const server = createServer((request, response) => {
    void serve(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const started: FileServer = {
    url: `http://127.0.0.1:${port}`,
    files: new Map(),
    seen: [],
    answer: () => undefined,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url: path = "", headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const seen = { method, path, authorization: headers.authorization };
    started.seen.push(seen);
    const answer = started.answer(seen) ?? keep(method, path, Buffer.concat(chunks).toString());
    if (answer !== "hang") response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  function keep(method: string, path: string, text: string): Answer {
    if (method === "PUT") {
      started.files.set(path, text);
      return { status: 201 };
    }
    const file = started.files.get(path);
    return file === undefined ? { status: 404, body: "not here" } : { status: 200, body: file };
  }

  return started;
}
