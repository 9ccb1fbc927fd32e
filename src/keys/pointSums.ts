import { randomBytes } from "node:crypto";

import { PublicKey, Signature } from "@chainsafe/bls/blst-native";

/** One of the two groups of BLS12-381, as far as blst's sums of points allow: they are quick, and all there is. */
export interface Group<Point> {
  readonly zero: Point;
  /** Adds points, at least one. */
  sum(points: Point[]): Point;
}

/** The group of public keys. */
export const PUBLIC_KEYS: Group<PublicKey> = {
  zero: PublicKey.fromBytes(infinity(48), undefined, false),
  sum: PublicKey.aggregate.bind(PublicKey),
};

/** The group of signatures. */
export const SIGNATURES: Group<Signature> = {
  zero: Signature.fromBytes(infinity(96), undefined, false),
  sum: Signature.aggregate.bind(Signature),
};

const WINDOW_BITS = 4;
const WINDOWS = 18;

/**
 * The sum of points times their weights, one bit of all weights at a time. Not constant in time: for public points and
 * weights only. Short weights cost less.
 * @param weights From 0 to r - 1, as many as points.
 */
export function weightedSum<Point>(group: Group<Point>, points: readonly Point[], weights: readonly bigint[]): Point {
  const digits = weights.map((weight) => weight.toString(2));
  const length = Math.max(0, ...digits.map((own) => own.length));
  const bits = digits.map((own) => own.padStart(length, "0"));
  let total = group.zero;
  for (let bit = 0; bit < length; bit++)
    total = group.sum([total, total, ...points.filter((_, i) => bits[i]?.[bit] === "1")]);
  return total;
}

/**
 * Folds rows of points into one: the sum of all rows, each times a random number of 72 bits. A row that a linear
 * equation does not hold for makes a fold that it does not hold for either, but for a chance of 2^-72.
 *
 * Four bits of all factors at a time: the points of a column with the same digit are added first, so that each point
 * costs one addition per digit.
 * @param rows At least one, all of the same length.
 */
export function randomFold<Point>(group: Group<Point>, rows: readonly (readonly Point[])[]): Point[] {
  const windows = Array.from({ length: WINDOWS }, () => drawDigits(rows));
  return (rows[0] ?? []).map((_, column) =>
    windows.reduce((total, rowsByDigit) => {
      const sums = rowsByDigit.map((some) =>
        some.length === 0 ? group.zero : group.sum(some.map((row) => row[column] ?? group.zero)),
      );
      for (let bit = 1 << (WINDOW_BITS - 1); bit > 0; bit >>= 1)
        total = group.sum([total, total, ...sums.filter((_, digit) => (digit & bit) !== 0)]);
      return total;
    }, group.zero),
  );
}

/** Draws a digit for each row: the rows that got 0, those that got 1, and so on. */
function drawDigits<Row>(rows: readonly Row[]): Row[][] {
  const byDigit = Array.from({ length: 1 << WINDOW_BITS }, (): Row[] => []);
  const random = randomBytes(rows.length);
  rows.forEach((row, i) => byDigit[(random[i] ?? 0) % byDigit.length]?.push(row));
  return byDigit;
}

function infinity(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes[0] = 0xc0;
  return bytes;
}
