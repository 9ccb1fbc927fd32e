import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { maxContentBytes } from "../../clients/batchContent.ts";
import { BatchListError } from "../../clients/batchList.ts";
import { batchFolders, CeremonyFolderError, writeBatch } from "../../clients/ceremonyFolder.ts";
import { importDkg } from "../../clients/dkgFolder.ts";
import { readBatches } from "../../clients/folderBatches.ts";
import { ceremonyTree } from "../../src/ceremony/tree.ts";
import { DkgProofError } from "../../src/ceremony/dkgProofVerification.ts";
import { MAINNET } from "../../src/consensus/network.ts";

const VECTOR = new URL("../vectors/ssv-dkg/validators-3", import.meta.url).pathname;
const OWNER = "0xDCc846fA10C7CfCE9e6Eb37e06eD93b666cFC5E9";

describe("readBatches", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pooleth-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("reads a batch of a distributed ceremony, and keeps its proofs from what is published", () => {
    const { ceremony, files } = importDkg(VECTOR, MAINNET, { owner: OWNER, firstNonce: 1n });
    writeBatch(folder, 1n, 3, files);

    const { "proofs.json": proofs, ...published } = files;
    expect(proofs).to.be.a("string");
    expect(readBatches(folder, MAINNET)).to.deep.equal([
      { files: published, ceremony, root: ceremonyTree(ceremony.keys).root, excluded: [] },
    ]);
    const maxBytes = maxContentBytes({ count: 3, operatorIds: ceremony.operatorIds });
    for (const text of Object.values(files)) expect(text.length).to.be.lessThan(maxBytes);
  });

  it("names batch and file of a proof that is another key's", () => {
    const { files } = importDkg(VECTOR, MAINNET, { owner: OWNER, firstNonce: 1n });
    const file = join(writeBatch(folder, 1n, 3, files), "proofs.json");
    writeFileSync(file, JSON.stringify((JSON.parse(readFileSync(file, "utf8")) as unknown[]).reverse()));

    expect(() => readBatches(folder, MAINNET))
      .to.throw(DkgProofError)
      .with.property("field", "batches/000001-000003/proofs.json[0][0].proof.validator");
    const [batch = ""] = batchFolders(folder);
    expect(() => readBatches(batch, MAINNET))
      .to.throw(DkgProofError)
      .with.property("field", "proofs.json[0][0].proof.validator");
  });

  it("tells which keys the folder leaves out, and refuses a list of them that is none", () => {
    const { ceremony, files } = importDkg(VECTOR, MAINNET, { owner: OWNER, firstNonce: 1n });
    writeBatch(folder, 1n, 3, files);
    const pubkey = ceremony.keys[1]?.pubkey ?? "0x";
    const list = join(folder, "excluded.json");
    writeFileSync(list, JSON.stringify([`0x${"ab".repeat(48)}`, pubkey.slice(2).toUpperCase()]));
    expect(readBatches(folder, MAINNET).map(({ excluded }) => excluded)).to.deep.equal([[pubkey]]);

    const remedy = `write the public keys that are left out as ["0x…","0x…"]`;
    for (const [text, message] of [
      ["{}", `excluded.json does not fit (Invalid input: expected array, received object) (got {}): ${remedy}`],
      [
        "{",
        `excluded.json is not JSON: Expected property name or '}' in JSON at position 1 (line 1 column 2) (got 1 characters): ${remedy}`,
      ],
    ] as const) {
      writeFileSync(list, text);
      expect(() => readBatches(folder, MAINNET)).to.throw(BatchListError, message);
    }
  });

  it("says what a folder without batches lacks", () => {
    cpSync(join(VECTOR, "deposit_data.json"), join(folder, "deposit_data.json"));
    expect(() => readBatches(folder, MAINNET))
      .to.throw(CeremonyFolderError)
      .with.property("message", `dir holds no keyshares.json (got ${folder}): name the folder that the ceremony wrote`);
  });
});
