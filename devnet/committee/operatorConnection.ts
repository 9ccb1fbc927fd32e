import { Agent } from "node:http";

import type { Logger } from "pino";

import { SignAnswerSchema, type SignAnswer } from "./answers.ts";
import { exchange } from "./httpExchange.ts";

/** Most that is read of an answer: a few hundred bytes per duty. */
const MAX_ANSWER_BYTES = 8 * 2 ** 20;
/** After the first late answer, and at most. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** What of a log is needed here. */
export type Log = Pick<Logger, "warn" | "info">;

/**
 * Asks one operator. One that was late is not waited for again until it answers a question about its status, which is
 * asked beside the duties, at growing intervals.
 */
export class OperatorConnection {
  readonly url: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 2 });
  readonly #timeoutMs: number;
  readonly #log: Log | undefined;
  /** Set while it is not waited for. */
  #suspension: { pauseMs: number; askAt: number; isAsking: boolean } | undefined;
  #lastFailure: string | undefined;

  constructor(url: URL, timeoutMs: number, log?: Log) {
    this.url = url;
    this.#timeoutMs = timeoutMs;
    this.#log = log;
  }

  /**
   * @param body A request in the wire form.
   * @returns Undefined if it is down, late, offline, or answers what is no answer.
   */
  async sign(body: string): Promise<SignAnswer | undefined> {
    if (this.#suspension !== undefined) {
      this.#askWhetherBack(this.#suspension);
      return undefined;
    }
    const startedAt = Date.now();
    try {
      const answer = SignAnswerSchema.parse(JSON.parse(await this.#ask("v1/sign", body)));
      this.#noteFailure(undefined);
      return answer;
    } catch (error) {
      this.#noteFailure(error instanceof Error ? error.message : String(error));
      if (Date.now() - startedAt >= this.#timeoutMs)
        this.#suspension = { pauseMs: FIRST_PAUSE_MS, askAt: Date.now() + FIRST_PAUSE_MS, isAsking: false };
      return undefined;
    }
  }

  /** Closes its connections. */
  close(): void {
    this.#agent.destroy();
  }

  #askWhetherBack(suspension: { pauseMs: number; askAt: number; isAsking: boolean }): void {
    if (suspension.isAsking || Date.now() < suspension.askAt) return;
    suspension.isAsking = true;
    this.#ask("v1/status").then(
      () => {
        this.#suspension = undefined;
      },
      () => {
        suspension.pauseMs = Math.min(2 * suspension.pauseMs, LONGEST_PAUSE_MS);
        suspension.askAt = Date.now() + suspension.pauseMs;
        suspension.isAsking = false;
      },
    );
  }

  async #ask(path: string, body?: string): Promise<string> {
    const { status, body: answer } = await exchange({
      url: new URL(path, this.url),
      ...(body === undefined ? { method: "GET" } : { method: "POST", body }),
      ...{ agent: this.#agent, timeoutMs: this.#timeoutMs, maxBytes: MAX_ANSWER_BYTES },
    });
    if (status !== 200) throw new Error(`status ${status}: ${answer.slice(0, 300)}`);
    return answer;
  }

  /** Logs when it begins to fail in a way, and when it is back; not each slot. */
  #noteFailure(reason: string | undefined): void {
    if (reason === this.#lastFailure) return;
    this.#lastFailure = reason;
    if (reason === undefined) this.#log?.info({ operator: this.url.href }, "the operator answers again");
    else this.#log?.warn({ operator: this.url.href, reason }, "the operator gives no answer");
  }
}
