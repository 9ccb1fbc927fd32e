import { expect } from "chai";

import { RESERVE_PERIOD_SECONDS, reserveAllowance, reserveReleases } from "../../../src/ssv/reserve.ts";

const ETHER = 10n ** 18n;
const UNIT = ETHER / 1_000n;
const [PERIOD, START] = [28n * 3_600n, 17_000n * RESERVE_PERIOD_SECONDS];

describe("reserveAllowance", () => {
  it("is a tenth of the reserve, or 1 ETH where that is more, in whole thousandths", () => {
    expect(reserveAllowance(100n * ETHER, [], START)).to.equal(10n * ETHER);
    expect(reserveAllowance(100n * ETHER - 1n, [], START)).to.equal(10n * ETHER - UNIT);
    expect(reserveAllowance(0n, [], START)).to.equal(ETHER);
  });

  it("counts each withdrawal in whole thousandths, rounded up", () => {
    const withdrawals = [1n, UNIT, UNIT + 1n].map((ethAmount) => ({ ethAmount, at: START }));
    expect(reserveAllowance(100n * ETHER, withdrawals, START)).to.equal(10n * ETHER - 4n * UNIT);
    expect(reserveAllowance(ETHER, [{ ethAmount: 9n * ETHER, at: START }], START)).to.equal(0n);
  });

  it("forgets a withdrawal seven periods after the one that it was in", () => {
    const withdrawals = [{ ethAmount: 3n * ETHER, at: START + PERIOD - 1n }];
    expect(reserveAllowance(100n * ETHER, withdrawals, START + 7n * PERIOD - 1n)).to.equal(7n * ETHER);
    expect(reserveAllowance(100n * ETHER, withdrawals, START + 7n * PERIOD)).to.equal(10n * ETHER);
  });
});

describe("reserveReleases", () => {
  it("tells when how much more may be taken out, the next first", () => {
    const withdrawals = [
      { ethAmount: 2n * ETHER, at: START + 3n * PERIOD + 5n },
      { ethAmount: 4n * ETHER, at: START },
      { ethAmount: 1n * ETHER, at: START + 9n },
      { ethAmount: 9n * ETHER, at: START - PERIOD },
    ];
    expect(reserveReleases(100n * ETHER, withdrawals, START + 6n * PERIOD)).to.deep.equal([
      { availableAt: START + 7n * PERIOD, allowanceWei: 8n * ETHER },
      { availableAt: START + 10n * PERIOD, allowanceWei: 10n * ETHER },
    ]);
  });

  it("leaves out what gives nothing back, because still more was taken than the limit", () => {
    const withdrawals = [
      { ethAmount: 2n * ETHER, at: START },
      { ethAmount: 1n * ETHER, at: START + PERIOD },
    ];
    expect(reserveReleases(ETHER, withdrawals, START + PERIOD)).to.deep.equal([
      { availableAt: START + 8n * PERIOD, allowanceWei: ETHER },
    ]);
    expect(reserveReleases(ETHER, [], START)).to.deep.equal([]);
  });
});
