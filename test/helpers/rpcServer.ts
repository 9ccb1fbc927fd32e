import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A question as the node got it. */
export interface RpcQuestion {
  readonly method: string;
  readonly params: readonly unknown[];
  readonly authorization: string | undefined;
}

/** What a node answers: JSON-RPC, a text with a status, nothing at all, or half of it. */
export type RpcReply =
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: unknown }; status?: number }
  | { readonly status: number; readonly text: string }
  | "hang"
  | "break off";

/** A JSON-RPC server on this machine. */
export interface RpcServer {
  readonly url: string;
  readonly host: string;
  readonly asked: RpcQuestion[];
  /** Methods of the questions that came. */
  methods(): string[];
  answer: (question: RpcQuestion) => RpcReply | Promise<RpcReply>;
  stop(): Promise<void>;
}

/** Starts one on a free port. */
export async function startRpcServer(answer: RpcServer["answer"]): Promise<RpcServer> {
  const server = createServer((request, response) => {
    void serve(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const started: RpcServer = {
    url: `http://${host}`,
    host,
    asked: [],
    methods: () => started.asked.map(({ method }) => method),
    answer,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString()) as RpcQuestion & { id: number };
    const question = { method, params, authorization: request.headers.authorization };
    started.asked.push(question);
    send(await started.answer(question), id, response);
  }

  return started;
}

function send(reply: RpcReply, id: number, response: ServerResponse): void {
  if (reply === "hang") return;
  if (reply === "break off") {
    response.writeHead(200, { "content-length": "1000" }).write('{"result":');
    setTimeout(() => response.destroy(), 20);
    return;
  }
  const text = "text" in reply ? reply.text : JSON.stringify({ jsonrpc: "2.0", id, ...reply });
  response.writeHead("status" in reply ? (reply.status ?? 200) : 200).end(text);
}
