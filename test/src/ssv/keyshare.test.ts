import { id } from "ethers";
import { expect } from "chai";

import herumi from "@chainsafe/bls/herumi";

import { BlsFormatError, parseSecretKey } from "../../../src/consensus/bls.ts";
import { publicKeyOf } from "../../../src/keys/publicKeys.ts";
import { recoverSecret, splitSecret } from "../../../src/keys/shamir.ts";
import { OperatorIdsError, signingThreshold } from "../../../src/ssv/committee.ts";
import { createKeyshare, type Keyshare } from "../../../src/ssv/keyshare.ts";
import { KeyshareError, verifyKeyshares, verifyOwnShare } from "../../../src/ssv/keyshareVerification.ts";
import { OwnerNonceError, ownerNonceMessage } from "../../../src/ssv/ownerNonce.ts";
import { decryptShare, encryptShare, ShareDecryptionError } from "../../../src/ssv/shareEncryption.ts";
import { buildSharesData, parseSharesData, SharesDataError } from "../../../src/ssv/sharesData.ts";
import { fromHex, HexFormatError, toHex } from "../../../src/units/hex.ts";
import { flipBit } from "../support/badPoints.ts";
import { secretOf } from "../support/bytes.ts";
import { OTHER_OWNER, OWNER, testOperators } from "../support/operators.ts";

const IDS = [1n, 2n, 40n, 1_999n];

describe("ssv/keyshare", () => {
  const operators = testOperators(IDS);
  const secretKey = parseSecretKey(secretOf("validator"));
  const at = { owner: OWNER, ownerNonce: 7n };
  const keyshare = createKeyshare(secretKey, operators, at);
  const verify = (fields: Partial<Keyshare>) => () => {
    verifyKeyshares([keyshare, { ...keyshare, ...fields }]);
  };
  /** The keyshare with bytes of its shares data changed. */
  const withBytes = (change: (bytes: Uint8Array) => Uint8Array): Partial<Keyshare> => ({
    sharesData: toHex(change(fromHex(keyshare.sharesData, "sharesData"))),
  });

  it("has 96 + 304 n bytes for each size of committee and verifies", () => {
    for (const size of [4, 7, 10, 13]) {
      const ids = Array.from({ length: size }, (_, i) => BigInt(3 * i + 1));
      const item = createKeyshare(secretKey, testOperators(ids), at);
      expect(fromHex(item.sharesData, "sharesData")).to.have.lengthOf([1312, 2224, 3136, 4048][(size - 4) / 3] ?? 0);
      expect(() => {
        verifyKeyshares([item]);
      }).not.to.throw();
    }
  });

  it("signs keccak256 of the checksummed owner, a colon and the nonce", () => {
    const message = fromHex(id(`${OWNER}:7`), "message", 32);
    const { signature } = parseSharesData(fromHex(keyshare.sharesData, "sharesData"), 4);
    expect(toHex(ownerNonceMessage({ owner: OWNER.toLowerCase(), ownerNonce: 7n }))).to.equal(toHex(message));
    expect(herumi.verify(fromHex(keyshare.publicKey, "key"), message, signature)).to.equal(true);
  });

  it("H11: decrypts to shares of which any three recover the key, each for its operator only", () => {
    const { encryptedShares } = parseSharesData(fromHex(keyshare.sharesData, "sharesData"), 4);
    const shares = operators.map(({ id, privateKey }, i) => ({
      operatorId: id,
      secret: decryptShare(encryptedShares[i] ?? new Uint8Array(), privateKey),
    }));
    for (const left of shares)
      expect(toHex(recoverSecret(shares.filter((share) => share !== left)))).to.equal(secretKey.toHex());
    operators.forEach(({ id, privateKey }, i) => {
      expect(() => {
        verifyOwnShare(keyshare, id, privateKey);
      }).not.to.throw();
      expect(() => decryptShare(encryptedShares[(i + 1) % 4] ?? new Uint8Array(), privateKey)).to.throw(
        ShareDecryptionError,
      );
    });
  });

  it("refuses a share that decrypts to no secret key", () => {
    const [operator] = operators;
    if (operator === undefined) throw new Error("four operators");
    for (const secret of [new Uint8Array(32), new Uint8Array(32).fill(0xff)]) {
      const encrypted = encryptShare(secret, operator.key);
      expect(() => decryptShare(encrypted, operator.privateKey)).to.throw(ShareDecryptionError);
    }
  });

  it("names an operator that is not of the keyshare, and a share that is another key's", () => {
    const [first] = operators;
    if (first === undefined) throw new Error("four operators");
    const parts = parseSharesData(fromHex(keyshare.sharesData, "sharesData"), 4);
    const [, ...rest] = parts.encryptedShares;
    const foreign = encryptShare(secretOf("another"), first.key);
    const sharesData = toHex(buildSharesData({ ...parts, encryptedShares: [foreign, ...rest] }));
    expect(() => {
      verifyOwnShare({ ...keyshare, sharesData }, 1n, first.privateKey);
    }).to.throw(KeyshareError, "not the secret of the public share");
    expect(() => {
      verifyOwnShare(keyshare, 3n, first.privateKey);
    }).to.throw(KeyshareError, "1, 2, 40, 1999");
  });

  const another = createKeyshare(parseSecretKey(secretOf("another")), operators, at);
  const share = (bytes: Uint8Array, i: number): Uint8Array => bytes.subarray(96 + 48 * i, 96 + 48 * (i + 1));
  const refused: [string, string, Partial<Keyshare>, new (...args: never[]) => Error][] = [
    ["H14", "another owner", { owner: OTHER_OWNER }, KeyshareError],
    ["H14", "a nonce off by one", { ownerNonce: 8n }, KeyshareError],
    ["H14", "a negative nonce", { ownerNonce: -1n }, OwnerNonceError],
    ["H14", "a nonce that SSV nodes cannot count to", { ownerNonce: 65_536n }, OwnerNonceError],
    ["H14", "a wrong checksum", { owner: OWNER.replace("aA", "AA") }, OwnerNonceError],
    ["H8", "a flipped bit in the signature", withBytes((bytes) => flipBit(bytes, 40)), BlsFormatError],
    ["H8", "the negated signature", withBytes((bytes) => flipBit(bytes, 0, 0x20)), KeyshareError],
    ["H8", "the shares of another key", { sharesData: another.sharesData }, KeyshareError],
    ["H8", "another key", { publicKey: another.publicKey }, KeyshareError],
    ["H8", "a key of 47 bytes", { publicKey: `0x${"ab".repeat(47)}` }, HexFormatError],
    ["H8", "a key that is no point", { publicKey: `0x${"ab".repeat(48)}` }, BlsFormatError],
    ["H8", "a negated public share", withBytes((bytes) => flipBit(bytes, 96, 0x20)), KeyshareError],
    [
      "H8",
      "one public share of another key",
      withBytes((bytes) => {
        bytes.set(share(fromHex(another.sharesData, "other"), 3), 96 + 3 * 48);
        return bytes;
      }),
      KeyshareError,
    ],
    ["H8", "operators with other ids", { operatorIds: [1n, 2n, 40n, 2_000n] }, KeyshareError],
    ["H8", "a byte too few", withBytes((bytes) => bytes.subarray(1)), SharesDataError],
    ["H8", "a byte too many", withBytes((bytes) => Uint8Array.from([...bytes, 0])), SharesDataError],
    ["H8", "unsorted operators", { operatorIds: [2n, 1n, 40n, 1_999n] }, OperatorIdsError],
    ["H8", "three operators", { operatorIds: [1n, 2n, 40n] }, OperatorIdsError],
  ];
  for (const size of [4, 7, 10, 13])
    it(`H11: refuses the shares of ${size} operators of which one fewer recovers the key, or any alone`, () => {
      const threshold = signingThreshold(size);
      const recipients = testOperators(Array.from({ length: size }, (_, i) => BigInt(11 * i + 2)));
      const ids = recipients.map(({ id }) => id);
      const good = createKeyshare(secretKey, recipients, at);
      for (const few of [threshold - 1, 1]) {
        const bytes = fromHex(good.sharesData, "sharesData");
        splitSecret(secretKey.toBytes(), ids, few).forEach((share, i) => {
          bytes.set(publicKeyOf(share.secret), 96 + 48 * i);
        });
        expect(() => {
          verifyKeyshares([good, { ...good, sharesData: toHex(bytes) }]);
        })
          .to.throw(KeyshareError)
          .with.property(
            "message",
            `keyshare 1.sharesData has public shares of which fewer than ${threshold} recover the validator key (got ${good.publicKey}): do not use this key: too few operators could sign with it, or have it`,
          );
      }
    });

  for (const [code, name, fields, error] of refused)
    it(`${code}: refuses ${name}`, () => {
      expect(verify(fields)).to.throw(error);
    });

  it("names the entry that is wrong", () => {
    const entries = [keyshare, keyshare, { ...keyshare, ownerNonce: 9n }];
    const run = (): void => {
      verifyKeyshares(entries, (position) => `file[${position}]`);
    };
    expect(run).to.throw(
      KeyshareError,
      "file[2].sharesData is not signed by the validator key for this owner and nonce",
    );
  });
});
