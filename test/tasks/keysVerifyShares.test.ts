import { join } from "node:path";

import { expect } from "chai";

import { ValidatorKeychain } from "../../src/keys/derivation.ts";
import { publicKeyOf } from "../../src/keys/publicKeys.ts";
import { splitSecret } from "../../src/keys/shamir.ts";
import { operatorKeyFingerprint } from "../../src/ssv/operatorKey.ts";
import { encryptShare } from "../../src/ssv/shareEncryption.ts";
import { toHex } from "../../src/units/hex.ts";
import { MNEMONIC } from "../helpers/ceremonyFolders.ts";
import {
  at,
  BATCHES,
  checksOf,
  editJson,
  expectRefused,
  useKeyFolder,
  OPERATORS,
  type KeyshareEntry,
  type KeysharesJson,
} from "../helpers/keyFolder.ts";
import { testOperators } from "../src/support/operators.ts";

const [BATCH] = BATCHES;
const FILE = `${BATCH}/keyshares.json`;
const ALL = "batch: shares of operators 3, 5, 8, 13 decrypt and recover the key";
const PUBLIC_SHARES = 96;
const ENCRYPTED_SHARES = 96 + 4 * 48;
const undecryptable = (operator: number, nonce: number): string =>
  `encrypted share of operator ${operator} in ${FILE} at nonce ${nonce} does not decrypt to a secret key (got 256 bytes): check that it is this operator's share, and generate the key shares again`;

describe("keys verify, encrypted shares", () => {
  const keys = useKeyFolder();

  /** Changes what only operators can tell: without their keys the folder is accepted. */
  async function refuses(change: (shares: KeyshareEntry[]) => string): Promise<void> {
    const folder = keys().copy();
    const line = editJson(join(folder, FILE), ({ shares }: KeysharesJson) => change(shares));
    const { success, stdout } = await keys().verify(folder);
    expect(success).to.equal(true);
    expect(checksOf(stdout)).to.deep.include({
      check: "batch: shares decrypt and recover the key",
      of: "000011-000012",
      result: "skipped: no --operator-keys",
    });
    expectRefused(await keys().verify(folder, { operatorKeys: keys().operatorKeys }), ALL, line);
  }

  it("H8: refuses shares that were encrypted for each other's operator", () =>
    refuses((shares) => {
      const data = bytesOf(at(shares, 0));
      const [first, second] = [0, 1].map((i) =>
        data.subarray(ENCRYPTED_SHARES + 256 * i, ENCRYPTED_SHARES + 256 * (i + 1)),
      );
      const swapped = Buffer.concat([
        data.subarray(0, ENCRYPTED_SHARES),
        second ?? data,
        first ?? data,
        data.subarray(ENCRYPTED_SHARES + 512),
      ]);
      at(shares, 0).payload.sharesData = toHex(swapped);
      return undecryptable(3, 11);
    }));

  it("H8: refuses the encrypted share of another key", () =>
    refuses((shares) => {
      const [data, other] = [bytesOf(at(shares, 1)), bytesOf(at(shares, 0))];
      const start = ENCRYPTED_SHARES + 256 * 2;
      data.set(other.subarray(start, start + 256), start);
      at(shares, 1).payload.sharesData = toHex(data);
      const inside = toHex(other.subarray(PUBLIC_SHARES + 48 * 2, PUBLIC_SHARES + 48 * 3));
      return `encrypted share of operator 8 in ${FILE} at nonce 12 is not the secret of the public share beside it (got ${inside}): generate the key shares again`;
    }));

  it("H8: refuses an encrypted share that was changed", () =>
    refuses((shares) => {
      const data = bytesOf(at(shares, 1));
      data[data.length - 1] = (data.at(-1) ?? 0) ^ 1;
      at(shares, 1).payload.sharesData = toHex(data);
      return undecryptable(13, 12);
    }));

  it("H11: refuses shares of which fewer than the threshold recover the key, also without keys of operators", async () => {
    const folder = keys().copy();
    const line = editJson(join(folder, FILE), ({ shares }: KeysharesJson) => {
      const { payload } = at(shares, 0);
      const data = bytesOf(at(shares, 0));
      const secret = ValidatorKeychain.fromMnemonic(MNEMONIC).signingKey(0).toBytes();
      const operators = testOperators(OPERATORS[0]);
      splitSecret(secret, OPERATORS[0], 2).forEach((share, i) => {
        data.set(publicKeyOf(share.secret), PUBLIC_SHARES + 48 * i);
        data.set(encryptShare(share.secret, at(operators, i).key), ENCRYPTED_SHARES + 256 * i);
      });
      payload.sharesData = toHex(data);
      return `${FILE}.shares[0].sharesData has public shares of which fewer than 3 recover the validator key (got ${payload.publicKey}): do not use this key: too few operators could sign with it, or have it`;
    });
    expectRefused(await keys().verify(folder), "batch: deposits, key shares, owner, nonces", line);
  });

  it("refuses what is no key of an operator, and says whose keys were of no use", async () => {
    const folder = keys().copy(BATCH);
    const password = keys().passwordFile;
    const refused = async (operatorKeys: string, line: string): Promise<void> => {
      expect(await keys().verify(folder, { operatorKeys })).to.deep.equal({
        success: false,
        stdout: "",
        stderr: `error: ${line}\n`,
      });
    };
    await refused("3", "operator-keys names no file (got 3): write them as 1=node1.pem,2=node2.pem");
    await refused(
      `0=${password}`,
      "operator-keys is not an operator's id (got 0): give the number that ssv.network gave the operator",
    );
    await refused(
      "3=nowhere.pem",
      "operator-keys cannot be read, ENOENT (got nowhere.pem): name a file that you may read",
    );
    await refused(
      `3=${password}`,
      "private key of operator 3 holds no readable key (got 21 characters): give the PEM of the operator's RSA key, without a password",
    );
    const privateKeys = keys().operatorKeys.split(",");
    const fingerprints = testOperators(OPERATORS[0]).map(({ operatorKey }) => operatorKeyFingerprint(operatorKey));
    const wrong = `${at(privateKeys, 0)},5=${at(privateKeys, 2).split("=")[1] ?? ""}`;
    const of = "batch: shares of operators 3, 5 decrypt";
    expectRefused(
      await keys().verify(folder, { operatorKeys: wrong }),
      of,
      `operator-keys is not the private key of operator 5, whose public key keyshares.json lists with SHA-256 ${at(fingerprints, 1)} (got one whose public key has SHA-256 ${at(fingerprints, 2)}): name the PEM of operator 5; if it was named, have the keys split for it anew`,
    );
    const ofOthers = keys().operatorKeys.split(",").slice(4).join();
    const { success, stdout } = await keys().verify(keys().good, { operatorKeys: ofOthers });
    expect(success).to.equal(true);
    expect(checksOf(stdout).map(({ result }) => result)).to.include("skipped: none of these operators");
    const { success: isGood, stderr } = await keys().verify(folder, { operatorKeys: ofOthers });
    expect({ isGood, error: stderr.split("\n").at(-2) }).to.deep.equal({
      isGood: false,
      error: "error: operator-keys is an operator of none of these keys (got 4): give keys of operators 3, 5, 8, 13",
    });
  });
});

function bytesOf({ payload }: KeyshareEntry): Buffer {
  return Buffer.from(payload.sharesData.slice(2), "hex");
}
