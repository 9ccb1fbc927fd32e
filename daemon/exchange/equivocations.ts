import { ageMark, subjectOf, type MessageKind } from "../../src/oracle/signedMessages.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { Relevance, TakenSignature } from "./messageBook.ts";

/** A member signed two different messages where there is to be one. */
export interface Equivocation {
  readonly member: string;
  readonly kind: MessageKind;
  readonly subject: string;
  readonly digests: readonly Hex[];
}

/** What a member signed about one subject. */
interface SignedSubject {
  readonly kind: MessageKind;
  readonly mark: bigint;
  readonly digests: Set<Hex>;
}

/** Finds members that contradict themselves, whoever handed on the one message and the other. */
export class EquivocationWatch {
  readonly #subjects = new Map<string, SignedSubject>();

  /** @returns The contradiction that a signature uncovers, once for each member and subject. */
  note({ member, message, digest }: TakenSignature): Equivocation | undefined {
    const { kind } = message;
    const subject = subjectOf(message);
    const key = `${member}:${kind}:${subject}`;
    const known = this.#subjects.get(key) ?? { kind, mark: ageMark(message), digests: new Set<Hex>() };
    this.#subjects.set(key, known);
    const { digests } = known;
    const before = digests.size;
    digests.add(digest);
    return before === 1 && digests.size === 2 ? { member, kind, subject, digests: [...digests] } : undefined;
  }

  /** Forgets subjects that do not matter any more. */
  prune(relevance: Relevance): void {
    for (const [key, { kind, mark }] of this.#subjects) if (mark < relevance[kind].from) this.#subjects.delete(key);
  }
}
