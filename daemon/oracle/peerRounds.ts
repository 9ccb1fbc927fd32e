import { collectSignedMessages, type PeerAnswer, type PeerOptions, type SignedAnswer } from "../exchange/peers.ts";
import { Backoff } from "./backoff.ts";
import type { MemberMetrics } from "./memberMetrics.ts";

/** Asks peers round by round; those that fail again and again are asked ever less often. */
export class PeerRounds {
  readonly #urls: readonly string[];
  readonly #options: PeerOptions;
  readonly #metrics: MemberMetrics;
  readonly #backoff = new Backoff();

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
    const asked = this.#urls.filter((url) => this.#backoff.isDue(url));
    const answers = await collectSignedMessages(asked, this.#options);
    return answers.flatMap((answer) => {
      this.#count(answer, tell);
      return "signed" in answer ? [answer] : [];
    });
  }

  #count(answer: PeerAnswer, tell: (url: string, problem: string | undefined) => void): void {
    const peer = new URL(answer.url).host;
    if ("signed" in answer) {
      this.#metrics.peerRequests.inc({ peer, result: "ok" });
      this.#metrics.peerMessages.set({ peer }, answer.signed.messages.length);
      if (this.#backoff.succeeded(answer.url) > 0) tell(answer.url, undefined);
      return;
    }
    this.#metrics.peerRequests.inc({ peer, result: "failed" });
    this.#metrics.peerMessages.set({ peer }, 0);
    if (this.#backoff.failed(answer.url) === 0) tell(answer.url, answer.problem);
  }
}
