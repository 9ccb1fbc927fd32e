import { expect } from "chai";
import fc from "fast-check";

import {
  billedVUnits,
  burnRateWeiPerBlock,
  FeeError,
  isLiquidatable,
  liquidationCollateral,
  requiredFunding,
  runwayBlocks,
  settledBalance,
  vUnitsOfBalance,
  type FeeTerms,
} from "../../../src/ssv/fees.ts";

/** Mainnet on 2026-04-19, four operators at the default fee. */
const TERMS: FeeTerms = {
  operatorFeesWei: Array<bigint>(4).fill(1_770_000_000n),
  networkFeeWei: 3_366_600_000n,
  minimumCollateralWei: 325_000_000_000_000n,
  liquidationThresholdBlocks: 42_960n,
};
const fee = fc.bigInt(0n, 100_000n).map((packed) => packed * 100_000n);
const anyTerms: fc.Arbitrary<FeeTerms> = fc.record({
  operatorFeesWei: fc.constantFrom(4, 7, 10, 13).chain((n) => fc.array(fee, { minLength: n, maxLength: n })),
  networkFeeWei: fee,
  minimumCollateralWei: fc.bigInt(0n, 10n ** 16n),
  liquidationThresholdBlocks: fc.bigInt(0n, 100_000n),
});
const anyVUnits = fc.bigInt(1n, 64_000_000n);

/** Balance after so many blocks, each part rounded as ClusterLib does. */
function after(balance: bigint, terms: FeeTerms, vUnits: bigint, blocks: bigint): bigint {
  const cluster = { validatorCount: 1n, networkFeeIndex: 0n, index: 0n, active: true, balance };
  const index = (feeWei: bigint) => ({ index: 0n, blockNumber: 0n, feeWei });
  return settledBalance(cluster, terms.operatorFeesWei.map(index), index(terms.networkFeeWei), vUnits, blocks);
}

describe("ssv/fees", () => {
  it("reproduces mainnet's figures for 1 and 100 validators", () => {
    const one = billedVUnits(1n);
    const hundred = billedVUnits(100n);
    expect(burnRateWeiPerBlock(TERMS, one)).to.equal(10_446_600_000n);
    expect(liquidationCollateral(TERMS, one)).to.equal(448_785_936_000_000n);
    expect(liquidationCollateral(TERMS, hundred)).to.equal(44_878_593_600_000_000n);
    expect(burnRateWeiPerBlock(TERMS, hundred) * 2_628_000n).to.equal(2_745_366_480_000_000_000n);
  });

  it("bills stored units where there are any, and rounds a balance up to units", () => {
    expect(billedVUnits(3n)).to.equal(30_000n);
    expect(billedVUnits(3n, 31_250n)).to.equal(31_250n);
    expect(vUnitsOfBalance(32n)).to.equal(10_000n);
    expect(vUnitsOfBalance(33n)).to.equal(10_313n);
    expect(vUnitsOfBalance(2048n)).to.equal(640_000n);
  });

  it("lets the minimum collateral bind for small clusters only", () => {
    const cheap = { ...TERMS, operatorFeesWei: [0n, 0n, 0n, 40_000_000n] };
    expect(liquidationCollateral(cheap, billedVUnits(1n))).to.equal(TERMS.minimumCollateralWei);
    expect(liquidationCollateral(cheap, billedVUnits(2n))).to.equal(TERMS.minimumCollateralWei);
    expect(liquidationCollateral(cheap, billedVUnits(3n))).to.equal(439_042_608_000_000n);
  });

  it("H17: exactly the collateral is safe, one wei less is not, an empty cluster always is", () => {
    const collateral = liquidationCollateral(TERMS, billedVUnits(5n));
    expect(isLiquidatable(collateral, 5n, TERMS, billedVUnits(5n))).to.equal(false);
    expect(isLiquidatable(collateral - 1n, 5n, TERMS, billedVUnits(5n))).to.equal(true);
    expect(isLiquidatable(0n, 0n, TERMS, 0n)).to.equal(false);
  });

  it("H17: required funding buys a runway of exactly the blocks asked for", () => {
    fc.assert(
      fc.property(
        anyTerms,
        anyVUnits,
        fc.bigInt(0n, 10n ** 17n),
        fc.bigInt(0n, 10n ** 6n),
        (terms, vUnits, has, blocks) => {
          const value = requiredFunding(has, terms, vUnits, blocks);

          const runway = runwayBlocks(has + value, terms, vUnits);

          if (burnRateWeiPerBlock(terms, vUnits) === 0n) expect(runway).to.equal(null);
          else if (value > 0n) expect(runway).to.equal(blocks);
          else expect(runway !== null && runway >= blocks).to.equal(true);
        },
      ),
    );
  });

  it("H17: nobody can liquidate within the runway, whatever the fees", () => {
    fc.assert(
      fc.property(
        anyTerms,
        anyVUnits,
        fc.bigInt(0n, 10n ** 6n),
        fc.bigInt(0n, 10n ** 12n),
        (terms, vUnits, blocks, more) => {
          const balance = requiredFunding(0n, terms, vUnits, blocks) + more;
          const runway = runwayBlocks(balance, terms, vUnits) ?? blocks;

          const left = after(balance, terms, vUnits, runway);

          expect(isLiquidatable(left, 1n, terms, vUnits)).to.equal(false);
        },
      ),
    );
  });

  it("H17: the block after the runway is the first at which anyone can liquidate", () => {
    const vUnits = billedVUnits(5n);
    const balance = requiredFunding(0n, TERMS, vUnits, 1000n);
    expect(isLiquidatable(after(balance, TERMS, vUnits, 1000n), 5n, TERMS, vUnits)).to.equal(false);
    expect(isLiquidatable(after(balance, TERMS, vUnits, 1001n), 5n, TERMS, vUnits)).to.equal(true);
  });

  it("has no runway below the collateral and stops the balance at zero", () => {
    const vUnits = billedVUnits(1n);
    expect(runwayBlocks(liquidationCollateral(TERMS, vUnits) - 1n, TERMS, vUnits)).to.equal(0n);
    expect(runwayBlocks(liquidationCollateral(TERMS, vUnits), TERMS, vUnits)).to.equal(0n);
    expect(after(1n, TERMS, vUnits, 1000n)).to.equal(0n);
  });

  it("refuses fees SSV cannot store and blocks before the settlement", () => {
    expect(() => burnRateWeiPerBlock({ ...TERMS, networkFeeWei: 1n }, 10_000n)).to.throw(FeeError, "100000");
    expect(() => after(1n, TERMS, 10_000n, -1n)).to.throw(FeeError, "before the settlement");
  });
});
