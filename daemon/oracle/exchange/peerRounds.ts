import type { MemberMetrics } from "../memberMetrics.ts";
import { collectSignedMessages, type PeerAnswer, type PeerOptions, type SignedAnswer } from "./peers.ts";

/** Most rounds in which a peer that failed again and again is left out. */
const MOST_LEFT_OUT = 15;

/** Asks peers round by round; those that fail again and again are asked ever less often. */
export class PeerRounds {
  readonly #urls: readonly string[];
  readonly #options: PeerOptions;
  readonly #metrics: MemberMetrics;
  readonly #failures = new Map<string, number>();
  readonly #leftOut = new Map<string, number>();

  constructor(urls: readonly string[], options: PeerOptions, metrics: MemberMetrics) {
    this.#urls = urls;
    this.#options = options;
    this.#metrics = metrics;
  }

  /**
   * What the peers signed, as far as they answer.
   * @param tell Told of peers that answer no more, or again.
   */
  async ask(tell: (url: string, problem: string | undefined) => void): Promise<SignedAnswer[]> {
    const asked = this.#urls.filter((url) => this.#isDue(url));
    const answers = await collectSignedMessages(asked, this.#options);
    return answers.flatMap((answer) => {
      this.#count(answer, tell);
      return "signed" in answer ? [answer] : [];
    });
  }

  #isDue(url: string): boolean {
    const rounds = this.#leftOut.get(url) ?? 0;
    if (rounds > 0) this.#leftOut.set(url, rounds - 1);
    return rounds === 0;
  }

  #count(answer: PeerAnswer, tell: (url: string, problem: string | undefined) => void): void {
    const peer = new URL(answer.url).host;
    const before = this.#failures.get(answer.url) ?? 0;
    if ("signed" in answer) {
      this.#failures.delete(answer.url);
      this.#metrics.peerRequests.inc({ peer, result: "ok" });
      this.#metrics.peerMessages.set({ peer }, answer.signed.messages.length);
      if (before > 0) tell(answer.url, undefined);
      return;
    }
    this.#failures.set(answer.url, before + 1);
    // None after the first failure, then 1, 3, 7.
    this.#leftOut.set(answer.url, Math.min(2 ** before - 1, MOST_LEFT_OUT));
    this.#metrics.peerRequests.inc({ peer, result: "failed" });
    this.#metrics.peerMessages.set({ peer }, 0);
    if (before === 0) tell(answer.url, answer.problem);
  }
}
