import { readFileSync } from "node:fs";

import { expect } from "chai";

import { parseSecretKey } from "../../../src/consensus/bls.ts";
import { mnemonicToSeed, ValidatorKeychain } from "../../../src/keys/derivation.ts";
import { recoverSecret, type SecretShare } from "../../../src/keys/shamir.ts";
import { KeyshareError, verifyKeyshares, verifyOwnShare } from "../../../src/ssv/keyshareVerification.ts";
import { parseKeysharesFile, type ListedKeyshare } from "../../../src/ssv/keysharesFile.ts";
import { formatOperatorPublicKey, parseOperatorPrivateKey } from "../../../src/ssv/operatorKey.ts";
import { decryptShare } from "../../../src/ssv/shareEncryption.ts";
import { parseSharesData } from "../../../src/ssv/sharesData.ts";
import { fromHex, toHex } from "../../../src/units/hex.ts";
import { OTHER_OWNER, OWNER } from "../support/operators.ts";

const FOLDER = new URL("../../vectors/ssv-keys/", import.meta.url);
const MNEMONIC = "test test test test test test test test test test test junk";
const SIZES = [
  { size: 4, threshold: 3, nonces: [0n, 1n] },
  { size: 7, threshold: 5, nonces: [2n] },
  { size: 13, threshold: 9, nonces: [3n] },
];

describe("ssv/keyshares of ssv-keys", () => {
  const keychain = new ValidatorKeychain(mnemonicToSeed(MNEMONIC));
  const { operators } = JSON.parse(read("operators.json")) as { operators: { id: number; privateKey: string }[] };
  const privateKeys = new Map(operators.map(({ id, privateKey }) => [BigInt(id), parseOperatorPrivateKey(privateKey)]));
  const privateKeyOf = (id: bigint) => {
    const key = privateKeys.get(id);
    if (key === undefined) throw new Error(`no key of operator ${id}`);
    return key;
  };
  const decrypted = ({ operatorIds, sharesData }: ListedKeyshare): SecretShare[] => {
    const { encryptedShares } = parseSharesData(fromHex(sharesData, "sharesData"), operatorIds.length);
    return operatorIds.map((operatorId, i) => ({
      operatorId,
      secret: decryptShare(encryptedShares[i] ?? new Uint8Array(), privateKeyOf(operatorId)),
    }));
  };

  for (const { size, threshold, nonces } of SIZES) {
    const file = `keyshares-${size}.json`;

    it(`reads and verifies a file for ${size} operators`, () => {
      const keyshares = parseKeysharesFile(read(file));

      expect(keyshares.map(({ ownerNonce }) => ownerNonce)).to.deep.equal(nonces);
      for (const { owner, operatorIds, publicKey, ownerNonce } of keyshares) {
        expect(owner).to.equal(OWNER);
        expect(operatorIds).to.have.lengthOf(size);
        expect(publicKey).to.equal(toHex(keychain.signingKey(Number(ownerNonce)).toPublicKey().toBytes()));
      }
      expect(() => {
        verifyKeyshares(keyshares);
      }).not.to.throw();
    });

    it(`gives each of ${size} operators its share`, () => {
      for (const keyshare of parseKeysharesFile(read(file)))
        for (const { id, operatorKey } of keyshare.operators) {
          const privateKey = privateKeyOf(id);
          expect(operatorKey).to.equal(formatOperatorPublicKey(privateKey));
          expect(() => {
            verifyOwnShare(keyshare, id, privateKey);
          }).not.to.throw();
        }
    });

    it(`H11: recovers the key from any ${threshold} of ${size} shares, and from no ${threshold - 1}`, () => {
      for (const keyshare of parseKeysharesFile(read(file))) {
        const shares = decrypted(keyshare);
        const key = keychain.signingKey(Number(keyshare.ownerNonce)).toHex();
        for (const subset of subsets(shares, threshold)) expect(toHex(recoverSecret(subset))).to.equal(key);
        for (const subset of subsets(shares, threshold - 1)) expect(toHex(recoverSecret(subset))).not.to.equal(key);
      }
    });

    it(`refuses the file for ${size} operators with another owner, nonce or share`, () => {
      const [keyshare] = parseKeysharesFile(read(file));
      if (keyshare === undefined) throw new Error("no entry");
      const bytes = fromHex(keyshare.sharesData, "sharesData");
      const stranger = parseSecretKey(new Uint8Array(32).fill(9)).toPublicKey().toBytes();
      bytes.set(stranger, 96 + 48 * (size - 1));
      for (const [fields, problem] of [
        [{ owner: OTHER_OWNER }, "is not signed by the validator key"],
        [{ ownerNonce: keyshare.ownerNonce + 1n }, "is not signed by the validator key"],
        [{ sharesData: toHex(bytes) }, "has public shares that do not belong to the validator key"],
      ] as const)
        expect(() => {
          verifyKeyshares([keyshare, { ...keyshare, ...fields }]);
        }).to.throw(KeyshareError, problem);
    });
  }
});

function read(file: string): string {
  return readFileSync(new URL(file, FOLDER), "utf8");
}

function subsets<T>(list: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return list.flatMap((first, i) => subsets(list.slice(i + 1), size - 1).map((rest) => [first, ...rest]));
}
