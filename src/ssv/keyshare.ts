import { timingSafeEqual, type KeyObject } from "node:crypto";

import type { SecretKey } from "@chainsafe/bls/blst-native";

import { publicKeyOf } from "../keys/publicKeys.ts";
import { recoverSecret, splitSecret } from "../keys/shamir.ts";
import { toHex, type Hex } from "../units/hex.ts";
import { checkOperatorIds, signingThreshold } from "./committee.ts";
import { ownerNonceMessage, type OwnerNonce } from "./ownerNonce.ts";
import { encryptShare } from "./shareEncryption.ts";
import { buildSharesData } from "./sharesData.ts";

/** A validator's key shares for one registration at SSV. */
export interface Keyshare extends OwnerNonce {
  /** Validator public key, 48 bytes. */
  readonly publicKey: Hex;
  /** Ascending. */
  readonly operatorIds: readonly bigint[];
  /** 96 + 304 n bytes, see `buildSharesData`. */
  readonly sharesData: Hex;
}

/** An operator a key is split for. */
export interface ShareRecipient {
  readonly id: bigint;
  /** From `parseOperatorPublicKey`. */
  readonly key: KeyObject;
}

/** What is known of a key before it is split; computed if left out. */
export interface KnownOfKey {
  /** 48 bytes. */
  readonly publicKey?: Uint8Array;
  /** From `ownerNonceMessage`. */
  readonly message?: Uint8Array;
}

/**
 * Splits a validator key among operators, makes sure that the shares recover it, and encrypts each for its operator.
 * @param operators By ascending id.
 * @throws {OperatorIdsError} If they are no committee SSV accepts.
 * @throws {OwnerNonceError} If owner or nonce are unusable.
 */
export function createKeyshare(
  secretKey: SecretKey,
  operators: readonly ShareRecipient[],
  at: OwnerNonce,
  { publicKey, message }: KnownOfKey = {},
): Keyshare {
  const operatorIds = operators.map(({ id }) => id);
  checkOperatorIds(operatorIds);
  const signature = secretKey.sign(message ?? ownerNonceMessage(at)).toBytes();
  const secret = secretKey.toBytes();
  const shares = splitSecret(secret, operatorIds, signingThreshold(operatorIds.length));
  try {
    const recovered = recoverSecret(shares);
    const isRecovered = timingSafeEqual(recovered, secret);
    recovered.fill(0);
    if (!isRecovered) throw new Error("the shares do not recover the key they were made of: check the machine");
    return {
      owner: at.owner,
      ownerNonce: at.ownerNonce,
      publicKey: toHex(publicKey ?? secretKey.toPublicKey().toBytes()),
      operatorIds,
      sharesData: toHex(
        buildSharesData({
          signature,
          publicKeys: shares.map((share) => publicKeyOf(share.secret)),
          encryptedShares: operators.map(({ key }, i) => encryptShare(shares[i]?.secret ?? new Uint8Array(), key)),
        }),
      ),
    };
  } finally {
    secret.fill(0);
    for (const share of shares) share.secret.fill(0);
  }
}
