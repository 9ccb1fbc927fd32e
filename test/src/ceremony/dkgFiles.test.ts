import { expect } from "chai";

import { parseCeremony } from "../../../src/ceremony/ceremony.ts";
import { DkgFilesError, isValidatorFolder, mergeDkgFiles, type DkgFiles } from "../../../src/ceremony/dkgFiles.ts";
import { parseProofsFile } from "../../../src/ceremony/dkgProofs.ts";
import { verifyProofs } from "../../../src/ceremony/dkgProofVerification.ts";
import { LOCAL } from "../../../src/consensus/network.ts";
import { FileFormatError } from "../../../src/units/json.ts";
import { testDkg, validatorFiles } from "../support/dkg.ts";

const { ceremony, proofs, files } = testDkg();
const validators = validatorFiles(files);
const pubkeys = ceremony.keys.map(({ pubkey }) => pubkey);
/** How messages name the folders. */
const labels = pubkeys.map((pubkey, i) => `0000${11 + i}-${pubkey.slice(0, 10)}…`);

type Entry = Record<string, unknown>;

/** The files after an edit of their entries; `shares` are those of the keyshares file. */
function edited<T extends DkgFiles>(
  texts: T,
  edit: (file: { deposits: Entry[]; shares: { data: Entry; payload: Entry }[]; proofs: unknown[] }) => unknown,
): T {
  const keyshares = JSON.parse(texts.keyshares) as { shares: { data: Entry; payload: Entry }[] };
  const deposits = JSON.parse(texts.deposits) as Entry[];
  const ownProofs = JSON.parse(texts.proofs) as unknown[];
  edit({ deposits, shares: keyshares.shares, proofs: ownProofs });
  return {
    ...texts,
    deposits: JSON.stringify(deposits),
    keyshares: JSON.stringify(keyshares),
    proofs: JSON.stringify(ownProofs),
  };
}

/** Validator 1 with something else, beside the others. */
function withSecond(change: (second: (typeof validators)[number]) => (typeof validators)[number]): typeof validators {
  return validators.map((own, i) => (i === 1 ? change(own) : own));
}

function refuses(merge: () => unknown, field: string, error: new (...args: never[]) => Error = DkgFilesError): void {
  expect(merge).to.throw(error).with.property("field", field);
}

describe("ceremony/dkgFiles", () => {
  it("knows a validator's folder by its name", () => {
    const digits = "ab".repeat(48);
    expect(isValidatorFolder(`000001-0x${digits}`)).to.equal(true);
    for (const name of [`1-0x${digits}`, `0000001-0x${digits}`, `000001-${digits}`, `000001-0x${digits}0`, "000001"])
      expect(isValidatorFolder(name), name).to.equal(false);
  });

  it("merges what agrees to the files that the pool takes", () => {
    const merged = mergeDkgFiles(validators, files);

    expect(merged.proofs).to.deep.equal(proofs);
    expect(merged.files).to.deep.equal(files);
    expect(parseCeremony(merged.files, LOCAL)).to.deep.equal(ceremony);
  });

  it("gives a single validator the form of several", () => {
    const { ceremony: single, files: singleFiles } = testDkg({ count: 1, firstNonce: 0n });
    const merged = mergeDkgFiles(validatorFiles(singleFiles));

    expect(parseCeremony(merged.files, LOCAL)).to.deep.equal(single);
    expect(parseProofsFile(merged.files.proofs)).to.deep.equal(merged.proofs);
    expect(() => {
      verifyProofs(single, merged.proofs);
    }).not.to.throw();
  });

  it("does not mind how aggregated files order the fields of an entry, and when they were written", () => {
    const reordered = edited(files, ({ deposits }) => {
      deposits.splice(0, 1, Object.fromEntries(Object.entries(deposits[0] ?? {}).reverse()));
    });
    const later = { ...reordered, keyshares: reordered.keyshares.replace("2026-01-01", "2026-01-02") };
    expect(later.keyshares).not.to.equal(reordered.keyshares);
    expect(() => mergeDkgFiles(validators, later)).not.to.throw();
  });

  it("refuses no validators, several without aggregated files, and one with them", () => {
    refuses(() => mergeDkgFiles([]), "ceremony folder");
    refuses(() => mergeDkgFiles(validators), "ceremony folder");
    refuses(() => mergeDkgFiles(validators.slice(0, 1), files), "ceremony folder");
  });

  it("H14 refuses a gap in the nonces and a nonce twice", () => {
    const gap = validators.filter((_, i) => i !== 1);
    expect(() => mergeDkgFiles(gap, files)).to.throw(DkgFilesError, "folder has not the nonce 12 that comes next");
    const twice = withSecond((second) => ({ ...second, folder: second.folder.replace("000012", "000011") }));
    refuses(() => mergeDkgFiles(twice, files), "folder");
  });

  it("refuses a folder without a nonce and key in its name", () => {
    const unnamed = withSecond((second) => ({ ...second, folder: "second" }));
    expect(() => mergeDkgFiles(unnamed, files)).to.throw(DkgFilesError, "folder is not named NNNNNN-0x<public key>");
  });

  it("H14 refuses folders named after other nonces than their key shares are signed for", () => {
    const shifted = validators.map((own, i) => ({ ...own, folder: own.folder.replace(/^\d+/, `00001${2 + i}`) }));
    const field = `${labels[0]?.replace("11", "12") ?? ""}/keyshares.json.shares[0].data.ownerNonce`;
    refuses(() => mergeDkgFiles(shifted, files), field);
  });

  it("refuses a file of another key than the folder is named after", () => {
    const [first] = validators;
    const label = labels[1] ?? "";
    const withFirst = (name: keyof DkgFiles) => () =>
      mergeDkgFiles(
        withSecond((second) => ({ ...second, [name]: first?.[name] })),
        files,
      );
    refuses(withFirst("deposits"), `${label}/deposit_data.json[0].pubkey`);
    refuses(withFirst("keyshares"), `${label}/keyshares.json.shares[0].data.publicKey`);
    refuses(withFirst("proofs"), `${label}/proofs.json[0].proof.validator`);
  });

  it("refuses two validators in one folder", () => {
    const both = (name: keyof DkgFiles) => () =>
      mergeDkgFiles(
        withSecond((second) => ({ ...second, [name]: files[name] })),
        files,
      );
    const label = labels[1] ?? "";
    refuses(both("deposits"), `${label}/deposit_data.json`, FileFormatError);
    refuses(both("keyshares"), `${label}/keyshares.json`);
    refuses(both("proofs"), `${label}/proofs.json[0]`, FileFormatError);
  });

  it("refuses truncated files and names them", () => {
    for (const [name, file] of [
      ["deposits", "deposit_data.json"],
      ["keyshares", "keyshares.json"],
      ["proofs", "proofs.json"],
    ] as const) {
      const cut = (text: string): string => text.slice(0, text.length / 2);
      const inFolder = withSecond((second) => ({ ...second, [name]: cut(second[name]) }));
      refuses(() => mergeDkgFiles(inFolder, files), `${labels[1] ?? ""}/${file}`, FileFormatError);
      refuses(() => mergeDkgFiles(validators, { ...files, [name]: cut(files[name]) }), file, FileFormatError);
    }
  });

  const differences: [what: string, edit: Parameters<typeof edited>[1], field: string][] = [
    ["a deposit less", ({ deposits }) => deposits.pop(), "deposit_data.json"],
    ["a key share less", ({ shares }) => shares.pop(), "keyshares.json.shares"],
    ["proofs of a validator more", ({ proofs }) => proofs.push(proofs[0]), "proofs.json"],
    ["validators in another order", ({ deposits }) => deposits.reverse(), "deposit_data.json[0].pubkey"],
    [
      "another amount",
      ({ deposits }) => Object.assign(deposits[1] ?? {}, { amount: 64_000_000_000 }),
      "deposit_data.json[1].amount",
    ],
    [
      "a field that the folder's file has not",
      ({ deposits }) => Object.assign(deposits[2] ?? {}, { note: "" }),
      "deposit_data.json[2].note",
    ],
    [
      "other shares",
      ({ shares }) => Object.assign(shares[1]?.payload ?? {}, { sharesData: shares[0]?.payload["sharesData"] }),
      "keyshares.json.shares[1].payload.sharesData",
    ],
    [
      "another operator",
      ({ shares }) => Object.assign(shares[2]?.payload ?? {}, { operatorIds: [3, 5, 8, 14] }),
      "keyshares.json.shares[2].payload.operatorIds[3]",
    ],
    ["a proof less", ({ proofs }) => (proofs[1] as unknown[]).pop(), "proofs.json[1][3]"],
    [
      "another signature",
      ({ proofs }) => Object.assign((proofs[1] as Entry[])[2] ?? {}, { signature: "00".repeat(256) }),
      "proofs.json[1][2].signature",
    ],
  ];
  for (const [what, edit, field] of differences)
    it(`refuses aggregated files with ${what} and names ${field}`, () => {
      refuses(() => mergeDkgFiles(validators, edited(files, edit)), field);
    });

  it("says in one sentence what is wrong, where, and what to do", () => {
    const other = edited(files, ({ deposits }) => Object.assign(deposits[1] ?? {}, { amount: 1 }));
    expect(() => mergeDkgFiles(validators, other)).to.throw(
      DkgFilesError,
      `deposit_data.json[1].amount differs from folder ${labels[1] ?? ""}/ (got 1): copy the whole folder again as ssv-dkg wrote it`,
    );
  });
});
