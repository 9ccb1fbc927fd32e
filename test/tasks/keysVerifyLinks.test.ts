import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { MAINNET } from "../../src/consensus/network.ts";
import { importDkg } from "../../clients/dkgFolder.ts";
import { FileError } from "../../clients/files.ts";
import { BATCHES, useKeyFolder } from "../helpers/keyFolder.ts";

const REMEDY = "have the file itself there, if you trust whoever made the folder";
const VECTORS = new URL("../vectors/ssv-dkg/validators-3", import.meta.url).pathname;
const [FIRST] = BATCHES;

describe("keys verify, links in folders of others", () => {
  const keys = useKeyFolder();

  for (const name of [
    "deposit_data.json",
    "keystores",
    "keystores/keystore-m_12381_3600_1_0_0.json",
    "batches",
    FIRST,
    `${FIRST}/deposit_data.json`,
    `${FIRST}/keyshares.json`,
  ])
    it(`refuses ${name} as a link to the very same`, async () => {
      const folder = keys().copy();
      renameSync(join(folder, name), `${folder}-elsewhere`);
      symlinkSync(`${folder}-elsewhere`, join(folder, name));
      const { success, stdout, stderr } = await keys().verify(folder);
      expect({ success, stdout, error: stderr.split("\n").slice(-2) }).to.deep.equal({
        success: false,
        stdout: "",
        error: [`error: dir cannot be read, being a link (got ${join(folder, name)}): ${REMEDY}`, ""],
      });
    });

  it("ends where deposits are a link to a device without an end", async () => {
    const folder = keys().copy();
    const file = join(folder, "deposit_data.json");
    rmSync(file);
    symlinkSync("/dev/zero", file);
    const { stderr } = await keys().verify(folder);
    expect(stderr.endsWith(`error: dir cannot be read, being a link (got ${file}): ${REMEDY}\n`)).to.equal(true);
  });

  it("follows the link that is the folder itself, and the file that an option names", async () => {
    const folder = keys().copy();
    const passwordFile = `${folder}-password`;
    symlinkSync(keys().passwordFile, passwordFile);
    symlinkSync(folder, `${folder}-link`);
    const { success } = await keys().verify(`${folder}-link`, { passwordFile });
    expect(success).to.equal(true);
  });

  it("refuses proofs.json as a link, in a batch and in a folder of ssv-dkg", async () => {
    const batch = keys().copy(FIRST);
    symlinkSync("/dev/zero", join(batch, "proofs.json"));
    const { stderr } = await keys().verify(batch);
    expect(
      stderr.endsWith(
        `error: proofs.json cannot be read, being a link (got ${join(batch, "proofs.json")}): ${REMEDY}\n`,
      ),
    ).to.equal(true);

    const folder = `${batch}-dkg`;
    mkdirSync(folder);
    cpSync(VECTORS, folder, { recursive: true });
    const validator = readdirSync(folder)[0] ?? "";
    for (const [name, field] of [
      ["proofs.json", "proofs.json"],
      [join(validator, "keyshares.json"), `${validator.slice(0, 17)}…/keyshares.json`],
    ] as const) {
      const file = join(folder, name);
      renameSync(file, `${folder}-kept.json`);
      symlinkSync(`${folder}-kept.json`, file);
      expect(() => importDkg(folder, MAINNET, {})).to.throw(FileError, `${field} cannot be read, being a link`);
      rmSync(file);
      renameSync(`${folder}-kept.json`, file);
    }
  });
});
