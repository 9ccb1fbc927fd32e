import { expect } from "chai";

import { requiredSigners } from "../../../src/oracle/quorum.ts";
import { frameNumber, placeInFrame, turnTime } from "../../../src/oracle/rotation.ts";

const members = ["a", "b", "c", "d", "e"];

describe("turns of members", () => {
  it("move on by one with each frame, each place once", () => {
    const first = (frame: bigint) => members.find((member) => placeInFrame(members, member, frame) === 0);
    expect([0n, 1n, 4n, 5n].map(first)).to.deep.equal(["a", "b", "e", "a"]);
    expect(members.map((member) => placeInFrame(members, member, 3n))).to.deep.equal([2, 3, 4, 0, 1]);
    expect(placeInFrame(members, "x", 0n)).to.equal(undefined);
    expect([frameNumber(7_199n, 7_200n), frameNumber(14_399n, 7_200n)]).to.deep.equal([0n, 1n]);
    expect(turnTime(100n, 2, 1.2)).to.equal(103n);
  });
});

describe("signers that a report needs", () => {
  const last = {
    refSlot: 7_199n,
    clBalanceGwei: 1_000n * 10n ** 9n,
    stakedGwei: 1_000n * 10n ** 9n,
    stakedKeys: 31n,
    exitedKeys: 0n,
    slashedKeys: 0n,
    lostKeys: 0n,
    creditedFromVaults: 0n,
    deferredRewards: 10n ** 17n,
    costsChargedAt: 0n,
  };
  const report = (validatorsGwei: bigint) => ({
    ...{ refSlot: 14_399n, validatorsGwei, pendingGwei: 0n, stakedWei: 1_000n * 10n ** 18n, vaultsReceivedWei: 0n },
    ...{ stakedKeys: 31n, activeKeys: 31n, exitingKeys: 0n, exitedKeys: 0n, slashedKeys: 0n, lostKeys: 0n },
    finalizeUpTo: 0n,
  });
  const required = (validatorsGwei: bigint, quorum = 3) =>
    requiredSigners(report(validatorsGwei), last, 1_000n * 10n ** 18n, { members: 5, quorum });
  const LOST = 6n * 10n ** 8n;

  it("are a quorum for gains and for losses up to 0.05 %, less what was deferred", () => {
    expect(required(2_000n * 10n ** 9n)).to.equal(3);
    expect(required(1_000n * 10n ** 9n - LOST)).to.equal(3);
  });

  it("are two thirds of the members for larger losses, or the quorum if that is more", () => {
    expect(required(1_000n * 10n ** 9n - LOST - 1n)).to.equal(4);
    expect(required(1_000n * 10n ** 9n - LOST - 1n, 5)).to.equal(5);
  });
});
