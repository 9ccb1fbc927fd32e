import { randomBytes } from "node:crypto";

import { callRpc } from "../../devnet/execution/jsonRpc.ts";
import { toHex } from "../../src/units/hex.ts";

const ZERO_HASH = `0x${"00".repeat(32)}`;
const SECONDS_PER_SLOT = 12;

interface Payload {
  readonly executionPayload: {
    readonly blockHash: string;
    readonly blockNumber: string;
    readonly transactions: string[];
  };
  readonly executionRequests: string[];
}

/** How long each call of the last block took, milliseconds. */
export type BlockTimes = Record<"prepare" | "get" | "execute" | "choose", number>;

/** Lets an execution client make its chain over the Engine API, without a beacon chain. */
export class EngineDriver {
  readonly #engine: string;
  readonly #rpc: string;
  #producing: Promise<unknown> = Promise.resolve();
  times: BlockTimes = { prepare: 0, get: 0, execute: 0, choose: 0 };

  constructor(engine: string, rpc: string) {
    this.#engine = engine;
    this.#rpc = rpc;
  }

  /** Makes one block of what waits, after those that are being made. */
  async produceBlock(): Promise<Payload["executionPayload"]> {
    const next = this.#producing.then(() => this.#produce());
    this.#producing = next.catch(() => undefined);
    return next;
  }

  async #produce(): Promise<Payload["executionPayload"]> {
    const head = (await callRpc(this.#rpc, "eth_getBlockByNumber", ["latest", false])) as {
      hash: string;
      timestamp: string;
    };
    const parentBeaconBlockRoot = toHex(randomBytes(32));
    const attributes = {
      timestamp: `0x${(Number(head.timestamp) + SECONDS_PER_SLOT).toString(16)}`,
      prevRandao: toHex(randomBytes(32)),
      suggestedFeeRecipient: `0x${"fe".repeat(20)}`,
      withdrawals: [],
      parentBeaconBlockRoot,
    };
    const { payloadId } = (await this.#timed("prepare", this.#choose(head.hash, attributes))) as { payloadId: string };
    const made = await this.#timed("get", callRpc(this.#engine, "engine_getPayloadV4", [payloadId]));
    const { executionPayload, executionRequests } = made as Payload;
    const params = [executionPayload, [], parentBeaconBlockRoot, executionRequests];
    const status = await this.#timed("execute", callRpc(this.#engine, "engine_newPayloadV4", params));
    requireValid(status);
    await this.#timed("choose", this.#choose(executionPayload.blockHash));
    return executionPayload;
  }

  async #choose(headBlockHash: string, attributes: object | null = null): Promise<unknown> {
    const state = { headBlockHash, safeBlockHash: headBlockHash, finalizedBlockHash: ZERO_HASH };
    const answer = await callRpc(this.#engine, "engine_forkchoiceUpdatedV3", [state, attributes]);
    requireValid((answer as { payloadStatus: unknown }).payloadStatus);
    return answer;
  }

  async #timed<T>(name: keyof BlockTimes, work: Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await work;
    this.times = { ...this.times, [name]: performance.now() - start };
    return result;
  }
}

function requireValid(answer: unknown): void {
  if ((answer as { status: string }).status !== "VALID") throw new Error(`not valid: ${JSON.stringify(answer)}`);
}
