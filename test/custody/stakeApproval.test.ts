import { expect } from "chai";
import { Signature, toBeHex, ZeroHash } from "ethers";
import { network } from "hardhat";

import { deployLocal } from "../../deploy/local.ts";
import { APPROVAL_TYPES, collectSignatures, committeeDomain, keysHash } from "../../src/oracle/messages.ts";
import { fromHex, type Hex, toHex } from "../../src/units/hex.ts";
import { depositFor, ETHER, HOUR, now, strangers } from "../helpers/accounts.ts";
import { undone, useSuite } from "../helpers/isolation.ts";
import {
  approveAndStake,
  approveKeys,
  depositCount,
  depositForeignKey,
  makeKeys,
  stake,
  unpack,
} from "../helpers/stake.ts";
import type { TestSuite } from "../helpers/suite.ts";

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** Two pools on one chain, with the same members and enough ether each. */
async function deployPair(): Promise<TestSuite & { twin: TestSuite }> {
  const chain = await network.create();
  const suite = { chain, ...(await deployLocal(chain)) };
  const twin = { chain, ...(await deployLocal(chain)) };
  const [alice] = await strangers(suite);
  await depositFor(suite, alice, 320n * ETHER);
  await depositFor(twin, alice, 320n * ETHER);
  return { ...suite, twin };
}

const join = (signatures: readonly string[]): Hex => `0x${signatures.map((one) => one.slice(2)).join("")}`;

describe("The committee's approval of keys", () => {
  const suite = useSuite(deployPair);

  it("H2 dies with every foreign deposit, and can be given again", async () => {
    const { poolETH } = suite();
    const keys = await makeKeys(suite(), 2);
    for (let i = 0; i < 5; i++) {
      const approval = await approveKeys(suite(), keys);
      const seen = await depositCount(suite());
      await depositForeignKey(suite());
      await expect(stake(suite(), keys, 2, approval))
        .to.be.revertedWithCustomError(poolETH, "DepositCountChanged")
        .withArgs(seen, seen + 1n);
    }
    expect(await poolETH.totalStaked()).to.equal(0n);
    await approveAndStake(suite(), keys);
    expect(await poolETH.totalStaked()).to.equal(64n * ETHER);
  });

  it("H3 dies with its own use", async () => {
    const { poolETH } = suite();
    const keys = await makeKeys(suite(), 2);
    const approval = await approveKeys(suite(), keys);
    const seen = await depositCount(suite());
    await stake(suite(), keys, 1, approval);
    await expect(stake(suite(), keys, 1, approval))
      .to.be.revertedWithCustomError(poolETH, "DepositCountChanged")
      .withArgs(seen, seen + 1n);
  });

  it("H3 counts for one pool only", async () => {
    const { twin, poolETH, committee } = suite();
    const keys = await makeKeys(suite(), 1);
    const approval = await approveKeys(suite(), keys);
    await expect(stake(twin, keys, 1, approval)).to.be.revertedWithCustomError(committee, "SignerNotInOrder");
    await stake(suite(), keys, 1, approval);
    expect(await poolETH.totalStaked()).to.equal(32n * ETHER);
  });

  it("H3 counts for one chain and one committee only", async () => {
    const { members, committee, chain, twin } = suite();
    const keys = await makeKeys(suite(), 1);
    const { guard } = await approveKeys(suite(), keys);
    const block = await chain.ethers.provider.getBlock(Number(guard.blockNumber));
    const approval = {
      keysHash: keysHash(keys.pubkeys, keys.signatures),
      withdrawalCredentials: (await suite().poolETH.withdrawalCredentials(false)) as Hex,
      amountGwei: keys.amountGwei,
      ...guard,
      blockHash: block?.hash as Hex,
    };
    const signFor = async (chainId: bigint, address: string) =>
      collectSignatures(members.slice(0, 3), committeeDomain(chainId, address), APPROVAL_TYPES, approval);

    for (const approvals of [
      await signFor(1n, await committee.getAddress()),
      await signFor(31_337n, await twin.committee.getAddress()),
    ])
      await expect(stake(suite(), keys, 1, { guard, approvals })).to.be.revertedWithCustomError(
        committee,
        "SignerNotInOrder",
      );
    const approvals = await signFor(31_337n, await committee.getAddress());
    await stake(suite(), keys, 1, { guard, approvals });
  });

  it("H3 names keys, signatures, amount and credentials", async () => {
    const { committee } = suite();
    const keys = await makeKeys(suite(), 2, 32n * 10n ** 9n, true);
    const other = await makeKeys(suite(), 2, 32n * 10n ** 9n, true);
    const approval = await approveKeys(suite(), keys);
    for (const changed of [
      { ...keys, pubkeys: other.pubkeys },
      { ...keys, signatures: other.signatures },
      { ...keys, amountGwei: keys.amountGwei + 1n },
      { ...keys, compounding: false },
    ])
      await expect(stake(suite(), changed, 1, approval)).to.be.revertedWithCustomError(committee, "SignerNotInOrder");
  });

  it("H3 names what the members saw, so that no part of the guard can be changed", async () => {
    const { committee } = suite();
    const keys = await makeKeys(suite(), 1);
    const { guard, approvals } = await approveKeys(suite(), keys);
    for (const changed of [
      { ...guard, blockNumber: guard.blockNumber - 1n },
      { ...guard, deadline: guard.deadline + 1n },
    ])
      await expect(stake(suite(), keys, 1, { guard: changed, approvals })).to.be.revertedWithCustomError(
        committee,
        "SignerNotInOrder",
      );
    const onOtherFork = await approveKeys(suite(), keys, { blockHash: ZeroHash as Hex });
    await expect(stake(suite(), keys, 1, onOtherFork)).to.be.revertedWithCustomError(committee, "SignerNotInOrder");
  });

  it("H3 needs ascending signers, each once", async () => {
    const { committee, members } = suite();
    const keys = await makeKeys(suite(), 1);
    const { guard, approvals } = await approveKeys(suite(), keys);
    const [first = "", second = "", third = ""] = unpack(approvals, 65);

    for (const [signatures, culprit] of [
      [[second, first, third], members[0]],
      [[first, first, second], members[0]],
      [[first, third, second], members[1]],
      [[first, second, second], members[1]],
    ] as const)
      await expect(stake(suite(), keys, 1, { guard, approvals: join(signatures) }))
        .to.be.revertedWithCustomError(committee, "SignerNotInOrder")
        .withArgs(culprit?.address);
  });

  it("H3 takes each signature in one form only: low s, 65 bytes", async () => {
    const { committee } = suite();
    const { ZeroAddress } = suite().chain.ethers;
    const keys = await makeKeys(suite(), 1);
    const { guard, approvals } = await approveKeys(suite(), keys);
    const signatures = unpack(approvals, 65);

    const [first = "", ...others] = signatures;
    const { r, s, v } = Signature.from(first);
    const high = join([r, toBeHex(ORDER - BigInt(s), 32), v === 27 ? "0x1c" : "0x1b"]);
    await expect(stake(suite(), keys, 1, { guard, approvals: join([high, ...others]) }))
      .to.be.revertedWithCustomError(committee, "SignerNotInOrder")
      .withArgs(ZeroAddress);

    const compact = join(signatures.map((one) => Signature.from(one).compactSerialized));
    await expect(stake(suite(), keys, 1, { guard, approvals: compact }))
      .to.be.revertedWithCustomError(committee, "SignaturesLengthInvalid")
      .withArgs(192n);
    const yParity = signatures.map((one) => toHex(fromHex(one, "signature").with(64, Signature.from(one).yParity)));
    await expect(stake(suite(), keys, 1, { guard, approvals: join(yParity) }))
      .to.be.revertedWithCustomError(committee, "SignerNotInOrder")
      .withArgs(ZeroAddress);
  });

  it("needs a quorum of members", async () => {
    const { committee, members, admin } = suite();
    const keys = await makeKeys(suite(), 1);
    const two = await approveKeys(suite(), keys, {}, members.slice(0, 2));
    await expect(stake(suite(), keys, 1, two))
      .to.be.revertedWithCustomError(committee, "QuorumNotReached")
      .withArgs(2n, 3n);
    const withForeigner = await approveKeys(suite(), keys, {}, [...members.slice(0, 2), admin]);
    await expect(stake(suite(), keys, 1, withForeigner)).to.be.revertedWithCustomError(committee, "SignerNotInOrder");
  });

  it("holds until its deadline", async () => {
    const { poolETH, chain } = suite();
    const keys = await makeKeys(suite(), 1);
    const deadline = (await now(suite())) + HOUR;
    const approval = await approveKeys(suite(), keys, { deadline });
    await chain.networkHelpers.time.increaseTo(deadline);
    await expect(stake(suite(), keys, 1, approval))
      .to.be.revertedWithCustomError(poolETH, "ApprovalExpired")
      .withArgs(deadline);

    const inTime = await approveKeys(suite(), keys, { deadline: deadline + HOUR });
    await chain.networkHelpers.time.setNextBlockTimestamp(deadline + HOUR);
    await stake(suite(), keys, 1, inTime);
    expect(await poolETH.totalStaked()).to.equal(32n * ETHER);
  });

  it("H3 holds for 256 blocks, after which the chain forgets the block's hash", async () => {
    const { poolETH, chain } = suite();
    const keys = await makeKeys(suite(), 1);
    const approval = await approveKeys(suite(), keys);
    await chain.networkHelpers.mine(255, { interval: 1 });
    await undone(suite(), async () => {
      await stake(suite(), keys, 1, approval);
      expect(await poolETH.totalStaked()).to.equal(32n * ETHER);
    });

    await chain.networkHelpers.mine(1);
    await expect(stake(suite(), keys, 1, approval))
      .to.be.revertedWithCustomError(poolETH, "ApprovalBlockUnknown")
      .withArgs(approval.guard.blockNumber);
  });

  it("H3 refuses blocks that are not there yet, whose hash is zero", async () => {
    const { poolETH, chain } = suite();
    const keys = await makeKeys(suite(), 1);
    const { guard } = await approveKeys(suite(), keys);
    const future = BigInt(await chain.ethers.provider.getBlockNumber()) + 5n;
    for (const blockNumber of [future, 2n ** 64n - 1n]) {
      const domain = committeeDomain(31_337n, await suite().committee.getAddress());
      const approval = {
        keysHash: keysHash(keys.pubkeys, keys.signatures),
        withdrawalCredentials: (await poolETH.withdrawalCredentials(false)) as Hex,
        amountGwei: keys.amountGwei,
        ...guard,
        blockNumber,
        blockHash: ZeroHash as Hex,
      };
      const approvals = await collectSignatures(suite().members.slice(0, 3), domain, APPROVAL_TYPES, approval);
      await expect(stake(suite(), keys, 1, { guard: { ...guard, blockNumber }, approvals }))
        .to.be.revertedWithCustomError(poolETH, "ApprovalBlockUnknown")
        .withArgs(blockNumber);
    }
  });
});
