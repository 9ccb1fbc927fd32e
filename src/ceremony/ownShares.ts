import type { KeyObject } from "node:crypto";

import { parseSecretKey } from "../consensus/bls.ts";
import { recoverSecret, type SecretShare } from "../keys/shamir.ts";
import { signingThreshold } from "../ssv/committee.ts";
import type { Keyshare } from "../ssv/keyshare.ts";
import { formatOperatorPublicKey, operatorKeyFingerprint } from "../ssv/operatorKey.ts";
import { KeyshareError, verifyOwnShare } from "../ssv/keyshareVerification.ts";
import { decryptShare } from "../ssv/shareEncryption.ts";
import { parseSharesData } from "../ssv/sharesData.ts";
import { fromHex, toHex } from "../units/hex.ts";
import type { SharedKeys } from "./ceremony.ts";

/** How far shares were verified with private keys of their operators. */
export interface OwnShares {
  /** Operators whose share decrypts, and is the secret of its public share. */
  readonly operatorIds: readonly bigint[];
  /** Whether enough of them were there to recover the key. */
  readonly isRecovered: boolean;
}

/**
 * Checks that private keys are those of the operators, before shares are decrypted with them.
 * @param privateKeys By operator id; those of other operators are not looked at.
 * @param field Through what they were given.
 * @param file How messages name the list of the operators' public keys.
 * @throws {KeyshareError} For the first that is another's.
 */
export function checkOperatorKeys(
  { operatorIds, operatorKeys }: Pick<SharedKeys, "operatorIds" | "operatorKeys">,
  privateKeys: ReadonlyMap<bigint, KeyObject>,
  field: string,
  file: string,
): void {
  operatorIds.forEach((operatorId, i) => {
    const privateKey = privateKeys.get(operatorId);
    if (privateKey === undefined) return;
    const listed = operatorKeyFingerprint(operatorKeys[i] ?? "", `public key of operator ${operatorId} in ${file}`);
    const own = operatorKeyFingerprint(formatOperatorPublicKey(privateKey));
    if (own !== listed)
      throw new KeyshareError(
        field,
        `one whose public key has SHA-256 ${own}`,
        `is not the private key of operator ${operatorId}, whose public key ${file} lists with SHA-256 ${listed}`,
        `name the PEM of operator ${operatorId}; if it was named, have the keys split for it anew`,
      );
  });
}

/**
 * Verifies the shares of operators whose private keys are at hand: each decrypts to the secret of its public share, any
 * threshold of them recovers the validator's key, and one fewer does not.
 * @param privateKeys By operator id; those of other operators are not used.
 * @param at How messages name the key share.
 * @throws {KeyshareError} If a share is another key's, or too many or too few recover the key.
 * @throws {ShareDecryptionError} If one does not decrypt.
 */
export function verifyOwnShares(
  keyshare: Keyshare,
  privateKeys: ReadonlyMap<bigint, KeyObject>,
  at = `key share of ${keyshare.publicKey}`,
): OwnShares {
  const threshold = signingThreshold(keyshare.operatorIds.length);
  const data = fromHex(keyshare.sharesData, "sharesData");
  const { encryptedShares } = parseSharesData(data, keyshare.operatorIds.length);
  const shares: SecretShare[] = [];
  try {
    keyshare.operatorIds.forEach((operatorId, i) => {
      const privateKey = privateKeys.get(operatorId);
      if (privateKey === undefined) return;
      verifyOwnShare(keyshare, operatorId, privateKey, `encrypted share of operator ${operatorId} in ${at}`);
      shares.push({ operatorId, secret: decryptShare(encryptedShares[i] ?? new Uint8Array(), privateKey) });
    });
    const isRecovered = shares.length >= threshold;
    for (const few of isRecovered ? combinations(shares, threshold) : [])
      if (recoverPublicKey(few) !== keyshare.publicKey) throw wrong(keyshare, few, at, "do not recover the key");
    for (const few of isRecovered ? combinations(shares, threshold - 1) : [])
      if (recoverPublicKey(few) === keyshare.publicKey)
        throw wrong(keyshare, few, at, "recover the key, and are too few");
    return { operatorIds: shares.map(({ operatorId }) => operatorId), isRecovered };
  } finally {
    for (const { secret } of shares) secret.fill(0);
  }
}

function recoverPublicKey(shares: readonly SecretShare[]): string {
  const secret = recoverSecret(shares);
  const publicKey = toHex(parseSecretKey(secret).toPublicKey().toBytes());
  secret.fill(0);
  return publicKey;
}

function wrong({ publicKey }: Keyshare, shares: readonly SecretShare[], at: string, problem: string): KeyshareError {
  return new KeyshareError(
    `shares in ${at}`,
    `${shares.map(({ operatorId }) => operatorId).join(", ")} of ${publicKey}`,
    problem,
    "split the key again",
  );
}

/** All choices of so many, in order. */
function combinations<T>(list: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return list.flatMap((first, i) => combinations(list.slice(i + 1), size - 1).map((rest) => [first, ...rest]));
}
