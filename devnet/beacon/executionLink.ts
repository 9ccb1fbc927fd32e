import { setTimeout as sleep } from "node:timers/promises";

import { toHex, type Hex } from "../../src/units/hex.ts";
import type { ExecutionBlock } from "../committee/duties.ts";
import type { BeaconChain } from "./chain.ts";
import type { ChainState } from "./chainState.ts";
import {
  EngineError,
  type BuiltPayload,
  type EngineApi,
  type ForkChoice,
  type PayloadAttributes,
} from "./engineApi.ts";

const ZERO_ROOT = new Uint8Array(32);
/** How long a block may take to be executed, and how often is asked. */
const [EXECUTION_MS, EXECUTION_POLL_MS] = [30_000, 50];

/** Keeps the execution client at the head of the beacon chain, also after it was away. */
export class ExecutionLink {
  readonly #chain: BeaconChain;
  readonly #engine: EngineApi;
  #visible: ExecutionBlock;

  constructor(chain: BeaconChain, engine: EngineApi) {
    this.#chain = chain;
    this.#engine = engine;
    this.#visible = blockOf(chain);
  }

  /** The newest block that others see when they ask the execution client. */
  get visible(): ExecutionBlock {
    return this.#visible;
  }

  /** Has a payload built on the head. */
  async build(attributes: PayloadAttributes): Promise<BuiltPayload> {
    const id = await this.#withHead(() => this.#engine.forkchoiceUpdated(this.#forkChoice(), attributes));
    if (id === undefined)
      throw new EngineError("payload", `slot time ${attributes.timestamp}`, "is not built", "see the client's log");
    return this.#engine.getPayload(id);
  }

  /** Has a payload on top of the head executed. */
  async execute(built: BuiltPayload): Promise<void> {
    const { root } = this.#chain.head;
    if ((await this.#engine.newPayload(built, root)) === "VALID") return;
    await this.catchUp();
    await this.#executeOn(built, root);
  }

  /** Makes the head of the beacon chain that of the execution chain. */
  async publish(): Promise<void> {
    await this.#withHead(() => this.#engine.forkchoiceUpdated(this.#forkChoice()));
    this.#visible = blockOf(this.#chain);
  }

  /** Gives the execution client the blocks that it lacks, and makes the newest its head. */
  async catchUp(): Promise<void> {
    const { head, store } = this.#chain;
    let from = head.slot;
    for (let slot = head.slot; slot > 0; slot = from - 1) {
      const block = this.#chain.blockAt(slot);
      if (block === undefined || (await this.#hasBlock(toHex(block.message.body.executionPayload.blockHash)))) break;
      from = block.message.slot;
    }
    for (const { slot } of store.blocks(from, head.slot)) {
      const block = this.#chain.blockAt(slot)?.message;
      if (block === undefined) continue;
      const { executionPayload: payload, executionRequests: requests } = block.body;
      await this.#executeOn({ payload, requests }, block.parentRoot);
    }
    await this.#engine.forkchoiceUpdated(this.#forkChoice());
    this.#visible = blockOf(this.#chain);
  }

  /** Has a payload executed whose ancestors the client has. */
  async #executeOn(built: BuiltPayload, parentRoot: Uint8Array): Promise<void> {
    let status = await this.#engine.newPayload(built, parentRoot);
    // The client says so of a block with many transactions, too, until it has executed it.
    for (const began = Date.now(); status !== "VALID" && Date.now() - began < EXECUTION_MS;) {
      await sleep(EXECUTION_POLL_MS);
      status = await this.#engine.newPayload(built, parentRoot);
    }
    if (status === "VALID") return;
    const hash = toHex(built.payload.blockHash);
    throw new EngineError("execution block", hash, `stays ${status}`, "see the execution client's log");
  }

  async #hasBlock(hash: Hex): Promise<boolean> {
    return (await this.#engine.call("eth_getBlockByHash", [hash, false])) !== null;
  }

  /** A client that lost its last blocks refuses a head that it does not know. */
  async #withHead<T>(update: () => Promise<T>): Promise<T> {
    try {
      return await update();
    } catch (error) {
      if (!(error instanceof EngineError) || !/SYNCING|unknown|not found/i.test(error.message)) throw error;
      await this.catchUp();
      return update();
    }
  }

  #forkChoice(): ForkChoice {
    const { head } = this.#chain;
    return {
      headBlockHash: toHex(head.executionHash),
      safeBlockHash: this.#hashOf(head.state.currentJustifiedCheckpoint),
      finalizedBlockHash: this.#hashOf(head.state.finalizedCheckpoint),
    };
  }

  /** Nothing is justified or final before the first checkpoint, whose root is zero. */
  #hashOf({ root }: ChainState["finalizedCheckpoint"]): Hex {
    const isNone = root.every((byte) => byte === 0);
    return isNone ? toHex(ZERO_ROOT) : this.#chain.executionHashOf(root);
  }
}

function blockOf({ head }: BeaconChain): ExecutionBlock {
  const { blockNumber, blockHash } = head.state.latestExecutionPayloadHeader;
  return { number: blockNumber, hash: toHex(blockHash) };
}
