import { z } from "zod";

import { PUBLIC_KEY_LENGTH } from "../consensus/bls.ts";
import { ENCRYPTED_SHARE_LENGTH } from "../ssv/shareEncryption.ts";
import type { Hex } from "../units/hex.ts";
import { hexSchema, parseJson } from "../units/json.ts";

/** Name of the file in messages. */
export const PROOFS_FILE = "proofs.json";

/** Bytes of an operator's signature (RSA-2048). */
export const PROOF_SIGNATURE_LENGTH = 256;

/** What an operator states at the end of a distributed key generation: which share of which key it holds. */
export interface DkgProof {
  /** Validator public key, 48 bytes. */
  readonly validator: Hex;
  /** The operator's share, encrypted for itself as in the shares data, 256 bytes. */
  readonly encryptedShare: Hex;
  /** Public key of the share, 48 bytes. */
  readonly sharePublicKey: Hex;
  /** Account that may ask for new shares of the key, 20 bytes. */
  readonly owner: Hex;
}

/** A proof with the operator's signature over it. */
export interface SignedProof extends DkgProof {
  /** RSA-PSS over `proofRoot`, 256 bytes. */
  readonly signature: Hex;
}

/** The proofs of one validator, one for each operator, by ascending operator id. */
export type ValidatorProofs = readonly SignedProof[];

const Proofs = z
  .array(
    z
      .object({
        proof: z.object({
          validator: hexSchema(PUBLIC_KEY_LENGTH),
          encrypted_share: hexSchema(ENCRYPTED_SHARE_LENGTH),
          share_pub: hexSchema(PUBLIC_KEY_LENGTH),
          owner: hexSchema(20),
        }),
        signature: hexSchema(PROOF_SIGNATURE_LENGTH),
      })
      .transform(({ proof, signature }): SignedProof => ({
        validator: proof.validator,
        encryptedShare: proof.encrypted_share,
        sharePublicKey: proof.share_pub,
        owner: proof.owner,
        signature,
      })),
  )
  .min(1);
const File = z.array(Proofs).min(1);

/**
 * Reads the proofs of one validator, as ssv-dkg writes them into the validator's folder. `verifyProofs` verifies them.
 * @throws {FileFormatError} If the file has another shape.
 */
export function parseValidatorProofs(text: string, file = PROOFS_FILE): ValidatorProofs {
  return parseJson(text, Proofs, file);
}

/**
 * Reads the proofs of all validators of a ceremony: one list for each.
 * @returns In the order of the file.
 * @throws {FileFormatError} If the file has another shape.
 */
export function parseProofsFile(text: string, file = PROOFS_FILE): ValidatorProofs[] {
  return parseJson(text, File, file);
}

/** Writes the proofs of all validators of a ceremony as `ssv-dkg resign` and `ssv-dkg reshare` read them. */
export function formatProofsFile(proofs: readonly ValidatorProofs[]): string {
  const entry = ({ validator, encryptedShare, sharePublicKey, owner, signature }: SignedProof): object => ({
    proof: {
      validator: bare(validator),
      encrypted_share: bare(encryptedShare),
      share_pub: bare(sharePublicKey),
      owner: bare(owner),
    },
    signature: bare(signature),
  });
  return JSON.stringify(
    proofs.map((validator) => validator.map(entry)),
    null,
    2,
  );
}

function bare(hex: Hex): string {
  return hex.slice(2);
}
