import blst from "@chainsafe/blst";

import { PUBLIC_KEY_LENGTH, SECRET_KEY_LENGTH } from "../consensus/bls.ts";
import { toScalarBytes } from "./scalarField.ts";

const DIGITS = 256;

/** For each byte of a secret, the lowest first: the public keys of all values that it can have. Made when needed. */
let multiples: blst.PublicKey[][] | undefined;

/**
 * The public key of a secret key or share, for less than blst's own multiplication costs: a sum of 32 multiples of the
 * generator from a table of 8,192, which is made once and kept. Which of them are read depends on the secret, so that a
 * program on the same processor might learn it from the caches. The arithmetic that makes the shares is not constant in
 * time either: a dealer's machine must run nothing else.
 * @param secret 32 bytes big endian, left untouched.
 * @returns 48 bytes.
 */
export function publicKeyOf(secret: Uint8Array): Uint8Array {
  const table = (multiples ??= makeMultiples());
  const terms = table.map((ofByte, i) => at(ofByte, secret[SECRET_KEY_LENGTH - 1 - i] ?? 0));
  return blst.aggregatePublicKeys(terms).toBytes();
}

function makeMultiples(): blst.PublicKey[][] {
  const infinity = new Uint8Array(PUBLIC_KEY_LENGTH);
  infinity[0] = 0xc0;
  const zero = blst.PublicKey.fromBytes(infinity);
  let unit = blst.SecretKey.fromBytes(toScalarBytes(1n)).toPublicKey();
  return Array.from({ length: SECRET_KEY_LENGTH }, () => {
    const ofByte = [zero];
    while (ofByte.length < DIGITS) ofByte.push(blst.aggregatePublicKeys([at(ofByte, ofByte.length - 1), unit]));
    unit = blst.aggregatePublicKeys([at(ofByte, DIGITS - 1), unit]);
    return ofByte;
  });
}

function at(points: readonly blst.PublicKey[], index: number): blst.PublicKey {
  const point = points[index];
  if (point === undefined) throw new RangeError(`there is no point ${index}`);
  return point;
}
