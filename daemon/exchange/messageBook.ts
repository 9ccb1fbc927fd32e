import type { TypedDataDomain } from "ethers";

import {
  ageMark,
  messageDigest,
  signerOf,
  subjectOf,
  type MessageKind,
  type SignedMessage,
} from "../../src/oracle/signedMessages.ts";
import type { Hex } from "../../src/units/hex.ts";

/** One message of a book, and who signed it. */
export interface BookEntry {
  readonly digest: Hex;
  /** As it was handed on first: where keys stand is not signed. */
  readonly message: SignedMessage;
  /** By member, EIP-55. */
  readonly signatures: ReadonlyMap<string, Hex>;
}

/** An entry as it grows. */
interface OpenEntry extends BookEntry {
  readonly signatures: Map<string, Hex>;
}

/** From which slot or block on messages of each kind matter, and up to which one there can be any. */
export type Relevance = Readonly<Record<MessageKind, { readonly from: bigint; readonly to: bigint }>>;

/** A member's signature that a book took up. */
export interface TakenSignature {
  readonly member: string;
  readonly message: SignedMessage;
  readonly digest: Hex;
}

/** So many different messages of one member about the same are kept: one more than an honest member signs. */
const MOST_DIGESTS = 2;
/** Subjects of one kind for which a member's messages are kept. */
const MOST_SUBJECTS = 64;

/**
 * What one source handed on of what the members of a committee signed. Only members' signatures are kept, and of each
 * member so few that none can fill it.
 */
export class MessageBook {
  readonly #domain: TypedDataDomain;
  readonly #members: ReadonlySet<string>;
  readonly #entries = new Map<Hex, OpenEntry>();
  /** Digests by member, kind and subject. */
  readonly #signed = new Map<string, Set<Hex>>();

  constructor(domain: TypedDataDomain, members: readonly string[]) {
    this.#domain = domain;
    this.#members = new Set(members);
  }

  /**
   * Takes a signature up, if it is a member's and its message matters.
   * @returns Nothing if it is known, or not taken.
   */
  add(message: SignedMessage, relevance: Relevance): TakenSignature | undefined {
    const { from, to } = relevance[message.kind];
    const mark = ageMark(message);
    if (mark < from || mark > to) return undefined;
    const digest = messageDigest(this.#domain, message);
    const known = this.#entries.get(digest);
    if (known !== undefined && [...known.signatures.values()].includes(message.signature)) return undefined;
    const member = signerOf(digest, message.signature);
    if (member === undefined || !this.#members.has(member) || known?.signatures.has(member) === true) return undefined;
    const digests = this.#digestsOf(member, message);
    if (digests === undefined || digests.size >= MOST_DIGESTS) return undefined;
    digests.add(digest);
    const entry = known ?? { digest, message, signatures: new Map<string, Hex>() };
    entry.signatures.set(member, message.signature);
    this.#entries.set(digest, entry);
    return { member, message, digest };
  }

  /** Messages of a kind, in the order in which they came. */
  entries(kind: MessageKind): BookEntry[] {
    return [...this.#entries.values()].filter(({ message }) => message.kind === kind);
  }

  /** Forgets messages that do not matter any more. */
  prune(relevance: Relevance): void {
    for (const [digest, { message }] of this.#entries)
      if (ageMark(message) < relevance[message.kind].from) this.#entries.delete(digest);
    for (const [key, digests] of this.#signed)
      if ([...digests].every((digest) => !this.#entries.has(digest))) this.#signed.delete(key);
  }

  #digestsOf(member: string, message: SignedMessage): Set<Hex> | undefined {
    const prefix = `${member}:${message.kind}:`;
    const key = `${prefix}${subjectOf(message)}`;
    const found = this.#signed.get(key);
    if (found !== undefined) return found;
    const subjects = [...this.#signed.keys()].filter((each) => each.startsWith(prefix)).length;
    if (subjects >= MOST_SUBJECTS) return undefined;
    const made = new Set<Hex>();
    this.#signed.set(key, made);
    return made;
  }
}
