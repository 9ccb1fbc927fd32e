import type { TypedDataDomain } from "ethers";

import {
  ageMark,
  messageDigest,
  signerOf,
  subjectOf,
  type MessageKind,
  type SignedMessage,
} from "../../../src/oracle/signedMessages.ts";
import type { Hex } from "../../../src/units/hex.ts";

/** One message, and who signed it. */
export interface Agreement {
  readonly digest: Hex;
  /**
   * The message as it was handed on. Where keys stand is not signed, so that there can be several versions: the right one
   * is that whose keys have the hash.
   */
  readonly versions: readonly SignedMessage[];
  /** By member, EIP-55. */
  readonly signatures: ReadonlyMap<string, Hex>;
}

/** An agreement as it grows. */
interface OpenAgreement {
  readonly message: SignedMessage;
  /** By who handed it on: each is believed to know one version. */
  readonly versions: Map<string, SignedMessage>;
  readonly signatures: Map<string, Hex>;
}

/** From which slot or block on messages of each kind matter, and up to which one there can be any. */
export type Relevance = Readonly<Record<MessageKind, { readonly from: bigint; readonly to: bigint }>>;

/** A member signed two different messages where there is to be one. */
export interface Equivocation {
  readonly member: string;
  readonly kind: MessageKind;
  readonly subject: string;
  readonly digests: readonly Hex[];
}

/** So many different messages of one member about the same are kept: one more than an honest member signs. */
const MOST_DIGESTS = 2;
/** Subjects of one kind for which a member's messages are kept. */
const MOST_SUBJECTS = 64;

/**
 * What the members of one committee signed. Each signature speaks for itself, whoever handed it on; only members' are
 * kept, and of each member so few that none can fill it.
 */
export class MessageBook {
  readonly domain: TypedDataDomain;
  readonly #members: ReadonlySet<string>;
  readonly #agreements = new Map<Hex, OpenAgreement>();
  /** Digests by member, kind and subject. */
  readonly #signed = new Map<string, Set<Hex>>();

  constructor(domain: TypedDataDomain, members: readonly string[]) {
    this.domain = domain;
    this.#members = new Set(members);
  }

  /**
   * Takes a signature up, if it is a member's and its message matters.
   * @param source Who handed it on.
   * @returns The member's contradiction that it uncovers, once.
   */
  add(signed: SignedMessage, source: string, relevance: Relevance): Equivocation | undefined {
    const { from, to } = relevance[signed.kind];
    const mark = ageMark(signed);
    if (mark < from || mark > to) return undefined;
    const digest = messageDigest(this.domain, signed);
    const known = this.#agreements.get(digest);
    if (known !== undefined && !known.versions.has(source)) known.versions.set(source, signed);
    if (known !== undefined && [...known.signatures.values()].includes(signed.signature)) return undefined;
    const member = signerOf(digest, signed.signature);
    if (member === undefined || !this.#members.has(member) || known?.signatures.has(member) === true) return undefined;
    const subject = subjectOf(signed);
    const digests = this.#digestsOf(member, signed.kind, subject);
    if (digests === undefined || digests.size >= MOST_DIGESTS) return undefined;
    digests.add(digest);
    const { signatures } = known ?? this.#open(digest, signed, source);
    signatures.set(member, signed.signature);
    return digests.size === 1 ? undefined : { member, kind: signed.kind, subject, digests: [...digests] };
  }

  /** Messages of a kind, those with the most signatures first, and among them the newest. */
  agreements(kind: MessageKind): Agreement[] {
    return [...this.#agreements]
      .filter(([, { message }]) => message.kind === kind)
      .sort(([, a], [, b]) => b.signatures.size - a.signatures.size || Number(ageMark(b.message) - ageMark(a.message)))
      .map(([digest, { versions, signatures }]) => ({ digest, versions: differing(versions), signatures }));
  }

  /** Forgets messages that do not matter any more. */
  prune(relevance: Relevance): void {
    for (const [digest, { message }] of this.#agreements)
      if (ageMark(message) < relevance[message.kind].from) this.#agreements.delete(digest);
    for (const [key, digests] of this.#signed)
      if ([...digests].every((digest) => !this.#agreements.has(digest))) this.#signed.delete(key);
  }

  #open(digest: Hex, message: SignedMessage, source: string): OpenAgreement {
    const agreement = { message, versions: new Map([[source, message]]), signatures: new Map<string, Hex>() };
    this.#agreements.set(digest, agreement);
    return agreement;
  }

  #digestsOf(member: string, kind: MessageKind, subject: string): Set<Hex> | undefined {
    const prefix = `${member}:${kind}:`;
    const key = `${prefix}${subject}`;
    const found = this.#signed.get(key);
    if (found !== undefined) return found;
    const subjects = [...this.#signed.keys()].filter((each) => each.startsWith(prefix)).length;
    if (subjects >= MOST_SUBJECTS) return undefined;
    const made = new Set<Hex>();
    this.#signed.set(key, made);
    return made;
  }
}

/** One of each that says the same of where the keys stand. */
function differing(versions: ReadonlyMap<string, SignedMessage>): SignedMessage[] {
  const places = (signed: SignedMessage) =>
    signed.kind === "report" ? [] : signed.kind === "approval" ? [signed.offer] : signed.ranges;
  const name = (signed: SignedMessage) =>
    places(signed)
      .map(({ batchId, from, to }) => `${batchId}:${from}-${to}`)
      .join();
  return [...new Map([...versions.values()].map((signed) => [name(signed), signed])).values()];
}
