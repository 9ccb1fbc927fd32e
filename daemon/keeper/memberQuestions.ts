import type { Logger } from "pino";

import type { PeerAnswer, SignedAnswer } from "../exchange/peers.ts";
import { SaidOnce } from "./saidOnce.ts";

/** Asks all members what they signed lately; nothing of it is to be trusted before it is checked. */
export type AskMembers = () => Promise<readonly PeerAnswer[]>;

/** Asks members, and says which of them do not answer. */
export class MemberQuestions {
  readonly #ask: AskMembers;
  readonly #said: SaidOnce;

  constructor(ask: AskMembers, log: Logger) {
    this.#ask = ask;
    this.#said = new SaidOnce(log);
  }

  /** What they signed; those that do not answer are left out. */
  async answers(): Promise<SignedAnswer[]> {
    const answers = await this.#ask();
    return answers.flatMap((answer) => {
      const member = new URL(answer.url).host;
      const problem = "problem" in answer ? answer.problem : undefined;
      const text = problem === undefined ? undefined : "member does not answer";
      this.#said.say(answer.url, "warn", text, { member, problem }, problem);
      return "signed" in answer ? [answer] : [];
    });
  }
}
