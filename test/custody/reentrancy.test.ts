import { expect } from "chai";
import { randomBytes, toBeHex, ZeroAddress } from "ethers";

import { DEPOSIT_CONTRACT, WITHDRAWAL_REQUESTS } from "../../src/consensus/systemContracts.ts";
import {
  type PredeployStandIn,
  PredeployStandIn__factory,
  type QueueStandIn,
  type ReentrantAccount,
  ReentrantAccount__factory,
} from "../../typechain-types/index.ts";
import { sampleCall, writingFunctions } from "../helpers/abi.ts";
import {
  DAY,
  DEAD,
  depositFor,
  ETHER,
  etherOf,
  HOUR,
  impersonate,
  now,
  passTime,
  strangers,
} from "../helpers/accounts.ts";
import { undone, useSuite } from "../helpers/isolation.ts";
import { deployQueueSuite, type QueueSuite } from "../helpers/queueSuite.ts";
import { FAST_GROWTH, gainTo } from "../helpers/shareRate.ts";
import { approveKeys, makeKeys } from "../helpers/stake.ts";

type Reenterer = QueueStandIn | ReentrantAccount | PredeployStandIn;

interface ReentrantSuite extends QueueSuite {
  readonly account: ReentrantAccount;
}

const VALUE = ETHER / 100n;
/** An estimate would find the least gas that the operation needs when its call back runs out of it. */
const AMPLE = { gasLimit: 10_000_000n };

/** A rate of one and a half, shares with everybody who may call back, and all roles for them. */
async function deployReentrant(): Promise<ReentrantSuite> {
  const suite = await deployQueueSuite(FAST_GROWTH);
  const { ethers, networkHelpers } = suite.chain;
  const account = await new ReentrantAccount__factory(suite.deployer).deploy();
  await networkHelpers.setCode(DEPOSIT_CONTRACT, await ethers.provider.getCode(account));
  const predeploy = await new PredeployStandIn__factory(suite.deployer).deploy();
  await networkHelpers.setCode(WITHDRAWAL_REQUESTS, await ethers.provider.getCode(predeploy));
  await PredeployStandIn__factory.connect(WITHDRAWAL_REQUESTS, suite.deployer).answerFee(toBeHex(1n, 32));

  const [alice] = await strangers(suite);
  await depositFor(suite, alice, 300n * ETHER);
  await gainTo(suite, 450n * ETHER);
  await suite.queue.connect(alice).request(50n * ETHER);
  await alice.sendTransaction({ to: suite.rewardsVault, value: ETHER });
  for (const caller of [
    await account.getAddress(),
    DEPOSIT_CONTRACT,
    WITHDRAWAL_REQUESTS,
    await suite.queue.getAddress(),
  ]) {
    await suite.poolETH.connect(alice).transfer(caller, ETHER);
    await networkHelpers.setBalance(caller, (await etherOf(suite, caller)) + ETHER);
    for (const role of [0n, 1n, 2n]) await suite.authority.connect(suite.admin).grantRole(role, caller, 0);
  }
  return { ...suite, account };
}

async function ledger(suite: ReentrantSuite) {
  const { poolETH } = suite;
  const [totalShares, totalPooledEther, totalStaked, totalCollected, ether] = await Promise.all([
    poolETH.totalShares(),
    poolETH.totalPooledEther(),
    poolETH.totalStaked(),
    poolETH.totalCollected(),
    etherOf(suite, poolETH),
  ]);
  return { totalShares, totalPooledEther, totalStaked, totalCollected, ether };
}

type Ledger = Awaited<ReturnType<typeof ledger>>;

async function expectSound(suite: ReentrantSuite, before: Ledger, after: Ledger, title: string): Promise<void> {
  const { poolETH } = suite;
  const [alice] = await strangers(suite);
  const holders = [alice, DEAD, suite.queue, suite.account, DEPOSIT_CONTRACT, WITHDRAWAL_REQUESTS];
  let held = 0n;
  for (const holder of holders) held += await poolETH.sharesOf(holder);
  expect(held, `${title}: I1 the shares of all holders`).to.equal(after.totalShares);

  const [was, is] = [before.totalPooledEther * after.totalShares, after.totalPooledEther * before.totalShares];
  const rounding = before.totalShares + after.totalShares + before.totalPooledEther + after.totalPooledEther;
  const keepsFee = title.startsWith("poolETH.redeem(");
  expect(is >= was && (keepsFee || is <= was + rounding), `${title}: I7 the rate`).to.equal(true);

  // Ether at hand and ether owned move together, but for what is staked or collected.
  const moved = after.ether - before.ether;
  const owned = after.totalPooledEther - before.totalPooledEther;
  const staked = after.totalStaked - before.totalStaked;
  const collected = after.totalCollected - before.totalCollected;
  expect(moved, `${title}: I12 the ether`).to.equal(owned - staked + collected);
}

/**
 * Runs `operation` once for each function that `reenterer` may call back.
 * @returns The functions that succeeded, and those that made the whole operation revert.
 */
async function reenterEverything(
  suite: ReentrantSuite,
  reenterer: Reenterer,
  operation: () => Promise<unknown>,
): Promise<{ succeeded: string[]; reverted: string[] }> {
  const { poolETH, queue, withdrawalVault, rewardsVault, poolManager, accounting, clusterManager } = suite;
  const self = await reenterer.getAddress();
  const sights = async () => [
    await poolETH.totalShares(),
    await poolETH.totalPooledEther(),
    await poolETH.shareRateRay(),
    await poolETH.balanceOf(self),
  ];
  const before = await sights();
  let after = before;
  await undone(suite, async () => {
    await operation();
    after = await sights();
  });

  const [succeeded, reverted]: [string[], string[]] = [[], []];
  const targets = { poolETH, queue, withdrawalVault, rewardsVault, poolManager, accounting, clusterManager };
  for (const [name, target] of Object.entries(targets))
    for (const signature of writingFunctions(target.interface)) {
      const title = `${name}.${signature}`;
      // The queue stand-in is told by tests what to do.
      if (target === queue && /^(arm|refuse)/.test(signature)) continue;
      await undone(suite, async () => {
        const isPayable = /^(deposit|receive|request(Withdrawals|Compounding))/.test(signature);
        const data = sampleCall(target.interface, signature, self);
        await reenterer.arm(poolETH, target, isPayable ? VALUE : 0n, data);
        const start = await ledger(suite);
        try {
          await operation();
        } catch {
          expect(await ledger(suite), title).to.deep.equal(start);
          reverted.push(title);
          return;
        }

        expect(await reenterer.called(), title).to.equal(true);
        expect([before, after], title).to.deep.include([...(await reenterer.sight())]);
        await expectSound(suite, start, await ledger(suite), title);
        if (await reenterer.succeeded()) succeeded.push(title);
      });
    }
  return { succeeded, reverted };
}

/** What everybody may do at any moment. */
const OPEN = ["poolETH.transferShares(address,uint256)", "poolETH.approve(address,uint256)", "poolETH.receive()"];
const OPEN_ELSEWHERE = ["poolManager.deposit(address,address)", "rewardsVault.collect()", "poolETH.setCap(uint24)"];

describe("H66 Calling back into every function", () => {
  const suite = useSuite(deployReentrant);

  it("H66 I1 I7 I12 does not break the ledger while the queue is paid, and shows it as it is after", async () => {
    const { queue } = suite();
    const { succeeded, reverted } = await reenterEverything(suite(), queue, async () => queue.pay(10n * ETHER, AMPLE));
    const asQueue = [
      "poolETH.payForShares(uint256)",
      "poolETH.lockShares(address,uint256)",
      "queue.finalize(uint256,uint256)",
    ];
    expect(succeeded).to.include.members([...OPEN, ...OPEN_ELSEWHERE, ...asQueue]);
    expect(reverted).to.deep.equal([]);
  });

  it("H66 I1 I7 I12 does not break the ledger while keys are staked to", async () => {
    const { poolETH, poolManager } = suite();
    const contract = ReentrantAccount__factory.connect(DEPOSIT_CONTRACT, suite().deployer);
    const keys = await makeKeys(suite(), 2);
    const manager = poolETH.connect(await impersonate(suite(), poolManager));
    const { succeeded, reverted } = await reenterEverything(suite(), contract, async () => {
      const { guard, approvals } = await approveKeys(suite(), keys);
      return manager.stake(keys, 2, guard, approvals, AMPLE);
    });
    expect(succeeded).to.include.members([...OPEN, ...OPEN_ELSEWHERE]);
    expect(reverted).to.deep.equal([]);
    expect(succeeded).to.not.include("poolETH.payForShares(uint256)");
  });

  it("H66 I1 I7 I12 does not break the ledger while a vault refunds, or asks a predeploy", async () => {
    const { account, withdrawalVault } = suite();
    await passTime(suite(), 30n * DAY + 1n);
    const request = withdrawalVault.interface.encodeFunctionData("requestWithdrawals", [
      randomBytes(48),
      [0n],
      await account.getAddress(),
    ]);
    const refund = async () => account.execute(withdrawalVault, 5n, request, { value: 5n, ...AMPLE });
    const predeploy = PredeployStandIn__factory.connect(WITHDRAWAL_REQUESTS, suite().deployer);
    // A predeploy that collects takes the refund away, so that nothing happens at all.
    for (const [reenterer, reverting] of [
      [account, []],
      [predeploy, ["withdrawalVault.collect()"]],
    ] as const) {
      const { succeeded, reverted } = await reenterEverything(suite(), reenterer, refund);
      expect(succeeded).to.include.members(["poolETH.approve(address,uint256)", "rewardsVault.collect()"]);
      expect(reverted).to.deep.equal(reverting);
    }
  });

  it("H66 cannot happen from a wallet that is asked for its signature: it may only look", async () => {
    const { account, poolETH } = suite();
    const owner = await account.getAddress();
    const deadline = (await now(suite())) + HOUR;
    const permit = poolETH["permit(address,address,uint256,uint256,bytes)"];
    const back = poolETH.interface.encodeFunctionData("approve", [DEAD, 1n]);
    await account.arm(poolETH, poolETH, 0n, back);
    await expect(permit(owner, DEAD, 5n, deadline, "0x"))
      .to.be.revertedWithCustomError(poolETH, "PermitSignerInvalid")
      .withArgs(owner);

    await account.arm(poolETH, ZeroAddress, 0n, "0x");
    await account.getFunction("deposit")("0x", "0x", "0x", `0x${"00".repeat(32)}`);
    await permit(owner, DEAD, 5n, deadline, "0x");
    expect(await poolETH.allowance(owner, DEAD)).to.equal(5n);
  });
});
