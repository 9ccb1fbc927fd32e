import type { SeatedCommittee } from "../../clients/seatedCommittee.ts";
import { ageMark, type MessageKind, type SignedMessage } from "../../src/oracle/signedMessages.ts";
import type { Hex } from "../../src/units/hex.ts";
import { EquivocationWatch, type Equivocation } from "./equivocations.ts";
import { MessageBook, type Relevance } from "./messageBook.ts";
import type { SignedAnswer } from "./peers.ts";

/** A message of a kind with its signature. */
export type SignedOf<Kind extends MessageKind> = Extract<SignedMessage, { readonly kind: Kind }>;

/** One message, and the members who signed it. */
export interface MemberAgreement<Kind extends MessageKind> {
  readonly digest: Hex;
  /**
   * As it was handed on: where keys stand is not signed, so that some versions may name other keys. The right one is that
   * whose keys have the hash.
   */
  readonly versions: readonly SignedOf<Kind>[];
  /** By member, EIP-55. */
  readonly signatures: ReadonlyMap<string, Hex>;
}

/** An agreement as it grows. */
interface OpenAgreement<Kind extends MessageKind> {
  readonly mark: bigint;
  /** By where the keys stand. */
  readonly versions: Map<string, SignedOf<Kind>>;
  readonly signatures: Map<string, Hex>;
}

/**
 * What the members of a committee signed, of all that was handed on. Each signature speaks for itself, whoever hands it
 * on; but everyone who does has a book of its own, so that none can fill up what the others have to say, not even with old
 * messages of theirs.
 */
export class CommitteeMessages {
  readonly #committee: SeatedCommittee;
  readonly #books = new Map<string, MessageBook>();
  readonly #watch = new EquivocationWatch();

  constructor(committee: SeatedCommittee) {
    this.#committee = committee;
  }

  /**
   * Takes up what somebody hands on, as far as it is of this committee, its members' and matters.
   * @returns Members' contradictions that it uncovers, each once.
   */
  add({ url, signed }: SignedAnswer, relevance: Relevance): Equivocation[] {
    const { chainId, address, domain, members } = this.#committee;
    if (signed.chainId !== chainId || signed.committee.toLowerCase() !== address.toLowerCase()) return [];
    const book = this.#books.get(url) ?? new MessageBook(domain, members);
    this.#books.set(url, book);
    return signed.messages.flatMap((message) => {
      const taken = book.add(message, relevance);
      const equivocation = taken === undefined ? undefined : this.#watch.note(taken);
      return equivocation === undefined ? [] : [equivocation];
    });
  }

  /** Messages of a kind, those with the most signatures first, and among them the newest. */
  agreements<Kind extends MessageKind>(kind: Kind): MemberAgreement<Kind>[] {
    const found = new Map<Hex, OpenAgreement<Kind>>();
    for (const book of this.#books.values())
      for (const { digest, message, signatures } of book.entries(kind)) {
        if (!isOf(message, kind)) continue;
        const known = found.get(digest) ?? { mark: ageMark(message), versions: new Map(), signatures: new Map() };
        known.versions.set(placesOf(message), message);
        for (const [member, signature] of signatures) known.signatures.set(member, signature);
        found.set(digest, known);
      }
    return [...found]
      .sort(([, a], [, b]) => b.signatures.size - a.signatures.size || Number(b.mark - a.mark))
      .map(([digest, { versions, signatures }]) => ({ digest, versions: [...versions.values()], signatures }));
  }

  /** Forgets messages that do not matter any more. */
  prune(relevance: Relevance): void {
    for (const book of this.#books.values()) book.prune(relevance);
    this.#watch.prune(relevance);
  }
}

/** What members of a committee signed of one kind, of what was handed on at once; those with the most signatures first. */
export function agreementsOf<Kind extends MessageKind>(
  committee: SeatedCommittee,
  answers: readonly SignedAnswer[],
  kind: Kind,
  relevance: Relevance,
): MemberAgreement<Kind>[] {
  const messages = new CommitteeMessages(committee);
  // To verify the others would be for nothing.
  for (const { url, signed } of answers)
    messages.add(
      { url, signed: { ...signed, messages: signed.messages.filter((each) => isOf(each, kind)) } },
      relevance,
    );
  return messages.agreements(kind);
}

function isOf<Kind extends MessageKind>(message: SignedMessage, kind: Kind): message is SignedOf<Kind> {
  return message.kind === kind;
}

/** What versions of one message differ in. */
function placesOf(signed: SignedMessage): string {
  if (signed.kind === "report") return "";
  const spans = signed.kind === "approval" ? [signed.offer] : signed.ranges;
  return spans.map(({ batchId, from, to }) => `${batchId}:${from}-${to}`).join();
}
