import { bls12_381 } from "@noble/curves/bls12-381.js";

const { G1, G2 } = bls12_381;

/** A compressed G1 point on the curve and outside the subgroup of order r. */
export function g1OutsideSubgroup(): Uint8Array {
  for (let x = 1; ; x++) {
    const bytes = new Uint8Array(48);
    bytes[0] = 0x80;
    bytes[47] = x;
    if (isOnCurveOutsideSubgroup(() => G1.Point.fromBytes(bytes))) return bytes;
  }
}

/** A compressed G2 point on the curve and outside the subgroup of order r. */
export function g2OutsideSubgroup(): Uint8Array {
  for (let x = 1; ; x++) {
    const bytes = new Uint8Array(96);
    bytes[0] = 0x80;
    bytes[95] = x;
    if (isOnCurveOutsideSubgroup(() => G2.Point.fromBytes(bytes))) return bytes;
  }
}

/** The compressed encoding of the point at infinity. */
export function infinity(length: 48 | 96): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes[0] = 0xc0;
  return bytes;
}

/** A compressed encoding whose first coordinate is the field's modulus or above. */
export function coordinateAboveModulus(length: 48 | 96): Uint8Array {
  const bytes = new Uint8Array(length).fill(0xff);
  bytes[0] = 0x9f;
  return bytes;
}

/** A copy with one bit flipped. */
export function flipBit(bytes: Uint8Array, byte: number, mask = 1): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[byte] = (copy[byte] ?? 0) ^ mask;
  return copy;
}

function isOnCurveOutsideSubgroup(parse: () => { assertValidity(): void; isTorsionFree(): boolean }): boolean {
  try {
    return !parse().isTorsionFree();
  } catch (error) {
    return error instanceof Error && /subgroup/.test(error.message);
  }
}
