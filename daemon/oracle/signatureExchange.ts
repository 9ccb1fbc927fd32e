import type { Logger } from "pino";

import { printSignedMessages, type SignedMessages } from "../../src/oracle/signedMessagesFile.ts";
import type { Hex } from "../../src/units/hex.ts";
import { serveSignatures, type ExchangeServer } from "../exchange/server.ts";
import type { ReportingState } from "./frame.ts";
import type { MemberMetrics } from "./memberMetrics.ts";
import { PeerRounds } from "./peerRounds.ts";
import type { Seat } from "./seat.ts";
import type { SignatureRecord } from "./signatures.ts";
import { relevanceOf, usefulMessages } from "./usefulMessages.ts";

/** What a member exchanges signatures with. */
export interface ExchangeParts {
  readonly peers: readonly string[];
  readonly record: SignatureRecord;
  readonly metrics: MemberMetrics;
  readonly log: Logger;
  /** Ends all questions. */
  readonly signal: AbortSignal;
}

/** Serves what a member signed, and asks the others for what they did. */
export class SignatureExchange {
  readonly #parts: ExchangeParts;
  readonly #peers: PeerRounds;
  #server: ExchangeServer | undefined;
  #served: string | undefined;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    this.#peers = new PeerRounds(parts.peers, { signal: parts.signal }, parts.metrics);
  }

  /** Where it serves; 0 before it does. */
  get port(): number {
    return this.#server?.port ?? 0;
  }

  /** @param port Zero takes a free one. */
  async start(port: number): Promise<void> {
    this.#server = await serveSignatures(() => this.#served, port);
  }

  async stop(): Promise<void> {
    this.#peers.stop();
    await this.#server?.stop();
  }

  /** From now on it serves what is on record. */
  serve(seat: Seat, state: ReportingState): void {
    this.#served = printSignedMessages(this.#own(seat, state));
  }

  /** Adds what this member and its peers signed to what is known of the committee. */
  async collect(seat: Seat, state: ReportingState): Promise<void> {
    const { metrics, log } = this.#parts;
    const { messages } = seat;
    const relevance = relevanceOf(state);
    messages.prune(relevance);
    const answers = await this.#peers.ask((peer, problem) => {
      if (problem === undefined) log.info({ peer }, "peer answers again");
      else log.warn({ peer, problem }, "peer does not answer");
    });
    for (const answer of [{ url: "self", signed: this.#own(seat, state) }, ...answers])
      for (const equivocation of messages.add(answer, relevance)) {
        metrics.equivocations.inc({ member: equivocation.member });
        log.error(equivocation, "a member signed two different messages");
      }
    for (const kind of ["report", "approval", "exits"] as const)
      metrics.quorumSignatures.set({ kind }, messages.agreements(kind)[0]?.signatures.size ?? 0);
  }

  #own({ committee: { chainId, address }, signing }: Seat, state: ReportingState): SignedMessages {
    return { chainId, committee: address as Hex, messages: usefulMessages(this.#parts.record, signing, state) };
  }
}
