import type { KeyObject } from "node:crypto";

import {
  findInvalidSignatures,
  parsePublicKey,
  parseSecretKey,
  parseSignature,
  verifySignature,
} from "../consensus/bls.ts";
import { findLowDegrees } from "../keys/shareDegree.ts";
import { findInconsistentShares } from "../keys/thresholdPoints.ts";
import { FieldError } from "../units/errors.ts";
import { equalBytes, fromHex, toHex } from "../units/hex.ts";
import { checkOperatorIds, signingThreshold } from "./committee.ts";
import type { Keyshare } from "./keyshare.ts";
import { ownerNonceMessage } from "./ownerNonce.ts";
import { decryptShare } from "./shareEncryption.ts";
import { parseSharesData, sharesDataLength } from "./sharesData.ts";

/** Key shares that operators would not accept, or could not sign with. */
export class KeyshareError extends FieldError {}

/**
 * Verifies key shares as far as anyone can without an operator's private key: the lengths, the validator's signature
 * over owner and nonce, and that every threshold of the public shares recovers the validator's public key, and fewer do
 * not. Many at once cost a fraction of each alone.
 * @param fieldAt Names the entry at a position, for messages.
 * @throws {OperatorIdsError | HexFormatError | SharesDataError | BlsFormatError | OwnerNonceError | KeyshareError}
 *   For the first entry that is wrong, naming it.
 */
export function verifyKeyshares(
  keyshares: readonly Keyshare[],
  fieldAt: (position: number) => string = (position) => `keyshare ${position}`,
): void {
  const dataAt = (position: number): string => `${fieldAt(position)}.sharesData`;
  const parsed = keyshares.map(({ publicKey, operatorIds, sharesData, owner, ownerNonce }, i) => {
    checkOperatorIds(operatorIds, `${fieldAt(i)}.operatorIds`);
    const keyField = `${fieldAt(i)}.publicKey`;
    const key = parsePublicKey(fromHex(publicKey, keyField, 48), keyField);
    const field = dataAt(i);
    const { signature, publicKeys } = parseSharesData(fromHex(sharesData, field), operatorIds.length, field);
    return {
      signatureSet: {
        publicKey: key,
        message: ownerNonceMessage({ owner, ownerNonce }, `${fieldAt(i)}.ownerNonce`),
        signature,
      },
      sharedKey: {
        publicKey: key,
        shares: operatorIds.map((operatorId, j) => ({
          operatorId,
          publicKey: parsePublicKey(
            publicKeys[j] ?? new Uint8Array(),
            `public share of operator ${operatorId} in ${field}`,
          ),
        })),
        threshold: signingThreshold(operatorIds.length),
      },
    };
  });

  const [unsigned] = findInvalidSignatures(parsed.map(({ signatureSet }) => signatureSet));
  if (unsigned !== undefined) {
    parseSignature(parsed[unsigned]?.signatureSet.signature ?? new Uint8Array(), `signature in ${dataAt(unsigned)}`);
    throw new KeyshareError(
      dataAt(unsigned),
      `${keyshares[unsigned]?.owner ?? ""}:${keyshares[unsigned]?.ownerNonce.toString() ?? ""}`,
      "is not signed by the validator key for this owner and nonce",
      "generate the key shares again for the registering account and its next nonce",
    );
  }
  const sharedKeys = parsed.map(({ sharedKey }) => sharedKey);
  const [inconsistent] = findInconsistentShares(sharedKeys);
  if (inconsistent !== undefined)
    throw new KeyshareError(
      dataAt(inconsistent),
      keyshares[inconsistent]?.publicKey ?? "",
      "has public shares that do not belong to the validator key",
      "generate the key shares again: the operators could not sign",
    );
  const [low] = findLowDegrees(sharedKeys);
  if (low !== undefined)
    throw new KeyshareError(
      dataAt(low),
      keyshares[low]?.publicKey ?? "",
      `has public shares of which fewer than ${sharedKeys[low]?.threshold ?? 0} recover the validator key`,
      "do not use this key: too few operators could sign with it, or have it",
    );
}

/**
 * Whether SSV's nodes take key shares for signed: they have the length for their operators, and the validator key's
 * signature over owner and nonce. What anybody else registers for a key is not.
 * @throws {OwnerNonceError} If owner or nonce are unusable.
 */
export function isKeyshareSigned({ publicKey, operatorIds, sharesData, ...at }: Keyshare): boolean {
  const bytes = fromHex(sharesData, "sharesData");
  if (bytes.length !== sharesDataLength(operatorIds.length)) return false;
  const { signature } = parseSharesData(bytes, operatorIds.length);
  return verifySignature({ publicKey: fromHex(publicKey, "publicKey"), message: ownerNonceMessage(at), signature });
}

/**
 * Verifies what only an operator can: that its share decrypts and is the secret of its public share.
 * @param privateKey From `parseOperatorPrivateKey`.
 * @param field How messages name the encrypted share.
 * @throws {KeyshareError} If the operator is not among the keyshare's, or the share is another key's.
 * @throws {ShareDecryptionError} If it does not decrypt.
 */
export function verifyOwnShare(
  keyshare: Keyshare,
  operatorId: bigint,
  privateKey: KeyObject,
  field = "encrypted share",
): void {
  const position = keyshare.operatorIds.indexOf(operatorId);
  if (position < 0)
    throw new KeyshareError(
      "operator id",
      operatorId.toString(),
      "is not among those of the keyshare",
      `use one of ${keyshare.operatorIds.join(", ")}`,
    );
  const { publicKeys, encryptedShares } = parseSharesData(
    fromHex(keyshare.sharesData, "sharesData"),
    keyshare.operatorIds.length,
  );
  const share = decryptShare(encryptedShares[position] ?? new Uint8Array(), privateKey, field);
  const publicKey = parseSecretKey(share).toPublicKey().toBytes();
  share.fill(0);
  if (!equalBytes(publicKey, publicKeys[position] ?? new Uint8Array()))
    throw new KeyshareError(
      field,
      toHex(publicKey),
      "is not the secret of the public share beside it",
      "generate the key shares again",
    );
}
