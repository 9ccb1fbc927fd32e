import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker } from "node:worker_threads";

/** A node that closes connections soon after it has answered. */
export interface ImpatientNode {
  readonly url: string;
  /** Connections that were made to it. */
  readonly connections: () => number;
  stop(): Promise<void>;
}

/** Milliseconds after which it closes an idle connection; it does not say so in its answers. */
const IDLE = 50;

/**
 * Starts the node on a thread of its own, so that it closes connections also while this one computes.
 * @returns It answers everything with 31337.
 */
export async function startImpatientNode(): Promise<ImpatientNode> {
  const worker = new Worker(fileURLToPath(import.meta.url));
  const [port] = (await once(worker, "message")) as [number];
  let connections = 0;
  worker.on("message", () => connections++);
  return {
    url: `http://127.0.0.1:${port}`,
    connections: () => connections,
    async stop() {
      await worker.terminate();
    },
  };
}

function serve(tell: (message: number) => void): void {
  const server = createServer((socket) => {
    tell(0);
    let received = "";
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      received += chunk.toString();
      const id = /\r\n\r\n.*"id":(\d+)/s.exec(received)?.[1];
      if (id === undefined) return;
      received = "";
      const body = `{"jsonrpc":"2.0","id":${id},"result":"0x7a69"}`;
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      setTimeout(() => socket.destroy(), IDLE);
    });
  });
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    tell(typeof address === "object" ? (address?.port ?? 0) : 0);
  });
}

if (!isMainThread) serve((message) => parentPort?.postMessage(message));
