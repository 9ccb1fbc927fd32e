import { expect } from "chai";
import fc from "fast-check";

import { parseSecretKey } from "../../../src/consensus/bls.ts";
import { publicKeyOf } from "../../../src/keys/publicKeys.ts";
import { ORDER, toScalarBytes } from "../../../src/keys/scalarField.ts";
import { toHex } from "../../../src/units/hex.ts";

describe("keys/publicKeys", () => {
  const check = (scalar: bigint): void => {
    const secret = toScalarBytes(scalar);
    const expected = parseSecretKey(secret).toPublicKey();
    expect(toHex(publicKeyOf(secret)), scalar.toString(16)).to.equal(toHex(expected.toBytes()));
    expect(secret).to.deep.equal(toScalarBytes(scalar));
  };

  it("makes the public keys that blst makes", () => {
    fc.assert(fc.property(fc.bigInt(1n, ORDER - 1n), check), { numRuns: 300 });
  });

  it("makes those of secrets with one byte, of the least and of the greatest", () => {
    for (let byte = 0; byte < 31; byte++) for (const digit of [1n, 128n, 255n]) check(digit << BigInt(8 * byte));
    for (const scalar of [1n, 2n, 255n, 256n, 0x72n << 248n, ORDER - 1n]) check(scalar);
  });
});
