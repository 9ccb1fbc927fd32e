import { expect } from "chai";

import { BeaconModel } from "../../scripts/demo/beaconModel.ts";

const FULL = 32_000_000_000n;

describe("BeaconModel", () => {
  let model: BeaconModel;

  function advance(days: number) {
    let [withdrawnGwei, tipsWei] = [0n, 0n];
    for (let i = 0; i < days; i++) {
      const payments = model.advance();
      withdrawnGwei += payments.withdrawnGwei;
      tipsWei += payments.tipsWei;
    }
    return { withdrawnGwei, tipsWei };
  }

  beforeEach(() => {
    model = new BeaconModel();
    for (const pubkey of ["0xa", "0xb", "0xc"]) model.deposit(pubkey, FULL);
  });

  it("lets deposits wait before they earn", () => {
    advance(1);
    expect(model.observe()).to.include({ pendingGwei: 3n * FULL, validatorsGwei: 0n, activeKeys: 0n, stakedKeys: 3n });
    advance(1);
    expect(model.observe()).to.include({ pendingGwei: 0n, validatorsGwei: 3n * FULL, activeKeys: 0n });
    advance(1);
    expect(model.observe().activeKeys).to.equal(3n);
    expect(model.observe().validatorsGwei > 3n * FULL).to.equal(true);
  });

  it("keeps every Gwei: balances and payments are deposits and earnings", () => {
    advance(3);
    model.slash("0xb");
    const { withdrawnGwei, tipsWei } = advance(362);

    const { validatorsGwei } = model.observe();
    const paid = (validatorsGwei + withdrawnGwei) * 1_000_000_000n + tipsWei;
    expect(paid).to.equal(3n * FULL * 1_000_000_000n + model.earnedWei);
  });

  it("earns about 3.2 % in a year of duty", () => {
    advance(3);
    const before = model.earnedWei;
    advance(365);

    const perMille = ((model.earnedWei - before) * 1_000n) / (96n * 10n ** 18n);
    expect(perMille).to.be.within(31n, 33n);
  });

  it("slashes by 1/4096, lets votes count as missed for 37 days, then pays out", () => {
    advance(3);
    const { balanceGwei } = model.validators[1] ?? { balanceGwei: 0n };
    model.slash("0xb");
    expect(model.validators[1]).to.include({ phase: "exiting", balanceGwei: balanceGwei - FULL / 4_096n });
    expect(model.observe()).to.include({ activeKeys: 2n, exitingKeys: 1n, exitedKeys: 0n, slashedKeys: 1n });

    advance(36);
    expect(model.validators[1]?.phase).to.equal("exiting");
    advance(10);
    expect(model.validators[1]).to.include({ phase: "exited", balanceGwei: 0n });
    // 7,812,500 at once, 37 days of 1,561,643, and 90,336 for correlation.
    expect(model.validators[1]?.penaltiesGwei).to.equal(65_683_627n);
    expect(model.observe()).to.include({ activeKeys: 2n, exitingKeys: 0n, exitedKeys: 1n, slashedKeys: 1n });
  });

  it("lets a validator exit without a loss when its credentials ask, and the sweep pays it out two days later", () => {
    advance(5);
    expect(model.exit("0xb")).to.equal(true);
    const { balanceGwei } = model.validators[1] ?? { balanceGwei: 0n };
    expect(model.observe()).to.include({ activeKeys: 2n, exitingKeys: 1n, exitedKeys: 0n, slashedKeys: 0n });

    // The sweep comes to the second validator on day 8, and to nobody else then.
    advance(2);
    expect(model.validators[1]).to.include({ phase: "exiting", balanceGwei });
    expect(advance(1).withdrawnGwei).to.equal(balanceGwei);
    expect(model.validators[1]).to.include({ phase: "exited", balanceGwei: 0n, penaltiesGwei: 0n });
    expect(model.observe()).to.include({ activeKeys: 2n, exitingKeys: 0n, exitedKeys: 1n, slashedKeys: 0n });
  });

  it("drops requests for validators that it does not know, that are too young, or on their way out", () => {
    advance(4);
    expect(model.exit("0xa")).to.equal(false);
    advance(1);
    expect(model.exit("0xd")).to.equal(false);
    model.slash("0xb");
    expect(model.exit("0xb")).to.equal(false);
    expect(model.exit("0xa")).to.equal(true);
    expect(model.exit("0xa")).to.equal(false);
    expect(model.observe()).to.include({ activeKeys: 1n, exitingKeys: 2n, slashedKeys: 1n });
  });

  it("slashes nobody who is not active", () => {
    expect(() => {
      model.slash("0xa");
    }).to.throw("0xa is no active validator");
  });
});
