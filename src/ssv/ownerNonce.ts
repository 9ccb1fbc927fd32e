import { getAddress } from "ethers/address";
import { keccak256 } from "ethers/crypto";
import { getBytes, toUtf8Bytes } from "ethers/utils";

import { FieldError } from "../units/errors.ts";

/** Who registers a validator at SSV, and as the how-manieth of its registrations. */
export interface OwnerNonce {
  /** Account that calls SSVNetwork: for the pool its cluster manager. */
  readonly owner: string;
  /** Registrations of this owner before this one. */
  readonly ownerNonce: bigint;
}

/** An owner that is no address, or a nonce out of range. */
export class OwnerNonceError extends FieldError {}

/** Last nonce SSV's nodes can count to before they start from 0 again: they keep it in 16 bits (ssv `Nonce`). */
export const MAX_OWNER_NONCE = 65_535n;

/**
 * What the validator key signs so that operators accept its shares from this owner, once: the keccak256 of
 * `<EIP-55 address>:<nonce>`.
 * @param field How messages name the nonce.
 * @returns 32 bytes.
 * @throws {OwnerNonceError} If the owner is no address or the nonce is not within 0 to 65,535.
 */
export function ownerNonceMessage({ owner, ownerNonce }: OwnerNonce, field = "owner nonce"): Uint8Array {
  const address = checkOwner(owner);
  if (ownerNonce < 0n || ownerNonce > MAX_OWNER_NONCE)
    throw new OwnerNonceError(
      field,
      ownerNonce.toString(),
      `is not within 0 to ${MAX_OWNER_NONCE}`,
      "count the registrations again; an owner that made 65536 of them cannot register more",
    );
  return getBytes(keccak256(toUtf8Bytes(`${address}:${ownerNonce}`)));
}

/** Thousands of key shares have the same owner, and a checksum takes a hash. */
let lastOwner: string | undefined;

/**
 * Checks an owner address; a mixed-case one must carry the right EIP-55 checksum.
 * @returns The address with its checksum.
 * @throws {OwnerNonceError} If it is none.
 */
export function checkOwner(owner: string, field = "owner"): string {
  if (owner === lastOwner) return owner;
  try {
    lastOwner = getAddress(owner);
    return lastOwner;
  } catch {
    throw new OwnerNonceError(field, owner, "is not an address", "give the cluster manager with its checksum");
  }
}
