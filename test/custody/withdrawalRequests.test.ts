import { expect } from "chai";
import { hexlify, randomBytes, toBeHex } from "ethers";

import { endBlock } from "../../clients/systemContracts.ts";
import { CONSOLIDATION_REQUESTS, WITHDRAWAL_REQUESTS } from "../../src/consensus/systemContracts.ts";
import { PredeployStandIn__factory, ReentrantAccount__factory } from "../../typechain-types/index.ts";
import { DAY, ETHER, etherOf, impersonate, now, passTime, strangers, ZERO_ADDRESS } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { feeAfter, requestsIn } from "../helpers/predeploys.ts";
import { rebaseTo } from "../helpers/shareRate.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";
import { deployRedeemable } from "../helpers/withdrawals.ts";

const LONGEST_SILENCE = 30n * DAY;
const LONGEST_WAIT = 60n * DAY;
const WORD = 64;

const pubkeys = (count: number) => hexlify(randomBytes(48 * count));

async function setup(suite: TestSuite) {
  const [alice] = await strangers(suite);
  const vault = suite.withdrawalVault;
  return { vault, address: await vault.getAddress(), manager: await impersonate(suite, suite.poolManager), alice };
}

async function standIn(suite: TestSuite, predeploy: string) {
  const code = await suite.chain.ethers.deployContract("PredeployStandIn");
  await suite.chain.networkHelpers.setCode(predeploy, await suite.chain.ethers.provider.getCode(code));
  return PredeployStandIn__factory.connect(predeploy, suite.deployer);
}

describe("WithdrawalVault.requestWithdrawals", () => {
  const suite = useSuite(deploySuite);

  it("writes each request into the predeploy of EIP-7002 with the vault as its source", async () => {
    const { vault, address, manager, alice } = await setup(suite());
    const keys = pubkeys(3);
    const amounts = [0n, 1n, 32n * 10n ** 9n];
    await expect(vault.connect(manager).requestWithdrawals(keys, amounts, alice, { value: 3n }))
      .to.emit(vault, "WithdrawalsRequested")
      .withArgs(keys, amounts, 1n);

    const expected = amounts.map((amount, i) => {
      const pubkey = keys.slice(2 + 96 * i, 2 + 96 * (i + 1));
      return `${address.toLowerCase()}${pubkey}${toBeHex(amount, 8).slice(2)}`;
    });
    expect(await requestsIn(suite(), WITHDRAWAL_REQUESTS, 3, 56)).to.deep.equal(expected);
    await endBlock(suite().chain.provider);
    expect(await requestsIn(suite(), WITHDRAWAL_REQUESTS, 3, 56)).to.deep.equal([]);
  });

  it("H57 pays the fee of the moment, which grows with what came before, and refunds the rest", async () => {
    const { vault, address } = await setup(suite());
    const [alice] = await strangers(suite());
    await passTime(suite(), LONGEST_SILENCE + 1n);
    await vault.connect(alice).requestWithdrawals(pubkeys(60), Array<bigint>(60).fill(0n), alice, { value: 60n });
    await endBlock(suite().chain.provider);
    // Two of the sixty are what a block is meant for.
    const fee = BigInt(await suite().chain.ethers.provider.call({ to: WITHDRAWAL_REQUESTS }));
    expect(fee).to.equal(feeAfter(58n)).and.to.equal(29n);

    const before = await etherOf(suite(), WITHDRAWAL_REQUESTS);
    await expect(
      vault.connect(alice).requestWithdrawals(pubkeys(2), [0n, 0n], alice, { value: ETHER }),
    ).to.changeEtherBalance(suite().chain.ethers, alice, -2n * fee);
    expect((await etherOf(suite(), WITHDRAWAL_REQUESTS)) - before).to.equal(2n * fee);
    expect(await etherOf(suite(), address)).to.equal(0n);

    await expect(vault.connect(alice).requestWithdrawals(pubkeys(2), [0n, 0n], alice, { value: 2n * fee - 1n }))
      .to.be.revertedWithCustomError(vault, "FeeNotCovered")
      .withArgs(2n * fee - 1n, fee);
  });

  it("H57 takes what was sent as the most that it may pay, and gives the rest to whom the caller named", async () => {
    const { vault, manager, alice } = await setup(suite());
    // As after 500 requests that waited for blocks.
    await suite().chain.networkHelpers.setStorageAt(WITHDRAWAL_REQUESTS, 0, 500n);
    const fee = feeAfter(500n);
    expect(fee).to.be.greaterThan(10n ** 12n);
    await expect(vault.connect(manager).requestWithdrawals(pubkeys(3), [0n, 1n, 0n], alice, { value: 3n * fee - 1n }))
      .to.be.revertedWithCustomError(vault, "FeeNotCovered")
      .withArgs(3n * fee - 1n, fee);
    const { ethers } = suite().chain;
    await expect(
      vault.connect(manager).requestWithdrawals(pubkeys(3), [0n, 1n, 0n], alice, { value: 3n * fee + 7n }),
    ).to.changeEtherBalances(ethers, [manager, alice, vault, WITHDRAWAL_REQUESTS], [-3n * fee - 7n, 7n, 0n, 3n * fee]);
  });

  it("gives nothing to nobody, and to a predeploy no request", async () => {
    const { vault, manager } = await setup(suite());
    for (const refundTo of [ZERO_ADDRESS, WITHDRAWAL_REQUESTS, CONSOLIDATION_REQUESTS])
      await expect(vault.connect(manager).requestWithdrawals(pubkeys(1), [0n], refundTo, { value: 2n }))
        .to.be.revertedWithCustomError(vault, "RefundFailed")
        .withArgs(refundTo);
    await vault.connect(manager).requestWithdrawals(pubkeys(1), [0n], ZERO_ADDRESS, { value: 1n });
    expect(await requestsIn(suite(), WITHDRAWAL_REQUESTS, 3, 56)).to.have.length(1);
    expect(await requestsIn(suite(), CONSOLIDATION_REQUESTS, 4, 96)).to.deep.equal([]);
  });

  it("never pays fees or refunds out of the ether that validators paid out", async () => {
    const { vault, address } = await setup(suite());
    const [alice] = await strangers(suite());
    await suite().chain.networkHelpers.setBalance(address, 64n * ETHER);
    await passTime(suite(), LONGEST_SILENCE + 1n);
    await expect(vault.connect(alice).requestWithdrawals(pubkeys(1), [0n], alice))
      .to.be.revertedWithCustomError(vault, "FeeNotCovered")
      .withArgs(0n, 1n);
    await vault.connect(alice).requestWithdrawals(pubkeys(1), [0n], alice, { value: 2n });
    expect(await etherOf(suite(), address)).to.equal(64n * ETHER);
  });

  it("H57 reverts when the fee is so large that a multiple of it overflows", async () => {
    const { vault, manager, alice } = await setup(suite());
    const predeploy = await standIn(suite(), WITHDRAWAL_REQUESTS);
    const fee = 2n ** 255n;
    await predeploy.answerFee(toBeHex(fee, 32));
    await expect(vault.connect(manager).requestWithdrawals(pubkeys(2), [0n, 0n], alice, { value: 5n }))
      .to.be.revertedWithCustomError(vault, "FeeNotCovered")
      .withArgs(5n, fee);
  });

  it("reverts when the keys do not fit the requests, or there are none", async () => {
    const { vault, manager, alice } = await setup(suite());
    for (const [keys, amounts] of [
      [pubkeys(2), [0n]],
      [pubkeys(1), [0n, 0n]],
      [`${pubkeys(1)}00`, [0n]],
      ["0x", []],
    ] as const)
      await expect(vault.connect(manager).requestWithdrawals(keys, [...amounts], alice, { value: 2n }))
        .to.be.revertedWithCustomError(vault, "PubkeysLengthMismatch")
        .withArgs((keys.length - 2) / 2, amounts.length);
  });

  it("only obeys the pool manager while reports come", async () => {
    const { vault, alice } = await setup(suite());
    const last = await suite().poolETH.lastRebase();
    const { time } = suite().chain.networkHelpers;
    await time.setNextBlockTimestamp(last + LONGEST_SILENCE);
    for (const caller of [alice, suite().admin, await impersonate(suite(), suite().accounting)])
      await expect(vault.connect(caller).requestWithdrawals(pubkeys(1), [0n], alice, { value: 1n }))
        .to.be.revertedWithCustomError(vault, "CallerNotAllowed")
        .withArgs(caller.address);
  });

  it("lets anybody ask for full exits 30 days after the last rebase, and never for partial ones", async () => {
    const { vault, alice } = await setup(suite());
    await passTime(suite(), LONGEST_SILENCE + 1n);
    for (const amounts of [[1n], [0n, 1n], [2n ** 64n - 1n]])
      await expect(vault.connect(alice).requestWithdrawals(pubkeys(amounts.length), amounts, alice, { value: 2n }))
        .to.be.revertedWithCustomError(vault, "CallerNotAllowed")
        .withArgs(alice.address);
    await vault.connect(alice).requestWithdrawals(pubkeys(2), [0n, 0n], alice, { value: 2n });
    expect(await requestsIn(suite(), WITHDRAWAL_REQUESTS, 3, 56)).to.have.length(2);

    await rebaseTo(suite(), await suite().poolETH.totalPooledEther());
    await expect(vault.connect(alice).requestWithdrawals(pubkeys(1), [0n], alice, { value: 1n }))
      .to.be.revertedWithCustomError(vault, "CallerNotAllowed")
      .withArgs(alice.address);
  });

  it("reverts when the refund is refused, and asks for nothing then", async () => {
    const { vault } = await setup(suite());
    const account = await suite().chain.ethers.deployContract("ReentrantAccount");
    await account.getFunction("refuse")(true);
    await passTime(suite(), LONGEST_SILENCE + 1n);
    const call = vault.interface.encodeFunctionData("requestWithdrawals", [
      pubkeys(1),
      [0n],
      await account.getAddress(),
    ]);
    const caller = ReentrantAccount__factory.connect(await account.getAddress(), suite().deployer);
    await expect(caller.execute(vault, 2n, call, { value: 2n }))
      .to.be.revertedWithCustomError(vault, "RefundFailed")
      .withArgs(await account.getAddress());
    await caller.execute(vault, 1n, call, { value: 1n });
    expect(await requestsIn(suite(), WITHDRAWAL_REQUESTS, 3, 56)).to.have.length(1);
  });

  it("reverts when the predeploy is missing, tells no word, or refuses", async () => {
    const { vault, manager, alice } = await setup(suite());
    const request = () => vault.connect(manager).requestWithdrawals(pubkeys(1), [0n], alice, { value: 1n });
    const expectFailure = async () =>
      expect(request()).to.be.revertedWithCustomError(vault, "PredeployFailed").withArgs(WITHDRAWAL_REQUESTS);

    await suite().chain.networkHelpers.setCode(WITHDRAWAL_REQUESTS, "0x");
    await expectFailure();
    const predeploy = await standIn(suite(), WITHDRAWAL_REQUESTS);
    for (const answer of ["0x", "0x01", `0x${"00".repeat(WORD)}`]) {
      await predeploy.answerFee(answer);
      await expectFailure();
    }
    await predeploy.answerFee(toBeHex(1n, 32));
    await predeploy.refuse(true);
    await expectFailure();
    await predeploy.refuse(false);
    await expect(request()).to.emit(vault, "WithdrawalsRequested");
  });
});

describe("WithdrawalVault.requestWithdrawals while holders wait", () => {
  const suite = useSuite(deployRedeemable);

  it("lets anybody ask for full exits when the first request that waits is older than 60 days, until it is paid", async () => {
    const { queue, withdrawalVault: vault, poolETH, holders } = suite();
    const { time } = suite().chain.networkHelpers;
    const [, stranger] = holders;
    await queue.connect(holders[0]).requestWithdrawal(ETHER, holders[0].address);
    const asked = await now(suite());
    await passTime(suite(), 59n * DAY);
    await rebaseTo(suite(), await poolETH.totalPooledEther());
    const exit = async (amounts: bigint[]) =>
      vault.connect(stranger).requestWithdrawals(pubkeys(amounts.length), amounts, stranger, { value: 9n });
    const expectRefusal = async (amounts: bigint[]) =>
      expect(exit(amounts)).to.be.revertedWithCustomError(vault, "CallerNotAllowed").withArgs(stranger.address);

    await time.setNextBlockTimestamp(asked + LONGEST_WAIT);
    await expectRefusal([0n]);
    await queue.connect(holders[0]).requestWithdrawal(ETHER, holders[0].address);
    await time.setNextBlockTimestamp(asked + LONGEST_WAIT + 5n);
    await expectRefusal([0n, 1n]);
    await expect(exit([0n, 0n])).to.emit(vault, "WithdrawalsRequested");

    // The second request has not waited.
    await queue.finalizeStale(1n);
    await expectRefusal([0n]);
    await queue.connect(stranger).requestWithdrawal(ETHER, stranger.address);
    await expectRefusal([0n]);
  });
});

describe("WithdrawalVault.requestCompounding", () => {
  const suite = useSuite(deploySuite);

  it("H59 writes the key as source and as target into the predeploy of EIP-7251, and refunds the rest", async () => {
    const { vault, address, manager } = await setup(suite());
    const key = pubkeys(1);
    await expect(vault.connect(manager).requestCompounding(key, { value: 1n }))
      .to.emit(vault, "CompoundingRequested")
      .withArgs(key, 1n);
    const bare = key.slice(2);
    expect(await requestsIn(suite(), CONSOLIDATION_REQUESTS, 4, 96)).to.deep.equal([
      `${address.toLowerCase()}${bare}${bare}`,
    ]);
    expect(await etherOf(suite(), address)).to.equal(0n);
  });

  it("only obeys the pool manager, also when reports have stopped", async () => {
    const { vault, alice } = await setup(suite());
    await passTime(suite(), LONGEST_SILENCE + 1n);
    await expect(vault.connect(alice).requestCompounding(pubkeys(1), { value: 1n }))
      .to.be.revertedWithCustomError(vault, "CallerNotAllowed")
      .withArgs(alice.address);
  });

  it("takes one key and its fee, and needs the predeploy", async () => {
    const { vault, manager } = await setup(suite());
    for (const count of [0, 2])
      await expect(vault.connect(manager).requestCompounding(pubkeys(count), { value: 1n }))
        .to.be.revertedWithCustomError(vault, "PubkeysLengthMismatch")
        .withArgs(48 * count, 1n);
    await expect(vault.connect(manager).requestCompounding(pubkeys(1)))
      .to.be.revertedWithCustomError(vault, "FeeNotCovered")
      .withArgs(0n, 1n);
    await suite().chain.networkHelpers.setCode(CONSOLIDATION_REQUESTS, "0x");
    await expect(vault.connect(manager).requestCompounding(pubkeys(1), { value: 1n }))
      .to.be.revertedWithCustomError(vault, "PredeployFailed")
      .withArgs(CONSOLIDATION_REQUESTS);
  });
});
