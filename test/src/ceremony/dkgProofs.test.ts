import { createHash } from "node:crypto";

import { expect } from "chai";

import {
  formatProofsFile,
  parseProofsFile,
  parseValidatorProofs,
  type SignedProof,
} from "../../../src/ceremony/dkgProofs.ts";
import { DkgProofError, isProofSigned, proofRoot, verifyProofs } from "../../../src/ceremony/dkgProofVerification.ts";
import { OperatorKeyError } from "../../../src/ssv/operatorKey.ts";
import { toHex, type Hex } from "../../../src/units/hex.ts";
import { FileFormatError } from "../../../src/units/json.ts";
import { signProof, testDkg } from "../support/dkg.ts";
import { OTHER_OWNER, testOperators } from "../support/operators.ts";

const { ceremony, proofs, files } = testDkg();
const operators = testOperators(ceremony.operatorIds);

/** Proof `j` of key `i`. */
function proofAt(i: number, j: number): SignedProof {
  const proof = proofs[i]?.[j];
  if (proof === undefined) throw new Error(`no proof [${i}][${j}]`);
  return proof;
}

/** The proofs with one of them replaced. */
function withProof(i: number, j: number, proof: SignedProof): SignedProof[][] {
  return proofs.map((ofKey, k) => ofKey.map((own, l) => (k === i && l === j ? proof : own)));
}

/** Proof [1][2] with other fields, signed by its operator nevertheless. */
function resigned(fields: Partial<SignedProof>): SignedProof[][] {
  const privateKey = operators[2]?.privateKey;
  if (privateKey === undefined) throw new Error("no operator");
  return withProof(1, 2, signProof({ ...proofAt(1, 2), ...fields }, privateKey));
}

/** Flips the last bit. */
function flipped(hex: Hex): Hex {
  return `${hex.slice(0, -1)}${(Number.parseInt(hex.slice(-1), 16) ^ 1).toString(16)}` as Hex;
}

describe("ceremony/dkgProofs", () => {
  it("reads back what it writes, in ssv-dkg's fields and without prefixes", () => {
    expect(parseProofsFile(files.proofs)).to.deep.equal(proofs);
    const [[first] = []] = JSON.parse(formatProofsFile(proofs)) as Record<string, Record<string, string>>[][];
    expect(first).to.have.all.keys("proof", "signature");
    expect(first?.["proof"]).to.have.all.keys("validator", "encrypted_share", "share_pub", "owner");
    expect(first?.["proof"]?.["owner"]).to.equal(ceremony.owner.slice(2).toLowerCase());
    expect(first?.["signature"]).to.match(/^[0-9a-f]{512}$/);
  });

  it("tells the proofs of one validator from those of many", () => {
    const [own = []] = JSON.parse(files.proofs) as unknown[];
    expect(parseValidatorProofs(JSON.stringify(own))).to.deep.equal(proofs[0]);
    expect(() => parseProofsFile(JSON.stringify(own))).to.throw(FileFormatError, "proofs.json[0] does not fit");
    expect(() => parseValidatorProofs(files.proofs)).to.throw(FileFormatError, "proofs.json[0] does not fit");
  });

  const edits: [what: string, edit: (file: Record<string, never>[][]) => unknown, field: string][] = [
    ["no validators", (file) => file.splice(0), "proofs.json"],
    ["a validator without proofs", (file) => file[1]?.splice(0), "proofs.json[1]"],
    [
      "a key of 47 bytes",
      (file) => {
        shorten(file, "validator");
      },
      "proofs.json[1][2].proof.validator",
    ],
    [
      "an encrypted share of 255 bytes",
      (file) => {
        shorten(file, "encrypted_share");
      },
      "proofs.json[1][2].proof.encrypted_share",
    ],
    [
      "a public share of 47 bytes",
      (file) => {
        shorten(file, "share_pub");
      },
      "proofs.json[1][2].proof.share_pub",
    ],
    [
      "an owner of 19 bytes",
      (file) => {
        shorten(file, "owner");
      },
      "proofs.json[1][2].proof.owner",
    ],
    [
      "a missing signature",
      (file) => Object.assign(file[1]?.[2] ?? {}, { signature: undefined }),
      "proofs.json[1][2].signature",
    ],
  ];
  for (const [what, edit, field] of edits)
    it(`refuses ${what} and names ${field}`, () => {
      const file = JSON.parse(files.proofs) as Record<string, never>[][];
      edit(file);
      expect(() => parseProofsFile(JSON.stringify(file)))
        .to.throw(FileFormatError)
        .with.property("field", field);
    });

  it("refuses a truncated file", () => {
    for (const length of [0, 1, 500, files.proofs.length - 1])
      expect(() => parseProofsFile(files.proofs.slice(0, length)), String(length)).to.throw(
        FileFormatError,
        "proofs.json is not JSON",
      );
  });
});

describe("ceremony/dkgProofVerification", () => {
  it("hashes a proof as SSZ has it", () => {
    const chunks = (...parts: string[]): Buffer[] => parts.map((part) => Buffer.from(part.padEnd(64, "0"), "hex"));
    const merkle = (nodes: Buffer[]): Buffer => {
      const [node] = nodes;
      if (node !== undefined && nodes.length === 1) return node;
      const pairs = nodes.flatMap((left, i) =>
        i % 2 === 0 ? [[left, nodes[i + 1] ?? Buffer.alloc(32)] as const] : [],
      );
      return merkle(pairs.map((pair) => createHash("sha256").update(Buffer.concat(pair)).digest()));
    };
    const ofKey = (hex: string): Buffer => merkle(chunks(hex.slice(2, 66), hex.slice(66)));
    const share = proofAt(0, 0).encryptedShare.slice(2);
    const data = merkle(chunks(...Array.from({ length: 16 }, (_, i) => share.slice(64 * i, 64 * (i + 1)))));
    const length = chunks("0001"); // 256, little endian
    const root = merkle([
      ofKey(proofAt(0, 0).validator),
      merkle([data, ...length]),
      ofKey(proofAt(0, 0).sharePublicKey),
      ...chunks(proofAt(0, 0).owner.slice(2)),
    ]);

    expect(toHex(proofRoot(proofAt(0, 0)))).to.equal(toHex(root));
  });

  it("accepts what all operators signed", () => {
    expect(() => {
      verifyProofs(ceremony, proofs);
    }).not.to.throw();
  });

  it("ties a signature to every field of the proof", () => {
    const key = operators[2]?.key;
    if (key === undefined) throw new Error("no operator");
    const proof = proofAt(1, 2);
    expect(isProofSigned(proof, key)).to.equal(true);
    for (const field of ["validator", "encryptedShare", "sharePublicKey", "owner", "signature"] as const)
      expect(isProofSigned({ ...proof, [field]: flipped(proof[field]) }, key), field).to.equal(false);
  });

  const wrong: [what: string, proofs: () => SignedProof[][], field: string][] = [
    ["proofs missing for one key", () => proofs.slice(0, 2), "proofs.json"],
    ["proofs of a key too many", () => [...proofs, ...proofs.slice(0, 1)], "proofs.json"],
    ["proofs of two keys swapped", () => [1, 0, 2].map((i) => proofs[i] ?? []), "proofs.json[0][0].proof.validator"],
    [
      "no proof of one operator",
      () => proofs.map((ofKey, i) => (i === 1 ? ofKey.slice(0, 3) : ofKey)),
      "proofs.json[1]",
    ],
    ["two proofs of one operator", () => proofs.map((ofKey) => [...ofKey, ...ofKey.slice(3)]), "proofs.json[0]"],
    [
      "operators swapped",
      () => proofs.map((ofKey, i) => (i === 1 ? [0, 2, 1, 3].flatMap((j) => ofKey.slice(j, j + 1)) : ofKey)),
      "proofs.json[1][1].proof.share_pub",
    ],
    [
      "a signed proof of another validator",
      () => resigned({ validator: proofAt(0, 2).validator }),
      "proofs.json[1][2].proof.validator",
    ],
    [
      "a signed proof for another owner",
      () => resigned({ owner: OTHER_OWNER.toLowerCase() as Hex }),
      "proofs.json[1][2].proof.owner",
    ],
    [
      "a signed public share of another key",
      () => resigned({ sharePublicKey: proofAt(0, 2).sharePublicKey }),
      "proofs.json[1][2].proof.share_pub",
    ],
    [
      "a signed encrypted share that is not in the key shares",
      () => resigned({ encryptedShare: proofAt(0, 2).encryptedShare }),
      "proofs.json[1][2].proof.encrypted_share",
    ],
    [
      "a signature by another operator",
      () => withProof(1, 2, { ...proofAt(1, 2), signature: signatureOf(1) }),
      "proofs.json[1][2].signature",
    ],
    [
      "a signature over another proof",
      () => withProof(1, 2, { ...proofAt(1, 2), signature: proofAt(0, 2).signature }),
      "proofs.json[1][2].signature",
    ],
    [
      "a damaged signature",
      () => withProof(1, 2, { ...proofAt(1, 2), signature: flipped(proofAt(1, 2).signature) }),
      "proofs.json[1][2].signature",
    ],
  ];
  for (const [what, broken, field] of wrong)
    it(`refuses ${what} and names ${field}`, () => {
      expect(() => {
        verifyProofs(ceremony, broken());
      })
        .to.throw(DkgProofError)
        .with.property("field", field);
    });

  it("refuses operator keys that did not sign, or are none", () => {
    const withKeys = (operatorKeys: string[]) => () => {
      verifyProofs({ ...ceremony, operatorKeys }, proofs);
    };
    expect(withKeys([...ceremony.operatorKeys].reverse()))
      .to.throw(DkgProofError, "is not the signature of operator 3, whose key keyshares.json lists")
      .with.property("field", "proofs.json[0][0].signature");
    expect(withKeys(ceremony.operatorKeys.map(() => "AAAA"))).to.throw(OperatorKeyError, "public key of operator 3");
  });

  it("says in one sentence what is wrong, where, and what to do", () => {
    const owner = OTHER_OWNER.toLowerCase() as Hex;
    expect(() => {
      verifyProofs(ceremony, resigned({ owner }));
    }).to.throw(
      DkgProofError,
      `proofs.json[1][2].proof.owner is not the owner of the key shares, ${ceremony.owner.toLowerCase()} (got ${owner}): use the three files of the same ceremony`,
    );
  });
});

function signatureOf(operator: number): Hex {
  const privateKey = operators[operator]?.privateKey;
  if (privateKey === undefined) throw new Error("no operator");
  return signProof(proofAt(1, 2), privateKey).signature;
}

function shorten(file: Record<string, never>[][], field: string): void {
  const proof = file[1]?.[2]?.["proof"] as Record<string, string> | undefined;
  if (proof !== undefined) proof[field] = proof[field]?.slice(2) ?? "";
}
