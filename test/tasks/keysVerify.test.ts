import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { withdrawalCredentials } from "../../src/consensus/withdrawalCredentials.ts";
import { hardhat } from "../helpers/commandLine.ts";
import {
  at,
  BATCHES,
  checksOf,
  editJson,
  expectRefused,
  OPERATORS,
  useKeyFolder,
  signDeposit,
  splitKey,
  VAULT,
  type DepositEntry,
  type KeysharesJson,
} from "../helpers/keyFolder.ts";
import { OWNER, testOperators } from "../src/support/operators.ts";

const TIME = "1700000000";
const DEPOSITS = "deposit_data.json";
const SHARES = "keyshares.json";
const FORM = "batch: deposits, key shares, owner, nonces";
const AGAIN = "split the keys again: the batch was made from other deposits";
const [FIRST, SECOND] = BATCHES;
const credentials = withdrawalCredentials(VAULT, "0x01");

describe("keys verify, folders", () => {
  const keys = useKeyFolder();

  /** Refuses a folder before anything in it was checked. */
  async function refusesAtOnce(dir: string, line: string): Promise<void> {
    expect(await keys().verify(dir)).to.deep.equal({ success: false, stdout: "", stderr: `error: ${line}\n` });
  }

  it("lists all that it has checked of a good ceremony", async () => {
    const { passwordFile, operatorKeys } = keys();
    const { success, stdout, stderr } = await keys().verify(keys().good, { passwordFile, operatorKeys, json: true });

    expect({ success, stderr }).to.deep.equal({ success: true, stderr: "" });
    const ofBatch = (of: string, operators: string) => [
      { check: FORM, of, result: "ok" },
      { check: "batch: of the owner expected", of, result: "ok" },
      { check: "batch: credentials of the address expected", of, result: "ok" },
      { check: "batch: same deposits as the folder's", of, result: "ok" },
      { check: "batch: proofs of distributed key generation", of, result: "skipped: no proofs.json" },
      { check: `batch: shares of operators ${operators} decrypt and recover the key`, of, result: "ok" },
    ];
    expect(JSON.parse(stdout)).to.deep.equal({
      folder: keys().good,
      network: "local",
      owner: OWNER,
      withdrawalCredentials: credentials,
      checks: [
        { check: "deposits: roots, fork version, signatures", of: DEPOSITS, result: "ok" },
        { check: "deposits: amount and credentials", of: "3 keys", result: "ok" },
        { check: "deposits: credentials of the address expected", of: "3 keys", result: "ok" },
        { check: "keystores: version, functions, costs", of: "3 keystores", result: "ok" },
        { check: "keystores: of the keys with deposits", of: "3 keystores", result: "ok" },
        { check: "keystores: hold their keys", of: "3 keystores", result: "ok" },
        ...ofBatch("000011-000012", "3, 5, 8, 13"),
        ...ofBatch("000013-000013", "4, 6, 9, 14"),
        { check: "batches: no key and no nonce twice", of: "2 batches", result: "ok" },
        { check: "chain: operators, nonces, uses by others", of: "all", result: "skipped: no connection" },
      ],
    });
  });

  it("says what it did not compare, where nothing is expected", async () => {
    const expected = { account: undefined, withdrawalAddress: undefined };
    const { success, stdout } = await keys().verify(keys().copy(FIRST), expected);
    expect(success).to.equal(true);
    expect(
      checksOf(stdout).flatMap(({ check, result }) => (result === "ok" ? [] : [`${check}, ${result}`])),
    ).to.deep.equal([
      "deposits: credentials of the address expected, skipped: no --withdrawal-address",
      "batch: of the owner expected, skipped: no --account",
      "batch: credentials of the address expected, skipped: no --withdrawal-address",
      "batch: proofs of distributed key generation, skipped: no proofs.json",
      "batch: shares decrypt and recover the key, skipped: no --operator-keys",
      "chain: operators, nonces, uses by others, skipped: no connection",
    ]);
  });

  it("ends with exit code 1", async () => {
    const folder = keys().copy();
    rmSync(join(folder, FIRST, SHARES));
    const end = await hardhat(["keys", "verify", "--dir", folder, "--chain", "local"]);
    expect({ code: end.code, stdout: end.stdout }).to.deep.equal({ code: 1, stdout: "" });
    expect(
      end.stderr.endsWith(
        `error: dir holds no ${SHARES} (got ${join(folder, FIRST)}): name the folder that the ceremony wrote\n`,
      ),
    ).to.equal(true);
  });

  it("refuses a folder that is missing, empty or none", async () => {
    const folder = keys().copy();
    const [missing, empty, file] = [join(folder, "missing"), join(folder, "empty"), join(folder, DEPOSITS)];
    mkdirSync(empty);
    await refusesAtOnce("", "dir is missing (got nothing): name a folder with keys");
    await refusesAtOnce(
      missing,
      `ceremony folder cannot be read, ENOENT (got ${missing}): name a folder that you may read`,
    );
    await refusesAtOnce(file, `ceremony folder cannot be read, ENOTDIR (got ${file}): name a folder that you may read`);
    await refusesAtOnce(
      empty,
      `dir holds neither deposits nor keystores nor key shares (got ${empty}): name a folder that a ceremony, the deposit-cli, ssv-keys or ssv-dkg wrote`,
    );
  });

  for (const others of [[`deposit_data-${TIME}.json`], [`deposit_data-${TIME}.json`, "deposit_data-1700000001.json"]])
    it(`refuses ${others.length + 1} files of deposits`, async () => {
      const folder = keys().copy();
      for (const name of others) cpSync(join(folder, DEPOSITS), join(folder, name));
      await refusesAtOnce(
        folder,
        `dir holds ${[...others, DEPOSITS].join(" and ")} (got ${folder}): keep one of them, or a folder for each`,
      );
    });

  for (const name of [DEPOSITS, SHARES])
    it(`refuses a batch without ${name}`, async () => {
      const folder = keys().copy();
      rmSync(join(folder, SECOND, name));
      expectRefused(
        await keys().verify(folder),
        FORM,
        `dir holds no ${name} (got ${join(folder, SECOND)}): name the folder that the ceremony wrote`,
      );
    });

  it("H8: refuses a batch of a key that the folder has no deposit for", async () => {
    const folder = keys().copy();
    rmSync(join(folder, "keystores"), { recursive: true });
    const { pubkey = "" } = editJson(join(folder, DEPOSITS), (entries: DepositEntry[]) => ({ ...entries.pop() }));
    expectRefused(
      await keys().verify(folder),
      "batch: same deposits as the folder's",
      `key of ${SECOND}/${DEPOSITS} is none of the folder's deposit file (got 0x${pubkey}): ${AGAIN}`,
    );
  });

  it("H8: refuses a batch whose deposits are others than the folder's", async () => {
    const folder = keys().copy();
    const foreign = withdrawalCredentials(OWNER, "0x01");
    const { pubkey } = editJson(join(folder, SECOND, DEPOSITS), (entries: DepositEntry[]) =>
      Object.assign(at(entries, 0), signDeposit(foreign, 32_000_000_000n, { key: 2 })),
    );
    expectRefused(
      await keys().verify(folder, { withdrawalAddress: undefined }),
      "batch: same deposits as the folder's",
      `key of ${SECOND}/${DEPOSITS} has another deposit than in the folder's file (got 0x${pubkey}): ${AGAIN}`,
    );
    expectRefused(
      await keys().verify(folder),
      "batch: credentials of the address expected",
      `${SECOND} withdrawal credentials are not those expected, ${credentials} (got ${foreign}): sign the deposits again: with these the ether would go to somebody else`,
    );
  });

  it("refuses a key that is left out, and a list of such keys that is none", async () => {
    const folder = keys().copy();
    const [, , { pubkey }] = editJson(
      join(folder, DEPOSITS),
      (entries: [DepositEntry, DepositEntry, DepositEntry]) => entries,
    );
    const list = join(folder, "excluded.json");
    writeFileSync(list, JSON.stringify([`0x${"ab".repeat(48)}`]));
    expect(checksOf((await keys().verify(folder)).stdout)).to.deep.include({
      check: "batches: no key that is left out",
      of: "1 of excluded.json",
      result: "ok",
    });
    writeFileSync(list, JSON.stringify([pubkey]));
    expectRefused(
      await keys().verify(folder),
      "batches: no key that is left out",
      `key of ${SECOND}/${SHARES} is left out for ever by excluded.json (got 0x${pubkey}): make its batch anew without it, with \`keys resplit --exclude 0x${pubkey}\`; if its validator runs already, verify with --network`,
    );
    writeFileSync(list, "{}");
    const { success, stderr } = await keys().verify(folder);
    expect({ success, error: stderr.split("\n").at(-2) }).to.deep.equal({
      success: false,
      error: `error: excluded.json does not fit (Invalid input: expected array, received object) (got {}): write the public keys that are left out as ["0x…","0x…"]`,
    });
  });

  it("refuses a copy of a batch, and names what it takes for none", async () => {
    const folder = keys().copy();
    cpSync(join(folder, FIRST), join(folder, "batches", "copy"), { recursive: true });
    const { success, stdout } = await keys().verify(folder);
    expect(success).to.equal(true);
    expect(checksOf(stdout)).to.deep.include({
      check: "batch",
      of: "batches/copy",
      result: "skipped: not named after its nonces",
    });

    renameSync(join(folder, "batches", "copy"), join(folder, "batches", "000014-000015"));
    expectRefused(
      await keys().verify(folder),
      FORM,
      `nonces of batches/000014-000015/${SHARES} are not those that its folder is named after (got 11 to 12): find out which is right; the folder of these would be 000011-000012`,
    );

    for (const position of [0, 1])
      editJson(join(folder, "batches/000014-000015", SHARES), ({ shares }: KeysharesJson) => {
        shares[position] = splitKey(position, { owner: OWNER, ownerNonce: 14n + BigInt(position) });
      });
    const [{ pubkey }] = editJson(join(folder, DEPOSITS), (entries: [DepositEntry]) => entries);
    expectRefused(
      await keys().verify(folder),
      "batches: no key and no nonce twice",
      `key of batches/000014-000015/${SHARES} is also in ${FIRST}/${SHARES} (got 0x${pubkey}): keep one of the two batches`,
    );
  });

  it("tells of nonces between batches that none has", async () => {
    const folder = keys().copy();
    const later = join(folder, "batches/000016-000016");
    renameSync(join(folder, SECOND), later);
    editJson(join(later, SHARES), (file: KeysharesJson) => {
      file.shares = [splitKey(2, { owner: OWNER, ownerNonce: 16n }, testOperators(OPERATORS[1]))];
    });
    const { success, stdout } = await keys().verify(folder);
    expect(success).to.equal(true);
    expect(checksOf(stdout)).to.deep.include({
      check: "batches: nonces without a gap",
      of: "2 batches",
      result: "skipped: none has nonces 13 to 15, which is only right if the account uses them otherwise",
    });
  });

  it("says what it could not compare without the folder's deposits", async () => {
    const folder = keys().copy();
    rmSync(join(folder, DEPOSITS));
    const { success, stdout } = await keys().verify(folder);
    expect(success).to.equal(true);
    const result = "skipped: the folder has no deposit_data.json";
    expect(checksOf(stdout).filter((row) => row.result === result)).to.deep.equal([
      { check: "deposits", of: "all", result },
      { check: "batch: same deposits as the folder's", of: "000011-000012", result },
      { check: "batch: same deposits as the folder's", of: "000013-000013", result },
    ]);
  });
});
