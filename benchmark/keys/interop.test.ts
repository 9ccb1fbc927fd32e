import { readFileSync } from "node:fs";

import { expect } from "chai";

import { parseCeremony } from "../../src/ceremony/ceremony.ts";
import { generateCeremony } from "../../src/ceremony/generate.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { withdrawalCredentials } from "../../src/consensus/withdrawalCredentials.ts";
import { newMnemonic, ValidatorKeychain } from "../../src/keys/derivation.ts";
import { verifyKeyshares, verifyOwnShare } from "../../src/ssv/keyshareVerification.ts";
import { formatKeysharesFile, parseKeysharesFile } from "../../src/ssv/keysharesFile.ts";
import { generateOperatorKey, parseOperatorPrivateKey } from "../../src/ssv/operatorKey.ts";
import { parseEtherAsGwei } from "../../src/units/ether.ts";
import { installSsvKeys, readWithSsvKeys, splitWithSsvKeys } from "./ssvKeys.ts";

const OWNER = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const CREATED_AT = "2026-01-01T00:00:00.000Z";

describe("interoperation with ssv-keys", () => {
  const keychain = ValidatorKeychain.fromMnemonic(newMnemonic());
  const keyPairs = Array.from({ length: 13 }, (_, i) => ({ id: BigInt(3 * i + 5), ...generateOperatorKey() }));
  const operatorsOf = (size: number) =>
    keyPairs.slice(0, size).map(({ id, publicKey }) => ({ id, operatorKey: publicKey }));

  before(() => {
    installSsvKeys();
  });

  for (const size of [4, 7, 10, 13]) {
    it(`verifies what ssv-keys makes for ${size} operators`, () => {
      const secretKeys = [0, 1, 2].map((index) => keychain.signingKey(index));

      const { keyshares } = splitWithSsvKeys({
        secrets: secretKeys.map((secretKey) => secretKey.toBytes()),
        operators: operatorsOf(size),
        owner: OWNER,
        firstNonce: 40,
      });

      const parsed = parseKeysharesFile(keyshares);
      verifyKeyshares(parsed);
      expect(parsed.map(({ publicKey }) => publicKey)).to.deep.equal(
        secretKeys.map((secretKey) => secretKey.toPublicKey().toHex()),
      );
      for (const keyshare of parsed)
        for (const { id, privateKey } of keyPairs.slice(0, size))
          verifyOwnShare(keyshare, id, parseOperatorPrivateKey(privateKey));
    });

    it(`makes for ${size} operators what ssv-keys verifies`, () => {
      const { files, ceremony } = generateCeremony(
        {
          keychain,
          firstKeyIndex: 0,
          count: 3,
          operators: operatorsOf(size),
          owner: OWNER,
          firstNonce: 65_000n,
          withdrawalCredentials: withdrawalCredentials(OWNER, "0x01"),
          amount: parseEtherAsGwei("32"),
          network: LOCAL,
        },
        CREATED_AT,
      );
      parseCeremony(files, LOCAL);
      const keyshares = parseKeysharesFile(files.keyshares);

      const read = readWithSsvKeys(formatKeysharesFile(keyshares, CREATED_AT, "v1.1.0"));

      expect(read).to.deep.equal(
        ceremony.keys.map(({ pubkey, ownerNonce, sharesData }) => ({
          publicKey: pubkey,
          owner: OWNER,
          ownerNonce: Number(ownerNonce),
          operatorIds: ceremony.operatorIds.map(Number),
          sharesData,
        })),
      );
    });
  }

  it("agrees with ssv-keys on what is wrong", () => {
    const vectors = new URL("../../test/vectors/ssv-keys/keyshares-4.json", import.meta.url);
    const [first, second] = parseKeysharesFile(readFileSync(vectors, "utf8"));
    if (first === undefined || second === undefined) throw new Error("two entries");
    expect(readWithSsvKeys(formatKeysharesFile([first, second], CREATED_AT, "v1.1.0"))).to.have.lengthOf(2);
    for (const wrong of [
      { ...second, ownerNonce: 2n },
      { ...second, owner: "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359" },
      { ...second, publicKey: first.publicKey },
    ]) {
      expect(() => {
        verifyKeyshares([first, wrong]);
      }).to.throw("is not signed by the validator key");
      const file = formatKeysharesFile([first, wrong], CREATED_AT, "v1.1.0");
      expect(() => readWithSsvKeys(file)).to.throw("ssv-keys: entry 1: Single shares signature is invalid");
    }
  });
});
