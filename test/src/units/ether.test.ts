import { expect } from "chai";
import fc from "fast-check";

import {
  AmountError,
  formatEther,
  gwei,
  gweiToWei,
  parseEther,
  parseEtherAsGwei,
  wei,
  weiToGwei,
} from "../../../src/units/ether.ts";

describe("units/ether", () => {
  it("reads and writes decimal amounts without loss", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 100n), (value) => {
        expect(parseEther(formatEther(wei(value)))).to.equal(value);
      }),
    );
    expect(parseEtherAsGwei("32")).to.equal(32_000_000_000n);
    expect(formatEther(wei(500_000_000_000_000_000n))).to.equal("0.5");
  });

  for (const text of ["", "-1", "1e18", "0x10", "1.", ".5", "1,5", " 1", "1.0000000000000000001"])
    it(`refuses "${text}" as ether`, () => {
      expect(() => parseEther(text)).to.throw(AmountError, "amount");
    });

  it("H9: refuses what lies below one Gwei instead of truncating it", () => {
    expect(() => weiToGwei(wei(32n * 10n ** 18n + 1n))).to.throw(AmountError, "whole number of Gwei");
    expect(() => parseEtherAsGwei("32.0000000001")).to.throw(AmountError, "10 decimals");
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 64n - 1n), (value) => {
        expect(weiToGwei(gweiToWei(gwei(value)))).to.equal(value);
      }),
    );
  });

  it("refuses amounts out of range", () => {
    expect(() => wei(-1n)).to.throw(AmountError);
    expect(() => wei(2n ** 256n)).to.throw(AmountError);
    expect(() => gwei(2n ** 64n)).to.throw(AmountError);
  });
});
