import type { KeyObject } from "node:crypto";

import type { SecretKey } from "@chainsafe/bls/blst-native";

import { parseSecretKey, verifySignature } from "../../src/consensus/bls.ts";
import { checkOperatorIds } from "../../src/ssv/committee.ts";
import { ownerNonceMessage } from "../../src/ssv/ownerNonce.ts";
import { decryptShare } from "../../src/ssv/shareEncryption.ts";
import { parseSharesData } from "../../src/ssv/sharesData.ts";
import { FieldError } from "../../src/units/errors.ts";
import { equalBytes, fromHex, toHex } from "../../src/units/hex.ts";
import type { ValidatorAdded } from "./networkEvents.ts";

/** A registration that operators do not take. */
export class RegistrationError extends FieldError {}

/** Who an operator is, and what decrypts its shares. */
export interface OperatorIdentity {
  readonly operatorId: bigint;
  /** From `parseOperatorPrivateKey`. */
  readonly privateKey: KeyObject;
}

/**
 * Checks a registration as operators of SSV do, whether or not it is theirs: operators, length of the shares, and the
 * validator's signature over owner and nonce.
 * @param ownerNonce Registrations of the owner before it.
 * @throws {OperatorIdsError | SharesDataError | RegistrationError} Saying why operators leave it aside.
 */
export function checkRegistration(event: ValidatorAdded, ownerNonce: bigint): void {
  const { owner, operatorIds, pubkey, sharesData } = event;
  checkOperatorIds(operatorIds, "operatorIds");
  const { signature } = parseSharesData(fromHex(sharesData, "sharesData"), operatorIds.length);
  const message = ownerNonceMessage({ owner, ownerNonce });
  if (!verifySignature({ publicKey: fromHex(pubkey, "publicKey"), message, signature }))
    throw new RegistrationError(
      "sharesData",
      `${owner}:${ownerNonce}`,
      "is not signed by the validator key for this owner and nonce",
      "remove the validator, and register shares made for the owner's next nonce",
    );
}

/**
 * Takes an operator's own share out of a registration.
 * @returns Undefined if the operator is not among those of the registration.
 * @throws {ShareDecryptionError} If the share does not decrypt, as one for another operator.
 * @throws {RegistrationError} If it is not the secret of the public share beside it.
 */
export function ownShare(
  { operatorIds, sharesData }: ValidatorAdded,
  { operatorId, privateKey }: OperatorIdentity,
): SecretKey | undefined {
  const position = operatorIds.indexOf(operatorId);
  if (position < 0) return undefined;
  const parts = parseSharesData(fromHex(sharesData, "sharesData"), operatorIds.length);
  const field = `share of operator ${operatorId}`;
  const secret = decryptShare(parts.encryptedShares[position] ?? new Uint8Array(), privateKey, field);
  const key = parseSecretKey(secret);
  secret.fill(0);
  const publicKey = key.toPublicKey().toBytes();
  if (!equalBytes(publicKey, parts.publicKeys[position] ?? new Uint8Array()))
    throw new RegistrationError(
      field,
      toHex(publicKey),
      "is not the secret of the public share beside it",
      "remove the validator, and register shares that were verified",
    );
  return key;
}
