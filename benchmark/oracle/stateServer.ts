// A beacon node of one state, in a process of its own: `stateServer.ts STATE`, where STATE is JSON. Tells its parent where
// it listens, and ends with it.
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { BALANCE_GWEI, CREDENTIALS, indexOf, queueRecords, type SyntheticState } from "./syntheticChain.ts";

const FAR_FUTURE_EPOCH = `${2n ** 64n - 1n}`;
const state = JSON.parse(process.argv[2] ?? "") as SyntheticState;
const bytes = readFileSync(state.file);
const queue = queueRecords();

const server = createServer((request, response) => {
  void serve(request, response);
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit());

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url: path = "" } = request;
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  if (path.startsWith("/eth/v2/debug/beacon/states/")) {
    sendSsz(response, bytes);
    return;
  }
  if (path.endsWith("/pending_deposits")) {
    sendSsz(response, queue);
    return;
  }
  const text = textFor(path, Buffer.concat(parts).toString());
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) }).end(text);
}

function textFor(path: string, body: string): string {
  if (path.endsWith("/validators")) return answerOf((JSON.parse(body) as { ids: string[] }).ids.map(row));
  if (path.endsWith("/genesis"))
    return JSON.stringify({ data: { genesis_validators_root: state.genesisValidatorsRoot } });
  throw new Error(`nobody asks for ${path}`);
}

function answerOf(data: readonly unknown[]): string {
  return JSON.stringify({ version: "fulu", execution_optimistic: false, finalized: true, data });
}

function row(pubkey: string): unknown {
  return {
    index: `${indexOf(pubkey)}`,
    balance: `${BALANCE_GWEI}`,
    status: "active_ongoing",
    validator: {
      pubkey,
      withdrawal_credentials: CREDENTIALS,
      effective_balance: "32000000000",
      slashed: false,
      activation_eligibility_epoch: "0",
      activation_epoch: "0",
      exit_epoch: FAR_FUTURE_EPOCH,
      withdrawable_epoch: FAR_FUTURE_EPOCH,
    },
  };
}

function sendSsz(response: ServerResponse, body: Buffer): void {
  const type = { "content-type": "application/octet-stream", "eth-consensus-version": "fulu" };
  response.writeHead(200, { ...type, "content-length": body.length }).end(body);
}
