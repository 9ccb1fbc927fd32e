import { PUBLIC_KEY_LENGTH, SIGNATURE_LENGTH } from "../consensus/bls.ts";
import { FieldError } from "../units/errors.ts";
import { ENCRYPTED_SHARE_LENGTH } from "./shareEncryption.ts";

/** What `registerValidator` carries for the operators, by ascending operator id. */
export interface SharesData {
  /** The validator's signature over owner and nonce, 96 bytes. */
  readonly signature: Uint8Array;
  /** Public key of each share, 48 bytes. */
  readonly publicKeys: readonly Uint8Array[];
  /** Each share encrypted for its operator, 256 bytes. */
  readonly encryptedShares: readonly Uint8Array[];
}

/** Shares data that is too long or too short for its operators. */
export class SharesDataError extends FieldError {}

/** Bytes of the shares data for so many operators: 96 + 304 n. */
export function sharesDataLength(operators: number): number {
  return SIGNATURE_LENGTH + operators * (PUBLIC_KEY_LENGTH + ENCRYPTED_SHARE_LENGTH);
}

/**
 * Lays shares out as SSV nodes read them: signature, all public keys, all encrypted shares.
 * @returns 96 + 304 n bytes.
 * @throws {SharesDataError} If a part has another length or the lists differ in length.
 */
export function buildSharesData({ signature, publicKeys, encryptedShares }: SharesData, field = "shares"): Uint8Array {
  const fits =
    signature.length === SIGNATURE_LENGTH &&
    publicKeys.length === encryptedShares.length &&
    publicKeys.every(({ length }) => length === PUBLIC_KEY_LENGTH) &&
    encryptedShares.every(({ length }) => length === ENCRYPTED_SHARE_LENGTH);
  if (!fits)
    throw new SharesDataError(
      field,
      `${publicKeys.length} public keys, ${encryptedShares.length} encrypted shares`,
      "have parts of a wrong length",
      "give a signature of 96 bytes, and 48 and 256 bytes for each operator",
    );
  return new Uint8Array(Buffer.concat([signature, ...publicKeys, ...encryptedShares]));
}

/**
 * Takes shares data apart.
 * @param operators How many operators it should be for.
 * @throws {SharesDataError} If it has not the length for them.
 */
export function parseSharesData(bytes: Uint8Array, operators: number, field = "sharesData"): SharesData {
  if (bytes.length !== sharesDataLength(operators))
    throw new SharesDataError(
      field,
      `${bytes.length} bytes`,
      `has not the ${sharesDataLength(operators)} bytes of ${operators} operators`,
      "generate the key shares again for these operators",
    );
  const list = (start: number, length: number): Uint8Array[] =>
    Array.from({ length: operators }, (_, i) => bytes.slice(start + i * length, start + (i + 1) * length));
  return {
    signature: bytes.slice(0, SIGNATURE_LENGTH),
    publicKeys: list(SIGNATURE_LENGTH, PUBLIC_KEY_LENGTH),
    encryptedShares: list(SIGNATURE_LENGTH + operators * PUBLIC_KEY_LENGTH, ENCRYPTED_SHARE_LENGTH),
  };
}
