import { concat, recoverAddress, Signature, type TypedDataDomain, type TypedDataField } from "ethers";

import { chainOf, fetchCommitteeDomain } from "../../clients/committee.ts";
import { digestOf, type Message } from "../../src/oracle/messages.ts";
import type { Hex } from "../../src/units/hex.ts";
import { Committee__factory, type PoolETH } from "../../typechain-types/index.ts";

/** Most signatures of one kind that are looked at: far more than members have to say at a time. */
const MOST_SIGNATURES = 2_048;

/** The committee in place, as its signatures are judged. */
export interface CommitteeInPlace {
  readonly domain: TypedDataDomain;
  /** Addresses. */
  readonly members: ReadonlySet<string>;
  readonly quorum: number;
}

/** What a quorum signed. */
export interface Agreed<Item> {
  /** The first of those that carry the message. */
  readonly item: Item;
  readonly digest: Hex;
  /** Of all members who signed, packed as the committee takes them. */
  readonly signatures: Hex;
  readonly signers: number;
}

/** Reads the committee in place. */
export async function fetchCommitteeInPlace(poolETH: PoolETH): Promise<CommitteeInPlace> {
  const committee = Committee__factory.connect(await poolETH.committee(), chainOf(poolETH));
  const [domain, members, quorum] = await Promise.all([
    fetchCommitteeDomain(poolETH),
    committee.members(),
    committee.QUORUM(),
  ]);
  return { domain, members: new Set(members), quorum: Number(quorum) };
}

/**
 * The messages that a quorum of the committee in place signed. Signatures that are malformed, of nobody in it, or of
 * somebody who signed the same before, count for nothing.
 * @param messageOf The message that an item carries; nothing if the item contradicts itself.
 */
export function agreedBy<Item extends { readonly signature: Hex }>(
  { domain, members, quorum }: CommitteeInPlace,
  types: Record<string, TypedDataField[]>,
  items: readonly Item[],
  messageOf: (item: Item) => Message | undefined,
): Agreed<Item>[] {
  const found = new Map<Hex, { item: Item; bySigner: Map<string, string> }>();
  for (const item of items.slice(0, MOST_SIGNATURES)) {
    const digest = digestIn(domain, types, messageOf(item));
    if (digest === undefined) continue;
    const signed = recover(digest, item.signature);
    if (signed === undefined || !members.has(signed.signer)) continue;
    const known = found.get(digest) ?? { item, bySigner: new Map<string, string>() };
    known.bySigner.set(signed.signer, signed.signature);
    found.set(digest, known);
  }
  return [...found]
    .filter(([, { bySigner }]) => bySigner.size >= quorum)
    .map(([digest, { item, bySigner }]) => ({ item, digest, signatures: pack(bySigner), signers: bySigner.size }));
}

/** Members are listed by ascending addresses. */
function pack(bySigner: ReadonlyMap<string, string>): Hex {
  const ascending = [...bySigner].sort(([a], [b]) => (BigInt(a) < BigInt(b) ? -1 : 1));
  return concat(ascending.map(([, signature]) => signature)) as Hex;
}

/** Nothing for a message whose fields do not fit their types. */
function digestIn(
  domain: TypedDataDomain,
  types: Record<string, TypedDataField[]>,
  message: Message | undefined,
): Hex | undefined {
  try {
    return message && digestOf(domain, types, message);
  } catch {
    return undefined;
  }
}

function recover(digest: Hex, signature: Hex): { signer: string; signature: string } | undefined {
  try {
    const parsed = Signature.from(signature);
    return { signer: recoverAddress(digest, parsed), signature: parsed.serialized };
  } catch {
    return undefined;
  }
}
