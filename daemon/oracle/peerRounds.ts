import { endsWithin } from "../../clients/deadline.ts";
import { collectSignedMessages, type PeerAnswer, type PeerOptions, type SignedAnswer } from "../exchange/peers.ts";
import type { MemberMetrics } from "./memberMetrics.ts";

/** How long a round waits for peers that did not answer last, milliseconds. */
const BRIEFLY_MS = 500;

/**
 * Asks peers round by round. One that did not answer is waited for only briefly from then on; what it answers later counts
 * in the next round, and it is waited for again.
 */
export class PeerRounds {
  readonly #urls: readonly string[];
  readonly #options: PeerOptions;
  readonly #metrics: MemberMetrics;
  readonly #stop = new AbortController();
  readonly #silent = new Set<string>();
  /** Silent ones that are asked now. */
  readonly #asked = new Map<string, Promise<void>>();
  /** What silent ones answered, since it was counted last. */
  readonly #late: PeerAnswer[] = [];

  constructor(urls: readonly string[], options: PeerOptions, metrics: MemberMetrics) {
    const { signal } = options;
    this.#urls = urls;
    this.#options = {
      ...options,
      signal: signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal]),
    };
    this.#metrics = metrics;
  }

  /**
   * What the peers signed, as far as they answer.
   * @param tell Told of peers that answer no more, or again.
   */
  async ask(tell: (url: string, problem: string | undefined) => void): Promise<SignedAnswer[]> {
    const beside = [...this.#silent].map((url) => this.#askBeside(url));
    const waitedFor = this.#urls.filter((url) => !this.#silent.has(url));
    const [answers] = await Promise.all([
      collectSignedMessages(waitedFor, this.#options),
      endsWithin(BRIEFLY_MS, Promise.all(beside)),
    ]);
    return [...answers, ...this.#late.splice(0)].flatMap((answer) => {
      this.#count(answer, tell);
      return "signed" in answer ? [answer] : [];
    });
  }

  /** Ends all questions. */
  stop(): void {
    this.#stop.abort();
  }

  /** One question at a time, which may take longer than the round. */
  #askBeside(url: string): Promise<void> {
    const asked =
      this.#asked.get(url) ??
      collectSignedMessages([url], this.#options).then((answers) => {
        this.#asked.delete(url);
        this.#late.push(...answers);
      });
    this.#asked.set(url, asked);
    return asked;
  }

  #count(answer: PeerAnswer, tell: (url: string, problem: string | undefined) => void): void {
    const { url } = answer;
    const peer = new URL(url).host;
    if ("signed" in answer) {
      this.#metrics.peerRequests.inc({ peer, result: "ok" });
      this.#metrics.peerMessages.set({ peer }, answer.signed.messages.length);
      if (this.#silent.delete(url)) tell(url, undefined);
      return;
    }
    this.#metrics.peerRequests.inc({ peer, result: "failed" });
    this.#metrics.peerMessages.set({ peer }, 0);
    if (this.#silent.has(url)) return;
    this.#silent.add(url);
    tell(url, answer.problem);
  }
}
