import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { writeBatch } from "../../clients/ceremonyFolder.ts";
import { importDkg } from "../../clients/dkgFolder.ts";
import { MAINNET } from "../../src/consensus/network.ts";
import { withdrawalCredentials } from "../../src/consensus/withdrawalCredentials.ts";
import {
  at,
  BATCHES,
  checksOf,
  editJson,
  expectRefused,
  useKeyFolder,
  shown,
  type KeysharesJson,
} from "../helpers/keyFolder.ts";
import { createTaskRunner, type TaskRunner } from "../helpers/taskRunner.ts";
import { OTHER_OWNER } from "../src/support/operators.ts";

const VECTORS = new URL("../vectors/", import.meta.url).pathname;
const SSV_KEYS = join(VECTORS, "ssv-keys/keyshares-4.json");
const TIME = "1700000000";
const DEPOSITS = "deposit_data.json";
const SHARES = "keyshares.json";
const FORM = "batch: deposits, key shares, owner, nonces";
const [FIRST] = BATCHES;

describe("keys verify, folders of other tools", () => {
  const keys = useKeyFolder();

  it("verifies a folder as the deposit-cli writes it", async () => {
    const folder = keys().copy();
    rmSync(join(folder, "batches"), { recursive: true });
    renameSync(join(folder, DEPOSITS), join(folder, `deposit_data-${TIME}.json`));
    for (const name of readdirSync(join(folder, "keystores")))
      renameSync(join(folder, "keystores", name), join(folder, name.replace(".json", `-${TIME}.json`)));
    rmSync(join(folder, "keystores"), { recursive: true });
    const { passwordFile } = keys();

    const { success, stdout } = await keys().verify(folder, { passwordFile });
    expect(success).to.equal(true);
    expect(checksOf(stdout).map(({ of, result }) => `${of}: ${result}`)).to.deep.equal([
      `deposit_data-${TIME}.json: ok`,
      ...["3 keys: ok", "3 keys: ok"],
      ...["3 keystores: ok", "3 keystores: ok", "3 keystores: ok"],
      "all: skipped: none there, `keys split` makes them",
      "all: skipped: no connection",
    ]);
    expect(checksOf(stdout).at(-2)?.check).to.equal("batches: key shares");

    editJson(
      join(folder, `keystore-m_12381_3600_2_0_0-${TIME}.json`),
      (keystore: { version: number }) => (keystore.version = 3),
    );
    expectRefused(
      await keys().verify(folder, { passwordFile }),
      "keystores: version, functions, costs",
      `keystore-m_12381_3600_2_0_0-${TIME}.json.version does not fit (Invalid input: expected 4) (got 3): correct this field or generate the file again`,
    );
  });

  it("verifies what ssv-keys writes, and names what cannot be verified without deposits", async () => {
    const folder = keys().copy("keystores");
    const file = join(folder, `keyshares-${TIME}.json`);
    cpSync(SSV_KEYS, file);

    const { success, stdout } = await keys().verify(folder);
    expect(success).to.equal(true);
    expect(checksOf(stdout).map(({ check, result }) => `${check}, ${result}`)).to.deep.equal([
      "keystores: version, functions, costs, ok",
      "keystores: of the keys with deposits, skipped: no deposit file",
      "keystores: hold their keys, skipped: no --password-file",
      "batch: key shares, owner, nonces, ok",
      "batch: of the owner expected, ok",
      "batch: deposits and their credentials, skipped: no deposit file",
      "batch: proofs of distributed key generation, skipped: no proofs.json",
      "batch: shares decrypt and recover the key, skipped: no --operator-keys",
      "chain: operators, nonces, uses by others, skipped: no connection",
    ]);

    editJson(file, ({ shares }: KeysharesJson) => {
      for (const { data } of shares) data.ownerAddress = OTHER_OWNER;
    });
    expectRefused(
      await keys().verify(folder),
      "batch: key shares, owner, nonces",
      `keyshares-${TIME}.json.shares[0].sharesData is not signed by the validator key for this owner and nonce (got ${OTHER_OWNER}:0): generate the key shares again for the registering account and its next nonce`,
    );
  });

  it("verifies what deposit-cli and ssv-keys wrote into one folder as a batch", async () => {
    const folder = keys().copy(FIRST);
    for (const name of [DEPOSITS, SHARES])
      renameSync(join(folder, name), join(folder, name.replace(".json", `-${TIME}.json`)));
    const operatorKeys = keys().operatorKeys.split(",").slice(0, 4).join();
    const { success, stdout } = await keys().verify(folder, { operatorKeys });
    expect(success).to.equal(true);
    expect(checksOf(stdout).filter(({ result }) => result === "ok")).to.have.lengthOf(7);

    const { payload } = at(
      editJson(join(folder, `keyshares-${TIME}.json`), ({ shares }: KeysharesJson) => shares.splice(1)),
      0,
    );
    expectRefused(
      await keys().verify(folder),
      FORM,
      `deposit_data-${TIME}.json[1] has no entry in keyshares-${TIME}.json (got ${payload.publicKey}): use both files of the same ceremony`,
    );
  });
});

interface Proof {
  proof: { validator: string; encrypted_share: string; share_pub: string; owner: string };
  signature: string;
}

describe("keys verify, ceremonies of ssv-dkg", () => {
  const OWNER = "0xDCc846fA10C7CfCE9e6Eb37e06eD93b666cFC5E9";
  const BATCH = "batches/000001-000003";
  const PROOFS = `${BATCH}/proofs.json`;
  const CHECK = "batch: proofs of distributed key generation";
  const SAME = "use the three files of the same ceremony";
  const expected = { chain: "mainnet", account: OWNER, withdrawalAddress: undefined };
  let run: TaskRunner;
  let home: string;
  let folder: string;

  before(async () => {
    run = await createTaskRunner();
  });

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "pooleth-dkg-"));
    folder = join(home, "pool");
    const { files } = importDkg(join(VECTORS, "ssv-dkg/validators-3"), MAINNET, { owner: OWNER });
    writeBatch(folder, 1n, 3, files);
  });

  afterEach(() => {
    rmSync(home, { recursive: true });
  });

  async function refuses(change: (proofs: Proof[][]) => string): Promise<void> {
    const line = editJson(join(folder, PROOFS), change);
    expectRefused(await run("keys verify", { dir: folder, ...expected }), CHECK, line);
  }

  it("verifies proofs, and shares with keys of operators", async () => {
    const pems = JSON.parse(readFileSync(join(VECTORS, "ssv-dkg/operators.json"), "utf8")) as Record<string, string>;
    const operatorKeys = ["11", "22", "33"].map((id) => {
      writeFileSync(join(home, id), pems[id] ?? "");
      return `${id}=${join(home, id)}`;
    });
    for (const [dir, ceremony] of [
      [folder, CHECK],
      [join(VECTORS, "ssv-dkg/validators-3"), "DKG ceremony with proofs"],
    ] as const) {
      const { success, stdout } = await run("keys verify", { dir, ...expected, operatorKeys: operatorKeys.join() });
      expect(success).to.equal(true);
      const passed = checksOf(stdout).flatMap(({ check, result }) => (result === "ok" ? [check] : []));
      expect(passed).to.include.members([
        ceremony,
        "batch: shares of operators 11, 22, 33 decrypt and recover the key",
      ]);
    }
  });

  it("H4: says how to run ssv-dkg, where the ether would go to another address", async () => {
    const { withdrawalCredentials: found } = importDkg(join(VECTORS, "ssv-dkg/validators-3"), MAINNET, {}).ceremony;
    const wanted = withdrawalCredentials(OTHER_OWNER, "0x01");
    for (const [dir, label] of [
      [folder, BATCH],
      [join(VECTORS, "ssv-dkg/validators-3"), "validators-3"],
    ] as const)
      expectRefused(
        await run("keys verify", { dir, ...expected, withdrawalAddress: OTHER_OWNER }),
        "batch: credentials of the address expected",
        `${label} withdrawal credentials are not those expected, ${wanted} (got ${found}): run ssv-dkg again with --withdrawAddress ${OTHER_OWNER}: with these the ether would go to somebody else`,
      );
  });

  it("H8: refuses a proof whose signature was changed", () =>
    refuses((proofs) => {
      const proof = at(at(proofs, 1), 2);
      proof.signature = proof.signature.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
      return `${PROOFS}[1][2].signature is not the signature of operator 33, whose key keyshares.json lists (got ${shown(`0x${proof.signature}`)}): do not use these keys: run the ceremony again`;
    }));

  it("H8: refuses the proofs of another key", () =>
    refuses((proofs) => {
      const [first, second] = [at(at(proofs, 0), 0).proof.validator, at(at(proofs, 1), 0).proof.validator];
      proofs.splice(0, 2, at(proofs, 1), at(proofs, 0));
      return `${PROOFS}[0][0].proof.validator is not the key that comes here, 0x${first} (got 0x${second}): ${SAME}`;
    }));

  it("H8: refuses the proofs of another batch", async () => {
    const other = join(VECTORS, "ssv-dkg/operators-4");
    const { files } = importDkg(other, MAINNET, { owner: OWNER });
    writeFileSync(join(folder, PROOFS), files["proofs.json"] ?? "");
    expectRefused(
      await run("keys verify", { dir: folder, ...expected }),
      CHECK,
      `${PROOFS} are not of the 3 keys (got proofs of 1): ${SAME}`,
    );
  });

  it("H8: refuses proofs of which some are missing", async () => {
    await refuses((proofs) => {
      at(proofs, 2).pop();
      return `${PROOFS}[2] are not those of 4 operators (got 3 proofs): do not use these keys: run the ceremony again`;
    });
    await refuses((proofs) => {
      proofs.pop();
      return `${PROOFS} are not of the 3 keys (got proofs of 2): ${SAME}`;
    });
  });
});
