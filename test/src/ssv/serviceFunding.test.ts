import { expect } from "chai";
import fc from "fast-check";

import { requiredFunding, VUNITS_PER_VALIDATOR, type FeeTerms } from "../../../src/ssv/fees.ts";
import { serviceFunding } from "../../../src/ssv/serviceFunding.ts";

/** Mainnet with four operators at the fee that SSV gave the first ones, April 2026. */
const TERMS: FeeTerms = {
  operatorFeesWei: [1_770_000_000n, 1_770_000_000n, 1_770_000_000n, 1_770_000_000n],
  networkFeeWei: 3_366_600_000n,
  minimumCollateralWei: 324_862_599_900_000n,
  liquidationThresholdBlocks: 42_960n,
};
const RATE = 10_446_600_000n;

describe("ssv/serviceFunding", () => {
  it("adds collateral and fees for the days, for any number of validators", () => {
    const year = 2_628_000n;
    expect(serviceFunding(TERMS, { validators: 1, days: 365n, own: [] })).to.deep.equal({
      periodBlocks: year,
      collateral: RATE * 42_960n,
      running: RATE * year,
      toOwnOperators: 0n,
      required: RATE * (42_960n + year),
      netOfOwnFees: RATE * (42_960n + year),
      byGuide: RATE * 42_960n + 3_366_600_000n * year,
    });
    const { required } = serviceFunding(TERMS, { validators: 100, days: 90n, own: [] });
    expect(required).to.equal(100n * RATE * (42_960n + 648_000n));
  });

  it("leaves out what own operators earn, and agrees with the guide where all are one's own", () => {
    const two = serviceFunding(TERMS, { validators: 3, days: 30n, own: [0, 2] });
    expect(two.toOwnOperators).to.equal(3n * 2n * 1_770_000_000n * 216_000n);
    expect(two.netOfOwnFees).to.equal(two.required - two.toOwnOperators);
    const all = serviceFunding(TERMS, { validators: 3, days: 30n, own: [0, 1, 2, 3] });
    expect(all.netOfOwnFees).to.equal(all.byGuide);
  });

  it("keeps the least collateral where fees are low, which the guide forgets", () => {
    const free = { ...TERMS, operatorFeesWei: [0n, 0n, 0n, 0n] };
    const { collateral, required, byGuide } = serviceFunding(free, { validators: 1, days: 1n, own: [] });
    expect(collateral).to.equal(324_862_599_900_000n);
    expect(required - byGuide).to.equal(324_862_599_900_000n - 3_366_600_000n * 42_960n);
    expect(serviceFunding(free, { validators: 0, days: 1n, own: [] }).required).to.equal(0n);
  });

  it("requires what a cluster of its own requires", () => {
    const fee = fc.bigInt(0n, 53_365n).map((units) => units * 100_000n);
    const terms = fc.record({
      operatorFeesWei: fc.array(fee, { minLength: 4, maxLength: 13 }),
      networkFeeWei: fee,
      minimumCollateralWei: fc.bigInt(0n, 10n ** 15n),
      liquidationThresholdBlocks: fc.bigInt(21_480n, 100_000n),
    });
    const property = fc.property(
      terms,
      fc.integer({ min: 1, max: 500 }),
      fc.bigInt(1n, 3_650n),
      (each, validators, days) => {
        const vUnits = BigInt(validators) * VUNITS_PER_VALIDATOR;
        const { required, periodBlocks } = serviceFunding(each, { validators, days, own: [] });
        expect(required).to.equal(requiredFunding(0n, each, vUnits, periodBlocks));
      },
    );
    fc.assert(property);
  });
});
