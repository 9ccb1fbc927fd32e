import { expect } from "chai";
import fc from "fast-check";

import { equalBytes, fromHex, HexFormatError, toBareHex, toHex } from "../../../src/units/hex.ts";

describe("units/hex", () => {
  it("reads back what it writes, with and without the prefix", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(equalBytes(fromHex(toHex(bytes), "x", bytes.length), bytes)).to.equal(true);
        expect(equalBytes(fromHex(toBareHex(bytes).toUpperCase(), "x"), bytes)).to.equal(true);
      }),
    );
  });

  it("names the field, the value and the length it wants", () => {
    expect(() => fromHex("0xabc", "pubkey")).to.throw(HexFormatError, "pubkey is not hexadecimal (got 0xabc)");
    expect(() => fromHex("0xzz", "pubkey")).to.throw(HexFormatError);
    expect(() => fromHex("0xabcd", "pubkey", 48)).to.throw(HexFormatError, "has 2 bytes instead of 48");
  });

  it("shortens long values in messages", () => {
    expect(() => fromHex(`0x${"ab".repeat(1312)}`, "sharesData", 96))
      .to.throw(HexFormatError)
      .with.property("value")
      .that.has.lengthOf.below(120);
  });
});
