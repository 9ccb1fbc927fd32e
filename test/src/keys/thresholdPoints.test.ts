import { expect } from "chai";

import { parsePublicKey, parseSecretKey } from "../../../src/consensus/bls.ts";
import { InterpolationError, mod, toScalar, toScalarBytes } from "../../../src/keys/scalarField.ts";
import { splitSecret, ThresholdError, type SecretShare } from "../../../src/keys/shamir.ts";
import { findInconsistentShares, type SharedKey } from "../../../src/keys/thresholdPoints.ts";
import { flipBit, g1OutsideSubgroup } from "../support/badPoints.ts";
import { secretOf } from "../support/bytes.ts";

const SIZES = [4, 7, 10, 13];
const IDS = [1n, 2n, 57n, 1_999n];
const thresholdFor = (size: number): number => size - (size - 1) / 3;
const publicKeyOf = (secret: Uint8Array): Uint8Array => parseSecretKey(secret).toPublicKey().toBytes();

/** Its points are bytes. */
interface PointBytes {
  readonly publicKey: Uint8Array;
  readonly shares: readonly { readonly operatorId: bigint; readonly publicKey: Uint8Array }[];
}

/** A key and its public shares, after a change of the shares' secrets. */
function shared(
  seed: number,
  ids: readonly bigint[] = IDS,
  threshold = thresholdFor(ids.length),
  change: (shares: SecretShare[]) => SecretShare[] = (shares) => shares,
): SharedKey & PointBytes {
  const secret = secretOf(seed);
  const shares = change(splitSecret(secret, ids, threshold)).map(({ operatorId, secret }) => ({
    operatorId,
    publicKey: publicKeyOf(secret),
  }));
  return { publicKey: publicKeyOf(secret), shares, threshold };
}

/** Adds a number to the share at a position. */
function shift(at: number, by: bigint): (shares: SecretShare[]) => SecretShare[] {
  return (shares) =>
    shares.map(({ operatorId, secret }, i) => ({
      operatorId,
      secret: i === at ? toScalarBytes(mod(toScalar(secret) + by)) : secret,
    }));
}

describe("keys/thresholdPoints", () => {
  it("accepts the shares of every size of committee", () => {
    const keys = SIZES.map((size) =>
      shared(
        size,
        Array.from({ length: size }, (_, i) => BigInt(7 * i + 3)),
        thresholdFor(size),
      ),
    );
    expect(findInconsistentShares(keys)).to.deep.equal([]);
    expect(findInconsistentShares([])).to.deep.equal([]);
  });

  it("finds each single share that is off the polynomial, which a subset without it would not", () => {
    const ids = [5n, 6n, 7n, 8n];
    const good = shared(1, ids, 3);
    const other = shared(2, ids, 3);
    const tampered = ids.map((_, wrong) => ({
      ...good,
      shares: good.shares.map((share, i) => (i === wrong ? (other.shares[i] ?? share) : share)),
    }));

    expect(findInconsistentShares([good, ...tampered, other])).to.deep.equal([1, 2, 3, 4]);
    expect(findInconsistentShares([{ ...good, publicKey: other.publicKey }])).to.deep.equal([0]);
  });

  it("finds swapped shares, a higher degree and unusable points", () => {
    const good = shared(3, [1n, 2n, 3n, 4n], 3);
    const [a, b, c, d] = good.shares;
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error("four shares");
    const swapped = [{ ...a, publicKey: b.publicKey }, { ...b, publicKey: a.publicKey }, c, d];
    const keys = [
      { ...good, shares: swapped },
      shared(4, [1n, 2n, 3n, 4n], 4),
      { ...good, shares: [{ ...a, publicKey: g1OutsideSubgroup() }, b, c, d] },
      { ...good, shares: [{ ...a, publicKey: flipBit(a.publicKey, 0, 0x20) }, b, c, d] },
    ].map((key) => ({ ...key, threshold: 3 }));

    expect(findInconsistentShares(keys)).to.deep.equal([0, 1, 2, 3]);
  });

  it("finds one wrong key among many, and several", () => {
    const keys = Array.from({ length: 40 }, (_, i) => shared(i));
    const wrong = (i: number): SharedKey => shared(i, IDS, 3, shift(i % 4, 1n));
    const replaced = (...positions: number[]): SharedKey[] =>
      keys.map((key, i) => (positions.includes(i) ? wrong(i) : key));

    expect(findInconsistentShares(keys)).to.deep.equal([]);
    for (const position of [0, 23, 39]) expect(findInconsistentShares(replaced(position))).to.deep.equal([position]);
    expect(findInconsistentShares(replaced(3, 4, 5, 38))).to.deep.equal([3, 4, 5, 38]);
    expect(findInconsistentShares(keys.map((_, i) => wrong(i)))).to.deep.equal([...keys.keys()]);
  });

  it("finds errors of keys that cancel each other", () => {
    const by = toScalar(secretOf("error"));
    for (const at of IDS.keys()) {
      const pair = [shared(1, IDS, 3, shift(at, by)), shared(2, IDS, 3, shift(at, -by))];
      expect(findInconsistentShares([shared(3), ...pair, shared(4)])).to.deep.equal([1, 2]);
      const three = [...pair, shared(5, IDS, 3, shift(at, by)), shared(6, IDS, 3, shift(at, -by))];
      expect(findInconsistentShares(three)).to.deep.equal([0, 1, 2, 3]);
    }
  });

  it("finds the error of a key that lies on a polynomial of the next degree", () => {
    // Orthogonal to the constant words of the dual code, so that one fixed word would not do.
    const high = shared(7, IDS, 4);
    expect(findInconsistentShares([shared(8), { ...high, threshold: 3 }, shared(9)])).to.deep.equal([1]);
    expect(findInconsistentShares([high])).to.deep.equal([]);
  });

  it("tells keys of different operators and thresholds apart", () => {
    const others = [1n, 2n, 57n, 2_000n];
    const seven = [1n, 2n, 3n, 4n, 5n, 6n, 7n];
    const moved = (key: SharedKey): SharedKey => ({
      ...key,
      shares: key.shares.map((share, i) => ({ ...share, operatorId: others[i] ?? 0n })),
    });
    const keys = [
      shared(1),
      shared(2, others),
      shared(3, seven),
      shared(4, IDS, 3, shift(2, 5n)),
      shared(5, IDS, 2),
      shared(6, others, 3, shift(0, -5n)),
      moved(shared(7)),
      shared(8, seven, 5, shift(6, 1n)),
      shared(9, [...others].reverse()),
      { ...shared(10, IDS, 2, shift(1, 1n)), threshold: 2 },
      shared(11),
      shared(12, others),
    ];

    expect(findInconsistentShares(keys)).to.deep.equal([3, 5, 6, 7, 9]);
  });

  it("takes keys that were parsed before", () => {
    const key = shared(1);
    const parsed = { ...key, publicKey: parsePublicKey(key.publicKey) };
    expect(findInconsistentShares([parsed, key, { ...shared(2), publicKey: parsed.publicKey }])).to.deep.equal([2]);
  });

  it("refuses a threshold that is above the shares, of which all would be right, or none at all", () => {
    const key = shared(1);
    for (const threshold of [-1, 0, 1.5, 5])
      expect(() => findInconsistentShares([{ ...key, threshold }]))
        .to.throw(ThresholdError)
        .with.property(
          "message",
          `threshold does not fit 4 operators (got ${threshold}): use 2f + 1 of 3f + 1 operators`,
        );
  });

  it("refuses operator ids that repeat or are zero", () => {
    for (const [id, problem] of [
      [1n, "repeat one"],
      [0n, "contain zero"],
    ] as const) {
      const key = shared(1);
      const shares = key.shares.map((share, i) => (i === 3 ? { ...share, operatorId: id } : share));
      expect(() => findInconsistentShares([key, { ...key, shares }])).to.throw(InterpolationError, problem);
    }
  });
});
