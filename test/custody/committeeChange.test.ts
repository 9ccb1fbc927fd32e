import { expect } from "chai";

import { DAY, depositFor, ETHER, now, strangers, ZERO_ADDRESS } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { makeReport, signReport } from "../helpers/report.ts";
import { approveAndStake, approveKeys, makeKeys, stake } from "../helpers/stake.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";

const NOTICE = 7n * DAY;

/** A committee of the last four members, three of whom must sign. */
async function deployNewCommittee(suite: TestSuite, pool?: string) {
  const members = suite.members.slice(1).map(({ address }) => address);
  return suite.chain.ethers.deployContract("Committee", [pool ?? (await suite.poolETH.getAddress()), members, 3]);
}

async function announceAndAdopt(suite: TestSuite): Promise<string> {
  const committee = await (await deployNewCommittee(suite)).getAddress();
  await suite.poolETH.connect(suite.admin).announceCommittee(committee);
  await suite.chain.networkHelpers.time.increase(NOTICE);
  await suite.poolETH.adoptCommittee();
  return committee;
}

describe("A change of the committee", () => {
  const suite = useSuite(async () => {
    const deployed = await deploySuite();
    const [alice] = await strangers(deployed);
    await depositFor(deployed, alice, 320n * ETHER);
    return deployed;
  });

  it("takes seven days, and then anyone puts it in place", async () => {
    const { poolETH, admin, chain, committee } = suite();
    const [, bob] = await strangers(suite());
    const next = await (await deployNewCommittee(suite())).getAddress();
    const announcement = await poolETH.connect(admin).announceCommittee(next);
    const adoptableAt = (await now(suite())) + NOTICE;
    await expect(announcement).to.emit(poolETH, "CommitteeAnnounced").withArgs(next, adoptableAt);

    await chain.networkHelpers.time.setNextBlockTimestamp(adoptableAt - 1n);
    await expect(poolETH.connect(bob).adoptCommittee())
      .to.be.revertedWithCustomError(poolETH, "CommitteeNotAdoptable")
      .withArgs(adoptableAt);
    expect(await poolETH.committee()).to.equal(await committee.getAddress());

    await chain.networkHelpers.time.setNextBlockTimestamp(adoptableAt);
    await expect(poolETH.connect(bob).adoptCommittee())
      .to.emit(poolETH, "CommitteeChanged")
      .withArgs(await committee.getAddress(), next);
    expect(await poolETH.committee()).to.equal(next);
    await expect(poolETH.adoptCommittee()).to.be.revertedWithCustomError(poolETH, "CommitteeNotAdoptable").withArgs(0n);
  });

  it("begins again with another announcement, and ends with none", async () => {
    const { poolETH, admin, chain } = suite();
    const [first, second] = [await deployNewCommittee(suite()), await deployNewCommittee(suite())];
    await poolETH.connect(admin).announceCommittee(first);
    await chain.networkHelpers.time.increase(6n * DAY);
    await poolETH.connect(admin).announceCommittee(second);
    const adoptableAt = (await now(suite())) + NOTICE;
    await chain.networkHelpers.time.increase(2n * DAY);
    await expect(poolETH.adoptCommittee())
      .to.be.revertedWithCustomError(poolETH, "CommitteeNotAdoptable")
      .withArgs(adoptableAt);

    await expect(poolETH.connect(admin).announceCommittee(ZERO_ADDRESS))
      .to.emit(poolETH, "CommitteeAnnounced")
      .withArgs(ZERO_ADDRESS, 0n);
    await chain.networkHelpers.time.increase(2n * NOTICE);
    await expect(poolETH.adoptCommittee()).to.be.revertedWithCustomError(poolETH, "CommitteeNotAdoptable").withArgs(0n);
  });

  it("refuses a committee of another pool, and what is no committee", async () => {
    const { poolETH, admin, accounting } = suite();
    const [alice] = await strangers(suite());
    const foreign = await deployNewCommittee(suite(), await accounting.getAddress());
    for (const peer of [await foreign.getAddress(), alice.address])
      await expect(poolETH.connect(admin).announceCommittee(peer))
        .to.be.revertedWithCustomError(poolETH, "PeerMismatch")
        .withArgs(peer);
  });

  it("H39 ends the approvals of the old committee, also those of members who stay", async () => {
    const { poolETH, committee, members } = suite();
    const keys = await makeKeys(suite(), 1);
    const newCommittee = await announceAndAdopt(suite());
    const asOld = await approveKeys(suite(), keys, {}, members.slice(1, 4), await committee.getAddress());
    await expect(stake(suite(), keys, 1, asOld)).to.be.revertedWithCustomError(committee, "SignerNotInOrder");

    // Signed for the new committee, by one who is no longer a member.
    const withRemoved = await approveKeys(suite(), keys, {}, members.slice(0, 3));
    await expect(stake(suite(), keys, 1, withRemoved))
      .to.be.revertedWithCustomError(committee, "SignerNotInOrder")
      .withArgs(members[0]?.address);
    await stake(suite(), keys, 1, await approveKeys(suite(), keys, {}, members.slice(1, 4)));
    expect(await poolETH.totalStaked()).to.equal(32n * ETHER);
    expect(await poolETH.committee()).to.equal(newCommittee);
  });

  it("H39 ends the reports of the old committee", async () => {
    const { accounting, committee, members } = suite();
    await announceAndAdopt(suite());
    const report = await makeReport(suite());
    const removed = await signReport(suite(), report, members.slice(0, 3));
    await expect(accounting.applyReport({ ...report }, removed))
      .to.be.revertedWithCustomError(committee, "SignerNotInOrder")
      .withArgs(members[0]?.address);

    await expect(accounting.applyReport({ ...report }, await signReport(suite(), report, members.slice(1, 4)))).to.emit(
      accounting,
      "ReportProcessed",
    );
    expect((await accounting.lastReport()).refSlot).to.equal(report.refSlot);
  });

  it("leaves the old committee in charge until the new one is in place", async () => {
    const { poolETH, admin, chain } = suite();
    await poolETH.connect(admin).announceCommittee(await deployNewCommittee(suite()));
    await chain.networkHelpers.time.increase(NOTICE);
    await approveAndStake(suite(), await makeKeys(suite(), 1));
    expect(await poolETH.totalStaked()).to.equal(32n * ETHER);
  });
});
