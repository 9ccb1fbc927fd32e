import type { SeatedCommittee } from "../../clients/committee.ts";
import type { MessageKind, SignedMessage } from "../../src/oracle/signedMessages.ts";
import type { Hex } from "../../src/units/hex.ts";
import { MessageBook, type Relevance } from "../oracle/exchange/messageBook.ts";
import type { SignedAnswer } from "../oracle/exchange/peers.ts";

/** A message of a kind with its signature. */
export type SignedOf<Kind extends MessageKind> = Extract<SignedMessage, { readonly kind: Kind }>;

/** One message, and the members who signed it. */
export interface MemberAgreement<Kind extends MessageKind> {
  readonly digest: Hex;
  /** As it was handed on: where keys stand is not signed, so that some versions may name other keys. */
  readonly versions: readonly SignedOf<Kind>[];
  /** By member, EIP-55. */
  readonly signatures: ReadonlyMap<string, Hex>;
}

/**
 * What members of a committee signed, of all that was handed on; those with the most signatures first. Everyone who hands
 * on has a book of its own: none can fill up what the others have to say, not even with old messages of theirs.
 */
export function agreementsOf<Kind extends MessageKind>(
  { domain, members, chainId, address }: SeatedCommittee,
  answers: readonly SignedAnswer[],
  kind: Kind,
  relevance: Relevance,
): MemberAgreement<Kind>[] {
  const found = new Map<Hex, { versions: Map<string, SignedOf<Kind>>; signatures: Map<string, Hex> }>();
  for (const { url, signed } of answers) {
    if (signed.chainId !== chainId || signed.committee.toLowerCase() !== address.toLowerCase()) continue;
    const book = new MessageBook(domain, members);
    for (const message of signed.messages) if (message.kind === kind) book.add(message, url, relevance);
    for (const { digest, versions, signatures } of book.agreements(kind)) {
      const known = found.get(digest) ?? { versions: new Map<string, SignedOf<Kind>>(), signatures: new Map() };
      for (const version of versions) if (isOf(version, kind)) known.versions.set(placesOf(version), version);
      for (const [member, signature] of signatures) known.signatures.set(member, signature);
      found.set(digest, known);
    }
  }
  return [...found]
    .map(([digest, { versions, signatures }]) => ({ digest, versions: [...versions.values()], signatures }))
    .sort((a, b) => b.signatures.size - a.signatures.size);
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
