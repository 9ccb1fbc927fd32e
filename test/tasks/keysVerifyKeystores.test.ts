import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { checksOf, editJson, expectRefused, useKeyFolder, signDeposit, VAULT } from "../helpers/keyFolder.ts";
import { withdrawalCredentials } from "../../src/consensus/withdrawalCredentials.ts";

interface Keystore {
  version: number;
  crypto: {
    kdf: { function: string; params: Record<string, unknown> };
    checksum: { function: string; message: string };
    cipher: { function: string; message: string };
  };
  pubkey?: string;
}

const FILE = "keystores/keystore-m_12381_3600_1_0_0.json";
const FORM = "keystores: version, functions, costs";
const OWN = "keystores: of the keys with deposits";
const HOLD = "keystores: hold their keys";
const RESTORE = "restore the file from its backup, or generate it anew from the mnemonic";
const CORRECT = "correct this field or generate the file again";

describe("keys verify, keystores", () => {
  const keys = useKeyFolder();

  function refuses(title: string, check: string, change: (keystore: Keystore) => string): void {
    it(title, async () => {
      const folder = keys().copy();
      const line = editJson(join(folder, FILE), change);
      expectRefused(await keys().verify(folder, { passwordFile: keys().passwordFile }), check, line);
    });
  }

  const pubkeyOf = (key: number): string =>
    signDeposit(withdrawalCredentials(VAULT, "0x01"), 32_000_000_000n, { key }).pubkey;
  const mismatch = (checksum: string): string =>
    `${FILE}.crypto.checksum.message does not match: the password is wrong, or the file was changed (got 0x${checksum}): give the password the file was encrypted with`;

  it("H11: refuses a file that is cut off in the middle, without showing it", async () => {
    const folder = keys().copy();
    const text = readFileSync(join(folder, FILE), "utf8").slice(0, 300);
    writeFileSync(join(folder, FILE), text);
    expectRefused(
      await keys().verify(folder),
      FORM,
      `${FILE} is not a JSON object (got 300 characters): give a keystore of version 4`,
    );
  });

  it("H11: refuses a mnemonic in place of a keystore, without showing it", async () => {
    const folder = keys().copy();
    writeFileSync(join(folder, FILE), '"abandon abandon about"');
    expectRefused(
      await keys().verify(folder),
      FORM,
      `${FILE} is not a JSON object (got 23 characters): give a keystore of version 4`,
    );
  });

  it("H11: refuses the wrong password, without showing it", async () => {
    const folder = keys().copy();
    const file = join(folder, FILE.replace("_1_0_0", "_0_0_0"));
    const { crypto } = JSON.parse(readFileSync(file, "utf8")) as Keystore;
    const passwordFile = join(folder, "password");
    writeFileSync(passwordFile, "another password\n");
    const end = await keys().verify(folder, { passwordFile });
    expectRefused(end, HOLD, mismatch(crypto.checksum.message).replace("_1_0_0", "_0_0_0"));
    expect(end.stderr).not.to.contain("another password");
  });

  refuses("refuses a checksum that was changed", HOLD, ({ crypto: { checksum } }) => {
    checksum.message = checksum.message.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
    return mismatch(checksum.message);
  });

  refuses("refuses a ciphertext that was changed", HOLD, ({ crypto: { checksum, cipher } }) => {
    cipher.message = cipher.message.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
    return mismatch(checksum.message);
  });

  refuses("H8: refuses the public key of another key of the folder", HOLD, (keystore) => {
    keystore.pubkey = pubkeyOf(2);
    return `${FILE}.pubkey is not the public key of the secret key inside, 0x${pubkeyOf(1)} (got 0x${pubkeyOf(2)}): ${RESTORE}`;
  });

  refuses("H8: refuses a keystore for no key of the deposits", OWN, (keystore) => {
    keystore.pubkey = pubkeyOf(7);
    return `${FILE} is for no key of the deposit file (got 0x${pubkeyOf(7)}): take it out, if it is another folder's; else ${RESTORE}`;
  });

  refuses("refuses another version", FORM, (keystore) => {
    keystore.version = 3;
    return `${FILE}.version does not fit (Invalid input: expected 4) (got 3): ${CORRECT}`;
  });

  refuses("refuses another key derivation", FORM, ({ crypto: { kdf } }) => {
    kdf.function = "argon2id";
    return `${FILE}.crypto.kdf.function does not fit (expected scrypt or pbkdf2) (got "argon2id"): ${CORRECT}`;
  });

  refuses("refuses another cipher", FORM, ({ crypto: { cipher } }) => {
    cipher.function = "aes-256-gcm";
    return `${FILE}.crypto.cipher.function does not fit (Invalid input: expected "aes-128-ctr") (got "aes-256-gcm"): ${CORRECT}`;
  });

  refuses("refuses pbkdf2 of a thousand million rounds", FORM, ({ crypto: { kdf } }) => {
    kdf.params["c"] = 1_000_000_000;
    return `${FILE}.crypto.kdf.params.c does not fit (Too big: expected number to be <=10000000) (got 1000000000): ${CORRECT}`;
  });

  refuses("refuses scrypt with 8 GiB of memory", FORM, ({ crypto: { kdf } }) => {
    Object.assign(kdf, { function: "scrypt" });
    Object.assign(kdf.params, { n: 2 ** 23, r: 8, p: 1 });
    return `${FILE}.crypto.kdf.params.n does not fit (expected n * r * 128 to be at most 1 GiB) (got 8388608): ${CORRECT}`;
  });

  it("says that keystores were not opened, where no password is given", async () => {
    const { success, stdout } = await keys().verify(keys().copy());
    expect(success).to.equal(true);
    expect(checksOf(stdout)).to.deep.include({ check: HOLD, of: "3 keystores", result: "skipped: no --password-file" });
  });
});
