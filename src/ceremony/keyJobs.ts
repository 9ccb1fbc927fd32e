import type { SecretKey } from "@chainsafe/bls/blst-native";

import { areOwnSignaturesValid, parseSecretKey, SIGNATURE_LENGTH, type SignatureBytes } from "../consensus/bls.ts";
import { depositSignatureSet, type DepositData } from "../consensus/deposit.ts";
import { signDeposit, type DepositTerms } from "../keys/depositData.ts";
import { DerivationError, type ValidatorKeychain } from "../keys/derivation.ts";
import { publicKeyOf } from "../keys/publicKeys.ts";
import { createKeyshare, type Keyshare } from "../ssv/keyshare.ts";
import { KeyshareError } from "../ssv/keyshareVerification.ts";
import type { ListedOperator } from "../ssv/keysharesFile.ts";
import { parseOperatorPublicKey } from "../ssv/operatorKey.ts";
import { ownerNonceMessage } from "../ssv/ownerNonce.ts";
import { fromHex } from "../units/hex.ts";

/** A validator key: an index to derive it from, or the secret itself, 32 bytes, which is overwritten after use. */
export type KeyReference = number | Uint8Array;

/** Deposits to sign. */
export interface DepositJob {
  readonly kind: "deposits";
  readonly keys: readonly KeyReference[];
  readonly terms: DepositTerms;
}

/** Keys to split. */
export interface KeyshareJob {
  readonly kind: "keyshares";
  readonly keys: readonly KeyReference[];
  /** By ascending id. */
  readonly operators: readonly ListedOperator[];
  /** Account that registers at SSV. */
  readonly owner: string;
  /** Nonce of the first key; the others follow. */
  readonly firstNonce: bigint;
}

/** Work on keys that a thread can do by itself. */
export type KeyJob = DepositJob | KeyshareJob;

/** What comes out of a job, in the order of its keys. */
export type KeyJobResult<J extends KeyJob> = J extends DepositJob ? DepositData[] : Keyshare[];

/**
 * Signs the deposits of keys, and verifies the signatures.
 * @param keychain From which indexes are derived; not needed for secrets.
 * @throws {FieldError} If a key or the terms are unusable.
 */
export function signDeposits({ keys, terms }: DepositJob, keychain?: ValidatorKeychain): DepositData[] {
  const deposits = keys.map((key) => signDeposit(secretKeyOf(key, keychain), terms));
  if (!areOwnSignaturesValid(deposits.map((deposit) => depositSignatureSet(deposit, terms.network))))
    throw new Error("a deposit signature does not verify: check the machine");
  return deposits;
}

/**
 * Splits keys among operators, and verifies the signatures over owner and nonce; `createKeyshare` verifies the shares.
 * @param keychain From which indexes are derived; not needed for secrets.
 * @throws {FieldError} If a key, the operators, the owner or a nonce are unusable.
 */
export function splitKeys(
  { keys, operators, owner, firstNonce }: KeyshareJob,
  keychain?: ValidatorKeychain,
): Keyshare[] {
  const recipients = operators.map(({ id, operatorKey }) => ({
    id,
    key: parseOperatorPublicKey(operatorKey, `public key of operator ${id}`),
  }));
  const sets: SignatureBytes[] = [];
  const keyshares = keys.map((key, i) => {
    const secretKey = secretKeyOf(key, keychain);
    const secret = secretKey.toBytes();
    const publicKey = publicKeyOf(secret);
    secret.fill(0);
    const at = { owner, ownerNonce: firstNonce + BigInt(i) };
    const message = ownerNonceMessage(at);
    const keyshare = createKeyshare(secretKey, recipients, at, { publicKey, message });
    sets.push({ publicKey, message, signature: signatureOf(keyshare) });
    return keyshare;
  });
  if (!areOwnSignaturesValid(sets))
    throw new KeyshareError(
      "keyshares",
      `${keyshares.length} keys from ${keyshares[0]?.publicKey ?? ""} on`,
      "carry a signature that does not verify",
      "check the machine: its memory or processor is at fault",
    );
  return keyshares;
}

/** The signature as operators will read it. */
function signatureOf({ sharesData }: Keyshare): Uint8Array {
  return fromHex(sharesData.slice(0, 2 + 2 * SIGNATURE_LENGTH), "signature", SIGNATURE_LENGTH);
}

function secretKeyOf(key: KeyReference, keychain: ValidatorKeychain | undefined): SecretKey {
  if (typeof key !== "number") {
    const secretKey = parseSecretKey(key);
    key.fill(0);
    return secretKey;
  }
  if (keychain === undefined)
    throw new DerivationError("key", String(key), "cannot be derived without a seed", "give the mnemonic");
  return keychain.signingKey(key);
}
