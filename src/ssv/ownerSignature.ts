import { concat, dataLength, hashMessage } from "ethers";

import { FieldError } from "../units/errors.ts";
import type { Hex } from "../units/hex.ts";

/** A message of ssv-dkg, or a signature of one, cannot be used. */
export class OwnerSignatureError extends FieldError {}

/** A signature in the name of the account that owns the pool's clusters. */
export interface OwnerSignature {
  /** keccak256 of what ssv-dkg asks its operators for, 32 bytes. */
  readonly message: Hex;
  /** Account with the role, as an address with checksum. */
  readonly signer: string;
  /** Its own signature: of a key, or what its code takes for one. */
  readonly signature: Hex;
}

/** EIP-1271: the answer that confirms a signature. */
export const SIGNATURE_CONFIRMED = "0x1626ba7e";
/** Bytes of a signature that every version of ssv-dkg sends to its operators. */
const MAX_LENGTH = 1_536;
/** Behind message and signer. */
const SIGNATURE_START = 52;

/**
 * Reads the text that ssv-dkg writes to `resign.txt` or `reshare.txt`.
 * @param field Where it comes from.
 * @throws {OwnerSignatureError} If it is not 64 hexadecimal digits.
 */
export function parseOwnerMessage(text: string, field: string): Hex {
  const digits = text.trim().replace(/^0x/, "").toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digits))
    throw new OwnerSignatureError(
      field,
      shown(text),
      "is not 64 hexadecimal digits",
      "give what ssv-dkg generate-resign-msg or generate-reshare-msg wrote, resign.txt or reshare.txt",
    );
  return `0x${digits}`;
}

/** What is all digits, as it stands; what is not may be a secret, given by mistake. */
function shown(text: string): string {
  return /^[0-9a-fx\s]*$/i.test(text) ? text.trim() : `${text.trim().length} characters`;
}

/** The text that is signed as a personal message (EIP-191): lower-case digits without prefix. */
export function ownerMessageText(message: Hex): string {
  return message.slice(2);
}

/** What operators of ssv-dkg ask the owner about: the EIP-191 hash of the text. */
export function ownerMessageHash(message: Hex): Hex {
  return hashMessage(ownerMessageText(message)) as Hex;
}

/**
 * Packs a signature as `ClusterManager.isValidSignature` takes it: message, signer, the signer's own signature.
 * @throws {OwnerSignatureError} If it is too long for ssv-dkg.
 */
export function packOwnerSignature({ message, signer, signature }: OwnerSignature): Hex {
  const packed = concat([message, signer, signature]) as Hex;
  const most = MAX_LENGTH - SIGNATURE_START;
  if (dataLength(packed) > MAX_LENGTH)
    throw new OwnerSignatureError(
      "signature",
      `${dataLength(signature)} bytes`,
      "is too long for ssv-dkg",
      `give at most ${most} bytes; ${Math.floor(most / 65)} keys have room to sign for a contract`,
    );
  return packed;
}
