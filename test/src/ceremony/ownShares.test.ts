import { expect } from "chai";

import { verifyOwnShares } from "../../../src/ceremony/ownShares.ts";
import { parseSecretKey } from "../../../src/consensus/bls.ts";
import { publicKeyOf } from "../../../src/keys/publicKeys.ts";
import { splitSecret } from "../../../src/keys/shamir.ts";
import type { Keyshare } from "../../../src/ssv/keyshare.ts";
import { KeyshareError } from "../../../src/ssv/keyshareVerification.ts";
import { encryptShare } from "../../../src/ssv/shareEncryption.ts";
import { buildSharesData } from "../../../src/ssv/sharesData.ts";
import { toHex } from "../../../src/units/hex.ts";
import { secretOf } from "../support/bytes.ts";
import { OWNER, testOperators } from "../support/operators.ts";

const IDS = [3n, 5n, 8n, 13n];

describe("verifyOwnShares", () => {
  const operators = testOperators(IDS);
  const privateKeys = new Map(operators.map(({ id, privateKey }) => [id, privateKey]));
  const publicKey = toHex(publicKeyOf(secretOf("validator")));

  /** A key share whose public shares are those of the secrets, be they the key's or not. */
  function keyshareOf(seed: string, threshold: number): Keyshare {
    const secret = secretOf(seed);
    const shares = splitSecret(secret, IDS, threshold);
    const sharesData = buildSharesData({
      signature: parseSecretKey(secret).sign(new Uint8Array(32)).toBytes(),
      publicKeys: shares.map((share) => publicKeyOf(share.secret)),
      encryptedShares: operators.map(({ key }, i) => encryptShare(shares[i]?.secret ?? new Uint8Array(), key)),
    });
    return { owner: OWNER, ownerNonce: 0n, publicKey, operatorIds: IDS, sharesData: toHex(sharesData) };
  }

  const without = (...ids: bigint[]) => new Map([...privateKeys].filter(([id]) => !ids.includes(id)));

  it("says whose shares are right, and whether they were enough to recover the key", () => {
    const keyshare = keyshareOf("validator", 3);
    expect(verifyOwnShares(keyshare, privateKeys)).to.deep.equal({ operatorIds: IDS, isRecovered: true });
    expect(verifyOwnShares(keyshare, without(5n))).to.deep.equal({ operatorIds: [3n, 8n, 13n], isRecovered: true });
    expect(verifyOwnShares(keyshare, without(3n, 5n))).to.deep.equal({ operatorIds: [8n, 13n], isRecovered: false });
  });

  it("H8: refuses shares that recover another key", () => {
    expect(() => verifyOwnShares(keyshareOf("another", 3), without(3n), "file"))
      .to.throw(KeyshareError)
      .with.property(
        "message",
        `shares in file do not recover the key (got 5, 8, 13 of ${publicKey}): split the key again`,
      );
  });

  it("H11: refuses shares of which fewer than the threshold recover the key", () => {
    expect(() => verifyOwnShares(keyshareOf("validator", 2), privateKeys))
      .to.throw(KeyshareError)
      .with.property(
        "message",
        `shares in key share of ${publicKey} recover the key, and are too few (got 3, 5 of ${publicKey}): split the key again`,
      );
  });
});
