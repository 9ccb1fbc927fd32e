import { expect } from "chai";

import { holds } from "../../scripts/demo/checks.ts";
import type { LifecycleAccount } from "../../scripts/lifecycle/account.ts";
import { checksOf } from "../../scripts/lifecycle/checks.ts";
import type { ConsensusSums } from "../../scripts/lifecycle/record.ts";
import { ACCOUNT, reportOf } from "../helpers/lifecycle.ts";

const failures = (account: LifecycleAccount) =>
  checksOf(account)
    .filter((check) => !holds(check))
    .map(({ statement }) => statement);

describe("checks of a lifecycle", () => {
  it("hold when everything adds up", () => {
    expect(failures(ACCOUNT)).to.deep.equal([]);
  });

  it("fail for every amount of the pool that is a wei off", () => {
    const amounts = [
      ...([
        "frames",
        "lateFrames",
        "totalPooledEther",
        "totalStaked",
        "reportedStaked",
        "reportedClBalance",
        "poolEther",
      ] as const),
      ...(["vaultEther", "collected", "deposited", "deposits", "depositedToBeacon", "paidByChain"] as const),
      ...(["paidByChainReported", "remainingShares", "totalShares", "bufferedEther", "deferredRewards"] as const),
    ];
    for (const name of amounts)
      expect(failures({ ...ACCOUNT, [name]: ACCOUNT[name] + 1n }), name).not.to.deep.equal([]);
    expect(failures({ ...ACCOUNT, stakerShares: 10n ** 9n + 1n })).to.include(
      "shares of all stakers < a unit of the queue each",
    );
  });

  it("fail for each field in which a report differs from the beacon state", () => {
    const { said } = reportOf();
    for (const field of Object.keys(said) as (keyof ConsensusSums)[]) {
      const reports = [reportOf({ read: { ...said, [field]: said[field] + 1n } })];
      expect(failures({ ...ACCOUNT, reports }).join(), field).to.match(/differ from the beacon state/);
    }
    expect(failures({ ...ACCOUNT, reports: [reportOf({ rewardsWei: 0n })] })).to.include(
      "rewards of all reports = balances + withdrawals + tips - stake, from blocks and the beacon state",
    );
  });

  it("fail for what ssv.network or the queue has otherwise", () => {
    for (const name of ["registrations", "balance", "paidIn", "charged", "earned", "held"] as const)
      expect(failures({ ...ACCOUNT, ssv: { ...ACCOUNT.ssv, [name]: ACCOUNT.ssv[name] + 1n } }), name).not.to.be.empty;
    for (const name of ["requests", "waitingShares", "lockedShares", "ether", "claimed", "burnedWorth"] as const)
      expect(failures({ ...ACCOUNT, queue: { ...ACCOUNT.queue, [name]: ACCOUNT.queue[name] + 1n } }), name).not.to.be
        .empty;
    const payouts = [{ name: "Ada", received: 6n, expected: 7n }];
    expect(failures({ ...ACCOUNT, queue: { ...ACCOUNT.queue, payouts } })).to.deep.equal([
      "Ada received what the queue promised",
    ]);
  });

  it("fail where operators offline did something else than they must", () => {
    const { one, two } = ACCOUNT.course;
    const lazy = { ...one, votes: { counted: 8, due: 9 } };
    expect(failures({ ...ACCOUNT, course: { one: lazy, two } })).to.have.length(1);
    const busy = { votes: { counted: 1, due: 9 }, rewardsWei: [-5n, 1n] };
    expect(failures({ ...ACCOUNT, course: { one, two: busy } })).to.have.length(2);
    expect(failures({ ...ACCOUNT, course: { one, two: { ...two, rewardsWei: [] } } })).to.have.length(1);
  });
});
