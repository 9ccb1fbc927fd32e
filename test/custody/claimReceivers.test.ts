import { expect } from "chai";

import { type ReentrantAccount, ReentrantAccount__factory } from "../../typechain-types/index.ts";
import { sampleCall, writingFunctions } from "../helpers/abi.ts";
import { ETHER, etherOf } from "../helpers/accounts.ts";
import { undone, useSuite } from "../helpers/isolation.ts";
import { deployRedeemable, finalizeByReport, REQUEST_STATE, type RedeemableSuite } from "../helpers/withdrawals.ts";

interface ReceiverSuite extends RedeemableSuite {
  readonly account: ReentrantAccount;
}

const VALUE = ETHER / 100n;
/** An estimate would find the least gas that the claim needs when its call back runs out of it. */
const AMPLE = { gasLimit: 10_000_000n };
const ALL_IDS = [1n, 2n, 3n, 4n, 5n];

/** A contract with four requests: 1 and 2 finalized at one rate, 3 at another, 4 waiting. The fifth is somebody else's. */
async function deployWithReceiver(): Promise<ReceiverSuite> {
  const suite = await deployRedeemable();
  const { queue, poolETH, holders, rewardsVault, deployer, chain } = suite;
  const account = await new ReentrantAccount__factory(deployer).deploy();
  await poolETH.connect(holders[0]).transferShares(account, 50n * ETHER);
  const shares = [3n * ETHER, 4n * ETHER, 5n * ETHER, 6n * ETHER];
  const call = queue.interface.encodeFunctionData("requestWithdrawals", [shares, await account.getAddress()]);
  await account.execute(queue, 0n, call);
  await queue.connect(holders[1]).requestWithdrawal(7n * ETHER, holders[1].address);
  await finalizeByReport(suite, 2n);
  await deployer.sendTransaction({ to: rewardsVault, value: ETHER / 30n });
  await finalizeByReport(suite, 3n);
  await chain.networkHelpers.setBalance(await account.getAddress(), ETHER);
  return { ...suite, account };
}

async function expectSound(suite: ReceiverSuite, title: string): Promise<void> {
  const { queue, poolETH } = suite;
  const { lastId, waitingShares } = await queue.queueState();
  const ids = Array.from({ length: Number(lastId) }, (_, i) => BigInt(i + 1));
  const dust = (await etherOf(suite, queue)) - (await queue.claimableEther(ids));
  expect(dust === 0n || dust === 1n, `${title}: I29 the ether of claims`).to.equal(true);
  expect(await poolETH.sharesOf(queue), `${title}: I32 the shares that wait`).to.equal(waitingShares);
}

async function stateOf({ queue, poolETH, account }: ReceiverSuite) {
  const requests = (await queue.requestsAt(ALL_IDS)).map((request) => [...request]);
  return [requests, await poolETH.sharesOf(account), await poolETH.totalShares(), await poolETH.totalPooledEther()];
}

describe("Receivers of claims", () => {
  const suite = useSuite(deployWithReceiver);
  const claimCall = (id: bigint, receiver: string) =>
    suite().queue.interface.encodeFunctionData("claimWithdrawal", [id, receiver]);

  it("H66 I29 I32 call back into every function and get nothing that is not theirs", async () => {
    const { queue, poolETH, account, withdrawalVault, rewardsVault, poolManager, accounting, clusterManager } = suite();
    const self = await account.getAddress();
    // What would work in a transaction of its own, and the claim that is under way.
    const calls = new Map<string, readonly unknown[][]>([
      ["claim(uint256,uint256,address)", [1n, 2n].map((id) => [id, 1n, self])],
      [
        "claimMany(uint256[],uint256[],address)",
        [
          [[2n, 3n], [1n, 2n], self],
          [[1n], [1n], self],
        ],
      ],
      ["claimWithdrawal(uint256,address)", [1n, 2n, 3n].map((id) => [id, self])],
      [
        "claimWithdrawals(uint256[],address)",
        [
          [[3n, 2n], self],
          [[2n, 1n], self],
          [[3n, 3n], self],
        ],
      ],
      ["requestWithdrawals(uint256[],address)", [[[ETHER, ETHER], self]]],
      ["transferFrom(address,address,uint256)", [1n, 2n, 4n].map((id) => [self, suite().deployer.address, id])],
    ]);
    const paid = (await queue.requestsAt([1n, 2n, 3n])).map(({ ethAmount }) => ethAmount);
    const [first = 0n, second = 0n, third = 0n] = paid;
    const succeeded = new Map<string, bigint>();
    const targets = { queue, poolETH, withdrawalVault, rewardsVault, poolManager, accounting, clusterManager };
    for (const [name, target] of Object.entries(targets))
      for (const signature of writingFunctions(target.interface))
        for (const args of (name === "queue" ? calls.get(signature) : undefined) ?? [undefined]) {
          const title = `${name}.${signature} ${JSON.stringify(args, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value))}`;
          await undone(suite(), async () => {
            const isPayable = /^(deposit|receive)/.test(signature);
            const data = sampleCall(target.interface, signature, self, args);
            await account.arm(poolETH, target, isPayable ? VALUE : 0n, data);
            const ether = await etherOf(suite(), queue);
            await account.execute(queue, 0n, claimCall(1n, self), AMPLE);

            expect(await account.called(), title).to.equal(true);
            expect((await queue.requestOf(1n)).state, title).to.equal(REQUEST_STATE.claimed);
            await expectSound(suite(), title);
            const left = ether - (await etherOf(suite(), queue));
            if (await account.succeeded()) succeeded.set(title.replaceAll(self, "self"), left);
            else expect(left, title).to.equal(first);
          });
        }
    // What is his he may take in one go; nothing of it twice.
    const claims = [...succeeded].filter(([title]) => title.startsWith("queue.claim"));
    expect(claims).to.deep.equal([
      ['queue.claim(uint256,uint256,address) ["2","1","self"]', first + second],
      ['queue.claimMany(uint256[],uint256[],address) [["2","3"],["1","2"],"self"]', first + second + third],
      ['queue.claimWithdrawal(uint256,address) ["2","self"]', first + second],
      ['queue.claimWithdrawal(uint256,address) ["3","self"]', first + third],
      ['queue.claimWithdrawals(uint256[],address) [["3","2"],"self"]', first + third + second],
    ]);
    for (const [title, left] of succeeded) if (!title.startsWith("queue.claim")) expect(left, title).to.equal(first);
    const titles = [...succeeded.keys()].join();
    for (const title of ["queue.requestWithdrawals", "poolETH.deposit", "poolETH.transferShares", '"2"', '"4"'])
      expect(titles).to.include(title);
    expect(titles).to.not.include("finalize");
  });

  it("H66 see the pool and the queue as they are after the claim", async () => {
    const { queue, poolETH, account, chain } = suite();
    const self = await account.getAddress();
    await account.arm(poolETH, queue, 0n, queue.interface.encodeFunctionData("ownerOf", [1n]));
    await account.execute(queue, 0n, claimCall(1n, self), AMPLE);
    // Its own token is gone already when the ether comes.
    expect(await account.succeeded()).to.equal(false);
    const sight = [...(await account.sight())];
    const shown = [poolETH.totalShares(), poolETH.totalPooledEther(), poolETH.shareRateRay(), poolETH.balanceOf(self)];
    expect(sight).to.deep.equal(await Promise.all(shown));
    expect(await chain.ethers.provider.getBalance(account)).to.equal(ETHER + 3n * ETHER);
  });

  it("H52 refuse to their own harm only: nothing changes, and another receiver is paid", async () => {
    const { queue, account, holders, deployer } = suite();
    const self = await account.getAddress();
    await account.refuse(true);
    const before = await stateOf(suite());
    const several = queue.interface.encodeFunctionData("claimWithdrawals", [[2n, 3n], self]);
    const worth = await queue.claimableEther([2n, 3n]);
    for (const call of [claimCall(1n, self), several])
      await expect(account.execute(queue, 0n, call))
        .to.be.revertedWithCustomError(queue, "ClaimTransferFailed")
        .withArgs(self);
    expect(await stateOf(suite())).to.deep.equal(before);

    // Others are neither held up nor paid less.
    await finalizeByReport(suite(), 5n);
    const { ethAmount } = await queue.requestOf(5n);
    await queue.connect(holders[1]).claimWithdrawal(5n, deployer.address);
    const receiver = "0x00000000000000000000000000000000000000ab";
    await account.execute(queue, 0n, claimCall(1n, receiver));
    expect(await etherOf(suite(), receiver)).to.equal(3n * ETHER);
    expect(ethAmount > 7n * ETHER).to.equal(true);
    await account.refuse(false);
    await account.execute(queue, 0n, several);
    expect(await etherOf(suite(), account)).to.equal(ETHER + worth);
  });
});
