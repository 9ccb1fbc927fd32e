import { constants, verify, type KeyObject } from "node:crypto";

import { ByteListType, ByteVectorType, ContainerType } from "@chainsafe/ssz";

import { parseOperatorPublicKey } from "../ssv/operatorKey.ts";
import { KEYSHARES_FILE } from "../ssv/keysharesFile.ts";
import { parseSharesData } from "../ssv/sharesData.ts";
import { FieldError } from "../units/errors.ts";
import { fromHex, toHex, type Hex } from "../units/hex.ts";
import type { Ceremony, CeremonyKey } from "./ceremony.ts";
import { PROOFS_FILE, type DkgProof, type SignedProof, type ValidatorProofs } from "./dkgProofs.ts";

/** The proofs of a distributed key generation do not belong to its key shares, or an operator did not sign them. */
export class DkgProofError extends FieldError {}

/** SSZ `Proof` (dkg-spec): what an operator signs. Its maximum is part of the root. */
const ProofType = new ContainerType(
  {
    validator: new ByteVectorType(48),
    encryptedShare: new ByteListType(512),
    sharePublicKey: new ByteVectorType(48),
    owner: new ByteVectorType(20),
  },
  { typeName: "Proof" },
);

const AGAIN = "do not use these keys: run the ceremony again";
const SAME = "use the three files of the same ceremony";

/** `hash_tree_root(Proof)`, 32 bytes. Operators sign its SHA-256. */
export function proofRoot({ validator, encryptedShare, sharePublicKey, owner }: DkgProof): Uint8Array {
  return ProofType.hashTreeRoot({
    validator: fromHex(validator, "validator", 48),
    encryptedShare: fromHex(encryptedShare, "encrypted_share"),
    sharePublicKey: fromHex(sharePublicKey, "share_pub", 48),
    owner: fromHex(owner, "owner", 20),
  });
}

/** Whether an operator signed a proof: RSA-PSS with SHA-256 and a salt of any length. */
export function isProofSigned(proof: SignedProof, operatorKey: KeyObject): boolean {
  const key = {
    key: operatorKey,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_AUTO,
  };
  return verify("sha256", proofRoot(proof), key, fromHex(proof.signature, "signature"));
}

/**
 * Verifies that the operators made the keys of a ceremony together: for each key, in the order of nonces, and for each
 * operator, by ascending id, there is one proof. It names the key, the ceremony's owner, and the very share that the
 * shares data holds for this operator, and is signed by the operator key that the keyshares file lists. Whether that is
 * the operator's key at SSV is for `checkOperators`: before, a dealer could have listed keys of his own.
 * @param ceremony From `parseCeremony`.
 * @throws {DkgProofError} For the first proof that is wrong, naming file, entry, value and remedy.
 * @throws {OperatorKeyError} If an operator key cannot be read.
 */
export function verifyProofs(ceremony: Ceremony, proofs: readonly ValidatorProofs[], file = PROOFS_FILE): void {
  const { keys, operatorIds, operatorKeys } = ceremony;
  const parsedKeys = operatorKeys.map((key, i) =>
    parseOperatorPublicKey(key, `public key of operator ${operatorIds[i]}`),
  );
  if (proofs.length !== keys.length)
    throw new DkgProofError(file, `proofs of ${proofs.length}`, `are not of the ${keys.length} keys`, SAME);
  keys.forEach((key, i) => {
    const ofKey = proofs[i] ?? [];
    checkStatements(ofKey, expectedProofs(ceremony, key), operatorIds, `${file}[${i}]`);
    ofKey.forEach((proof, j) => {
      const operatorKey = parsedKeys[j];
      if (operatorKey === undefined || !isProofSigned(proof, operatorKey))
        throw new DkgProofError(
          `${file}[${i}][${j}].signature`,
          proof.signature,
          `is not the signature of operator ${operatorIds[j]}, whose key ${KEYSHARES_FILE} lists`,
          AGAIN,
        );
    });
  });
}

/** What the shares data of a key says that its operators must have proven. */
function expectedProofs({ owner, operatorIds }: Ceremony, { pubkey, sharesData }: CeremonyKey): DkgProof[] {
  const { publicKeys, encryptedShares } = parseSharesData(fromHex(sharesData, "sharesData"), operatorIds.length);
  return publicKeys.map((publicKey, j) => ({
    validator: pubkey,
    encryptedShare: toHex(encryptedShares[j] ?? new Uint8Array()),
    sharePublicKey: toHex(publicKey),
    owner: owner.toLowerCase() as Hex,
  }));
}

function checkStatements(
  proofs: ValidatorProofs,
  expected: readonly DkgProof[],
  operatorIds: readonly bigint[],
  at: string,
): void {
  if (proofs.length !== expected.length)
    throw new DkgProofError(at, `${proofs.length} proofs`, `are not those of ${expected.length} operators`, AGAIN);
  expected.forEach((right, j) => {
    const proof = proofs[j];
    const refuse = (name: string, value: Hex, problem: string): DkgProofError =>
      new DkgProofError(`${at}[${j}].proof.${name}`, value, problem, SAME);
    if (proof === undefined) throw new Error("as many proofs as operators were counted");
    if (proof.validator !== right.validator)
      throw refuse("validator", proof.validator, `is not the key that comes here, ${right.validator}`);
    if (proof.owner !== right.owner)
      throw refuse("owner", proof.owner, `is not the owner of the key shares, ${right.owner}`);
    if (proof.sharePublicKey !== right.sharePublicKey)
      throw refuse("share_pub", proof.sharePublicKey, `is not the public share of operator ${operatorIds[j]}`);
    if (proof.encryptedShare !== right.encryptedShare)
      throw refuse("encrypted_share", proof.encryptedShare, `is not the encrypted share of operator ${operatorIds[j]}`);
  });
}
