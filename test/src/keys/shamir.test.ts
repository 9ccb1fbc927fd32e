import { expect } from "chai";
import fc from "fast-check";

import { BlsFormatError, parseSecretKey } from "../../../src/consensus/bls.ts";
import { InterpolationError, inverse, mod, ORDER, toScalar, toScalarBytes } from "../../../src/keys/scalarField.ts";
import { recoverSecret, splitSecret, ThresholdError } from "../../../src/keys/shamir.ts";
import { recoverPublicKey, recoverSignature } from "../../../src/keys/thresholdPoints.ts";
import { toHex } from "../../../src/units/hex.ts";
import { secretOf, sha256 } from "../support/bytes.ts";

const SIZES = [4, 7, 10, 13];
const thresholdFor = (size: number): number => size - (size - 1) / 3;
const operatorIds = (size: number): fc.Arbitrary<bigint[]> =>
  fc.uniqueArray(fc.bigInt(1n, 2n ** 64n - 1n), { minLength: size, maxLength: size });
const committee = fc.constantFrom(...SIZES).chain((size) =>
  fc.record({
    ids: operatorIds(size),
    seed: fc.nat(),
    order: fc.shuffledSubarray([...Array(size).keys()], { minLength: size }),
  }),
);

describe("keys/scalarField", () => {
  it("inverts, reduces and writes numbers", () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 300n), 2n ** 300n), (value) => {
        const reduced = mod(value);
        fc.pre(reduced !== 0n);
        expect(mod(inverse(value) * reduced)).to.equal(1n);
        expect(toScalar(toScalarBytes(reduced))).to.equal(reduced);
        expect(mod(reduced - value)).to.equal(0n);
      }),
    );
    expect(() => inverse(ORDER)).to.throw(InterpolationError);
  });
});

describe("keys/shamir", () => {
  it("H11: any threshold of shares recovers the key, in any order, and one fewer does not", () => {
    fc.assert(
      fc.property(committee, ({ ids, seed, order }) => {
        const secret = secretOf(seed);
        const threshold = thresholdFor(ids.length);

        const shares = splitSecret(secret, ids, threshold);

        const shuffled = order.flatMap((i) => shares[i] ?? []);
        const fewer = shuffled.slice(0, threshold - 1);
        expect(toHex(recoverSecret(shuffled.slice(0, threshold)))).to.equal(toHex(secret));
        expect(toHex(recoverSecret(shuffled))).to.equal(toHex(secret));
        expect(toHex(recoverSecret(fewer))).not.to.equal(toHex(secret));
      }),
    );
  });

  it("recovers public key and signature from every threshold subset of 4", () => {
    const secretKey = parseSecretKey(secretOf("points"));
    const message = sha256(new Uint8Array(1));
    const shares = splitSecret(secretKey.toBytes(), [1n, 2n, 57n, 1_999n], 3).map(({ operatorId, secret }) => {
      const key = parseSecretKey(secret);
      return { operatorId, publicKey: key.toPublicKey().toBytes(), signature: key.sign(message).toBytes() };
    });

    for (const left of shares) {
      const subset = shares.filter((share) => share !== left);
      expect(toHex(recoverPublicKey(subset))).to.equal(secretKey.toPublicKey().toHex());
      expect(toHex(recoverSignature(subset))).to.equal(secretKey.sign(message).toHex());
      expect(toHex(recoverPublicKey(subset.slice(1)))).not.to.equal(secretKey.toPublicKey().toHex());
    }
  });

  it("splits anew each time", () => {
    const secret = secretOf(1);
    const [first] = splitSecret(secret, [1n, 2n, 3n, 4n], 3);
    const [second] = splitSecret(secret, [1n, 2n, 3n, 4n], 3);
    expect(first?.secret).not.to.deep.equal(second?.secret);
  });

  it("refuses bad secrets, thresholds and operator ids", () => {
    const secret = secretOf(2);
    expect(() => splitSecret(new Uint8Array(32), [1n, 2n, 3n, 4n], 3)).to.throw(BlsFormatError);
    for (const threshold of [0, 5, 2.5])
      expect(() => splitSecret(secret, [1n, 2n, 3n, 4n], threshold)).to.throw(ThresholdError);
    expect(() => splitSecret(secret, [1n, 2n, 2n, 4n], 3)).to.throw(InterpolationError, "repeat");
    expect(() => splitSecret(secret, [0n, 1n, 2n, 4n], 3)).to.throw(InterpolationError, "zero");
    expect(() => recoverSecret([])).to.throw(InterpolationError, "missing");
  });
});
