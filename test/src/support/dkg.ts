import { constants, sign, type KeyObject } from "node:crypto";

import type { CeremonyRequest, GeneratedCeremony } from "../../../src/ceremony/generate.ts";
import type { DkgFiles, DkgValidatorFiles } from "../../../src/ceremony/dkgFiles.ts";
import { formatProofsFile, type DkgProof, type SignedProof } from "../../../src/ceremony/dkgProofs.ts";
import { proofRoot } from "../../../src/ceremony/dkgProofVerification.ts";
import { parseSharesData } from "../../../src/ssv/sharesData.ts";
import { fromHex, toHex, type Hex } from "../../../src/units/hex.ts";
import { testCeremony, testOperators } from "./operators.ts";

/** A ceremony with the proofs its operators would have signed if they had made the keys. */
export interface TestDkg extends GeneratedCeremony {
  readonly proofs: SignedProof[][];
  readonly files: DkgFiles;
}

/** Signs a proof as ssv-dkg does: RSA-PSS with the longest salt that fits. */
export function signProof(proof: DkgProof, privateKey: KeyObject): SignedProof {
  const key = { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 222 };
  return { ...proof, signature: toHex(sign("sha256", proofRoot(proof), key)) };
}

/** A ceremony as if by distributed key generation, three keys unless said otherwise. */
export function testDkg(fields: Partial<CeremonyRequest> = {}): TestDkg {
  const { ceremony, files } = testCeremony({ count: 3, ...fields });
  const operators = testOperators(ceremony.operatorIds);
  const proofs = ceremony.keys.map(({ pubkey, sharesData }) => {
    const { publicKeys, encryptedShares } = parseSharesData(fromHex(sharesData, "sharesData"), operators.length);
    return operators.map(({ privateKey }, i) => {
      const [sharePublicKey, encryptedShare] = [publicKeys[i], encryptedShares[i]].map((bytes) =>
        toHex(bytes ?? new Uint8Array()),
      );
      if (sharePublicKey === undefined || encryptedShare === undefined) throw new Error(`no share for operator ${i}`);
      return signProof(
        { validator: pubkey, encryptedShare, sharePublicKey, owner: ceremony.owner.toLowerCase() as Hex },
        privateKey,
      );
    });
  });
  return { ceremony, proofs, files: { ...files, proofs: formatProofsFile(proofs) } };
}

/** Splits the files of a ceremony into those that ssv-dkg writes for each of its validators. */
export function validatorFiles({ deposits, keyshares, proofs }: DkgFiles): DkgValidatorFiles[] {
  const entries = JSON.parse(deposits) as { pubkey: string }[];
  const file = JSON.parse(keyshares) as { shares: { data: { ownerNonce: number } }[] };
  const signed = JSON.parse(proofs) as unknown[];
  return entries.map((entry, i) => ({
    folder: `${String(file.shares[i]?.data.ownerNonce).padStart(6, "0")}-0x${entry.pubkey}`,
    deposits: JSON.stringify([entry]),
    keyshares: JSON.stringify({ ...file, shares: [file.shares[i]] }),
    proofs: JSON.stringify(signed[i]),
  }));
}
