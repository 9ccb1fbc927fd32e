import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { batchFolders, readCeremony, writeBatch } from "../../clients/ceremonyFolder.ts";
import { checkProofs, DkgFolderError, importDkg } from "../../clients/dkgFolder.ts";
import { FileError } from "../../clients/files.ts";
import { CeremonyError } from "../../src/ceremony/ceremony.ts";
import { DkgFilesError } from "../../src/ceremony/dkgFiles.ts";
import { DkgProofError } from "../../src/ceremony/dkgProofVerification.ts";
import { HOODI, MAINNET } from "../../src/consensus/network.ts";
import { DepositFileError } from "../../src/keys/depositFile.ts";
import { KeyshareError } from "../../src/ssv/keyshareVerification.ts";
import { FileFormatError } from "../../src/units/json.ts";

const VECTORS = new URL("../vectors/ssv-dkg/", import.meta.url).pathname;
const NAMES = ["deposit_data.json", "keyshares.json", "proofs.json"];
const OWNER = "0xDCc846fA10C7CfCE9e6Eb37e06eD93b666cFC5E9";

interface Proof {
  proof: Record<string, string>;
  signature: string;
}

describe("importDkg", () => {
  let folder: string;
  let validators: string[];

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), "dkg-")), "any name");
    cpSync(join(VECTORS, "validators-3"), folder, { recursive: true });
    validators = readdirSync(folder).filter((name) => !NAMES.includes(name));
  });

  afterEach(() => {
    rmSync(join(folder, ".."), { recursive: true });
  });

  const validator = (i: number): string => join(folder, validators[i] ?? "");
  const label = (i: number): string => `${validators[i]?.slice(0, 17) ?? ""}…/`;
  const imported = (): ReturnType<typeof importDkg> => importDkg(folder, MAINNET, { owner: OWNER, firstNonce: 1n });
  const refuses = (field: string, error: new (...args: never[]) => Error, message = ""): void => {
    expect(imported).to.throw(error, message).with.property("field", field);
  };

  /** Edits a JSON file. */
  function edit<T>(path: string, change: (value: T) => T): void {
    writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, "utf8")) as T)));
  }

  /** Edits the proofs of validator 1 in both places, so that its files agree. */
  function editProofs(change: (proofs: Proof[], all: Proof[][]) => Proof[]): void {
    edit<Proof[][]>(join(folder, "proofs.json"), (all) => all.map((own, i) => (i === 1 ? change(own, all) : own)));
    const all = JSON.parse(readFileSync(join(folder, "proofs.json"), "utf8")) as Proof[][];
    edit(join(validator(1), "proofs.json"), () => all[1]);
  }

  it("gives the files of a batch, whose proofs can be checked there", () => {
    const { ceremony, proofs, files } = imported();
    const home = join(folder, "..", "pool");
    const batch = writeBatch(home, 1n, 3, files);

    expect(batchFolders(home)).to.deep.equal([batch]);
    expect(readdirSync(batch)).to.deep.equal(NAMES);
    expect(readCeremony(batch, MAINNET)).to.deep.equal(ceremony);
    expect(checkProofs(batch, ceremony)).to.deep.equal(proofs);

    edit<Proof[][]>(join(batch, "proofs.json"), (all) => all.reverse());
    expect(() => checkProofs(batch, ceremony)).to.throw(DkgProofError, "proofs.json[0][0].proof.validator");
    rmSync(join(batch, "proofs.json"));
    expect(checkProofs(batch, ceremony)).to.equal(undefined);
  });

  it("ignores what file managers leave", () => {
    for (const place of [folder, validator(0)])
      for (const name of [".DS_Store", "Thumbs.db"]) writeFileSync(join(place, name), "");
    expect(imported().ceremony.keys).to.have.lengthOf(3);
  });

  it("refuses a ceremony that is not the pool's", () => {
    expect(() => importDkg(folder, MAINNET, { firstNonce: 2n })).to.throw(CeremonyError, "does not begin at 2");
    expect(() => importDkg(folder, MAINNET, { operatorIds: [1n, 2n, 3n, 4n] })).to.throw(CeremonyError, "operators");
    expect(() => importDkg(folder, HOODI, {})).to.throw(DepositFileError, "deposit_data.json[0].fork_version");
  });

  it("refuses a ceremony that ssv-dkg marked as failed, with its text", () => {
    writeFileSync(join(folder, "FAILED"), "failed writing proofs file: no space left\n");
    refuses(
      "ceremony folder",
      DkgFolderError,
      "ceremony folder was marked as failed by ssv-dkg (got failed writing proofs file: no space left): run the ceremony again",
    );
  });

  it("refuses a missing folder, be it the ceremony's or a validator's", () => {
    rmSync(validator(1), { recursive: true });
    refuses("folder", DkgFilesError, "has not the nonce 2 that comes next");
    rmSync(validator(0), { recursive: true });
    refuses("ceremony folder", DkgFilesError, "has aggregated files, which only several validators have");
    rmSync(folder, { recursive: true });
    refuses("ceremony folder", FileError, "ENOENT");
    mkdirSync(folder);
    refuses("ceremony folder", DkgFilesError, "is no ceremony");
  });

  it("refuses a last folder that is missing, as the aggregated files have it", () => {
    rmSync(validator(2), { recursive: true });
    refuses("deposit_data.json", DkgFilesError, "is not of the 2 that have folders (got 3 validators)");
  });

  it("refuses a missing file, in a folder or beside them", () => {
    for (const name of NAMES) {
      renameSync(join(validator(2), name), join(folder, "..", name));
      refuses(`${label(2)}${name}`, DkgFolderError, "is missing");
      renameSync(join(folder, "..", name), join(validator(2), name));

      renameSync(join(folder, name), join(folder, "..", name));
      refuses(name, DkgFolderError, "is missing");
      renameSync(join(folder, "..", name), join(folder, name));
    }
    for (const name of NAMES) rmSync(join(folder, name));
    refuses("ceremony folder", DkgFilesError, "has no aggregated files");
  });

  it("refuses foreign folders and files, in a folder or beside them", () => {
    for (const [place, field] of [
      [folder, "ceremony folder"],
      [validator(1), label(1)],
    ] as const) {
      const notes = join(place, "notes");
      mkdirSync(notes);
      refuses(field, DkgFolderError, "holds what ssv-dkg does not write there (got notes)");
      rmSync(notes, { recursive: true });
      writeFileSync(notes, "");
      refuses(field, DkgFolderError, "holds what ssv-dkg does not write there (got notes)");
      rmSync(notes);
    }
  });

  it("refuses the folder above", () => {
    const above = (): unknown => importDkg(join(folder, ".."), MAINNET, {});
    expect(above).to.throw(DkgFolderError, "got any name): name the folder of one ceremony");
  });

  it("refuses a truncated file", () => {
    for (const name of NAMES) {
      const path = join(validator(1), name);
      const text = readFileSync(path, "utf8");
      writeFileSync(path, text.slice(0, -20));
      refuses(`${label(1)}${name}`, FileFormatError, "is not JSON");
      writeFileSync(path, text);
    }
  });

  it("refuses folders that are named after another nonce or key, and one too many", () => {
    renameSync(validator(2), validator(2).replace("000003-", "000004-"));
    refuses("folder", DkgFilesError, "has not the nonce 3 that comes next");
    renameSync(validator(2).replace("000003-", "000004-"), validator(2));

    const other = `000002-0x${"ab".repeat(48)}`;
    renameSync(validator(1), join(folder, other));
    refuses("000002-0xabababab…/deposit_data.json[0].pubkey", DkgFilesError);
    renameSync(join(folder, other), validator(1));

    cpSync(validator(0), validator(0).replace("000001-", "000004-"), { recursive: true });
    refuses("000004-0xb5bce11e…/keyshares.json.shares[0].data.ownerNonce", DkgFilesError, "got 1");
  });

  it("refuses aggregated files that differ from the folders", () => {
    edit<Proof[][]>(join(folder, "proofs.json"), ([a = [], ...others]) => [a.slice(1), ...others]);
    refuses("proofs.json[0][0].proof.encrypted_share", DkgFilesError, `differs from folder ${label(0)}`);
  });

  it("refuses files that agree but whose proofs do not prove the key shares", () => {
    editProofs((own) => own.slice(0, 3));
    refuses("proofs.json[1]", DkgProofError, "got 3 proofs");
  });

  it("refuses operators that are swapped, in files that agree", () => {
    editProofs(([a, b, ...others]) => [b, a, ...others].filter((proof) => proof !== undefined));
    refuses("proofs.json[1][0].proof.share_pub", DkgProofError, "is not the public share of operator 11");
  });

  it("refuses a signature over the proof of another validator, in files that agree", () => {
    editProofs((own, all) => own.map((proof, i) => ({ ...proof, signature: all[0]?.[i]?.signature ?? "" })));
    refuses("proofs.json[1][0].signature", DkgProofError, "is not the signature of operator 11");
  });

  it("refuses key shares whose nonce was changed with the folder's name", () => {
    for (const path of [folder, ...validators.map((_, i) => validator(i))])
      edit<{ shares: { data: { ownerNonce: number } }[] }>(join(path, "keyshares.json"), (file) => {
        for (const { data } of file.shares) data.ownerNonce += 1;
        return file;
      });
    validators.toReversed().forEach((name) => {
      const nonce = Number(name.slice(0, 6)) + 1;
      renameSync(join(folder, name), join(folder, `00000${nonce}${name.slice(6)}`));
    });
    refuses("keyshares.json.shares[0].sharesData", KeyshareError, "is not signed by the validator key for this owner");
  });
});
