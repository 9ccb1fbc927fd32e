import { Agent } from "node:http";

import { z } from "zod";

import type { Hex } from "../../src/units/hex.ts";
import { hexSchema } from "../../src/units/json.ts";
import { exchange } from "../committee/httpExchange.ts";

/** The execution client cannot be asked, or refuses. */
export class ExecutionClientError extends Error {}

/** A block, as far as operators look at it. */
export interface Block {
  readonly number: number;
  readonly hash: Hex;
  readonly parentHash: Hex;
}

/** A log as `eth_getLogs` gives it. */
export interface RawLog {
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly blockNumber: number;
}

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 2 ** 20;
/** Execution clients refuse longer ranges; EthereumJS more than 2,500. */
const LOG_BLOCKS = 2_000;

const Quantity = z
  .string()
  .regex(/^0x[0-9a-f]{1,12}$/i)
  .transform(Number);
const Envelope = z.object({ result: z.unknown(), error: z.object({ message: z.string() }).optional() });
const BlockSchema = z.object({ number: Quantity, hash: hexSchema(32), parentHash: hexSchema(32) }).nullable();
const LogsSchema = z.array(
  z.object({
    topics: z.array(hexSchema(32)),
    data: hexSchema(),
    blockNumber: Quantity,
    removed: z.literal(false).optional(),
  }),
);

/** The execution client, by the few calls that an operator needs, over a connection that stays open. */
export class ExecutionClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 2 });
  readonly #url: URL;
  #calls = 0;

  constructor(url: URL) {
    this.#url = url;
  }

  /**
   * A block by its number; undefined if the chain does not reach it.
   * @throws {ExecutionClientError}
   */
  async block(number: number): Promise<Block | undefined> {
    return (await this.#call("eth_getBlockByNumber", [quantity(number), false], BlockSchema)) ?? undefined;
  }

  /**
   * Logs of a contract in a range of blocks, inclusive, in the order of the chain.
   * @param topics First topics to choose by.
   * @throws {ExecutionClientError}
   */
  async logs(address: string, topics: readonly string[], fromBlock: number, toBlock: number): Promise<RawLog[]> {
    const found: RawLog[] = [];
    for (let from = fromBlock; from <= toBlock; from += LOG_BLOCKS) {
      const to = Math.min(from + LOG_BLOCKS - 1, toBlock);
      const filter = { address, topics: [topics], fromBlock: quantity(from), toBlock: quantity(to) };
      found.push(...(await this.#call("eth_getLogs", [filter], LogsSchema)));
    }
    return found;
  }

  /** Closes its connections. */
  close(): void {
    this.#agent.destroy();
  }

  async #call<T>(method: string, params: readonly unknown[], schema: z.ZodType<T>): Promise<T> {
    const body = JSON.stringify({ jsonrpc: "2.0", id: ++this.#calls, method, params });
    try {
      const limits = { agent: this.#agent, timeoutMs: TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES };
      const answer = await exchange({ url: this.#url, method: "POST", body, ...limits });
      const { result, error } = Envelope.parse(JSON.parse(answer.body));
      if (error !== undefined) throw new Error(error.message);
      return schema.parse(result);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ExecutionClientError(`the execution client at ${this.#url.origin} fails at ${method}: ${reason}`);
    }
  }
}

function quantity(value: number): string {
  return `0x${value.toString(16)}`;
}
