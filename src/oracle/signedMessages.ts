import { dataSlice, getAddress, recoverAddress, Signature, type TypedDataDomain, type TypedDataField } from "ethers";

import type { Hex } from "../units/hex.ts";
import {
  APPROVAL_TYPES,
  digestOf,
  EXIT_STATUS_TYPES,
  REPORT_TYPES,
  type ActivationApproval,
  type ExitStatus,
  type Report,
} from "./messages.ts";

/** Consecutive keys of a registered batch: positions `from` up to, not including, `to`. */
export interface KeySpan {
  readonly batchId: bigint;
  readonly from: number;
  readonly to: number;
}

/** What a member signs, with what others need beside it to use it on the chain. */
export type MemberMessage =
  | { readonly kind: "report"; readonly message: Report }
  /** `offer` says which keys `keysHash` stands for. */
  | { readonly kind: "approval"; readonly message: ActivationApproval; readonly offer: KeySpan }
  /** `ranges` says which keys `pubkeysHash` stands for, in its order. */
  | { readonly kind: "exits"; readonly message: ExitStatus; readonly ranges: readonly KeySpan[] };

/** What a member signs a message about. */
export type MessageKind = MemberMessage["kind"];

/** A message with one member's signature, 65 bytes. */
export type SignedMessage = MemberMessage & { readonly signature: Hex };

const TYPES: Readonly<Record<MessageKind, Record<string, TypedDataField[]>>> = {
  report: REPORT_TYPES,
  approval: APPROVAL_TYPES,
  exits: EXIT_STATUS_TYPES,
};

/** Half the order of secp256k1: of the two values of s that make a signature valid, `Committee` takes the low one. */
const MAX_S = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
const RECOVERY_IDS = [27, 28];

/** EIP-712 type of a kind of message. */
export function typesOf({ kind }: Pick<MemberMessage, "kind">): Record<string, TypedDataField[]> {
  return TYPES[kind];
}

/** Digest that members sign. */
export function messageDigest(domain: TypedDataDomain, message: MemberMessage): Hex {
  return digestOf(domain, typesOf(message), message.message);
}

/**
 * What a member may sign only one message of: a report's reference slot, an approval's block, and of exits the slot with
 * the keys.
 */
export function subjectOf(message: MemberMessage): string {
  switch (message.kind) {
    case "report":
      return message.message.refSlot.toString();
    case "approval":
      return message.message.blockNumber.toString();
    case "exits":
      return `${message.message.refSlot}:${message.message.pubkeysHash}`;
  }
}

/** Slot of a report or exit status, block of an approval: by this, old messages are told from new ones. */
export function ageMark(message: MemberMessage): bigint {
  return message.kind === "approval" ? message.message.blockNumber : message.message.refSlot;
}

/**
 * Who signed a digest, EIP-55; nothing for a signature that `Committee` would not take: one that is malformed, or has a
 * high s or another recovery id than 27 and 28.
 */
export function signerOf(digest: Hex, signature: Hex): string | undefined {
  if (signature.length !== 2 + 2 * 65) return undefined;
  const [r, s, v] = [dataSlice(signature, 0, 32), dataSlice(signature, 32, 64), Number(dataSlice(signature, 64))];
  if (BigInt(s) > MAX_S || !RECOVERY_IDS.includes(v)) return undefined;
  try {
    return getAddress(recoverAddress(digest, Signature.from({ r, s, v })));
  } catch {
    return undefined;
  }
}
