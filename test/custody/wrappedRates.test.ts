import { expect } from "chai";

import { ReentrantAccount__factory } from "../../typechain-types/index.ts";
import { sampleCall, writingFunctions } from "../helpers/abi.ts";
import { ETHER, LOCKED_SHARES, strangers, ZERO_ADDRESS } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { loseTo } from "../helpers/shareRate.ts";
import { finalizeByReport } from "../helpers/withdrawals.ts";
import {
  deployWrapped,
  deployWrappedAfterGain,
  deployWrappedAfterLoss,
  exactRate,
  type WrappedSuite,
} from "../helpers/wrapped.ts";

const MOST = 2n ** 256n - 1n;
/** What there are while a claim of half a share's ether is paid. */
const SEEN = 200n * ETHER + LOCKED_SHARES - ETHER / 2n;
const UNITS = 30n * ETHER + 1n;

const RATES: [string, () => Promise<WrappedSuite>][] = [
  ["at one", deployWrapped],
  ["after a gain", deployWrappedAfterGain],
  ["after a loss", deployWrappedAfterLoss],
];

/** Both holders have units. */
async function wrapForBoth({ wrapped, poolETH, holders }: WrappedSuite): Promise<void> {
  for (const holder of holders) {
    await poolETH.connect(holder).approve(wrapped, MOST);
    await wrapped.connect(holder).mint(UNITS, holder);
  }
}

for (const [when, deploy] of RATES)
  describe(`WrappedPoolETH with a share rate ${when}`, () => {
    const suite = useSuite(deploy);

    it("H30 previews exactly what it does", async () => {
      const { wrapped, holders } = suite();
      const [holder] = holders;
      await wrapForBoth(suite());
      const rate = await exactRate(suite());
      for (const amount of [2n, 1_000_003n, ETHER / 3n, 7n * ETHER + 5n]) {
        const units = wrapped.connect(holder);
        expect(await wrapped.previewDeposit(amount)).to.equal(rate.sharesDown(amount));
        expect(await units.deposit.staticCall(amount, holder)).to.equal(rate.sharesDown(amount));
        expect(await wrapped.previewMint(amount)).to.equal(rate.etherUp(amount));
        expect(await units.mint.staticCall(amount, holder)).to.equal(rate.etherUp(amount));
        expect(await wrapped.previewWithdraw(amount)).to.equal(rate.sharesUp(amount));
        expect(await units.withdraw.staticCall(amount, holder, holder)).to.equal(rate.sharesUp(amount));
        expect(await wrapped.previewRedeem(amount)).to.equal(rate.etherDown(amount));
        expect(await units.redeem.staticCall(amount, holder, holder)).to.equal(rate.etherDown(amount));
        expect(await wrapped.convertToShares(amount)).to.equal(rate.sharesDown(amount));
        expect(await wrapped.convertToAssets(amount)).to.equal(rate.etherDown(amount));
      }
    });

    it("H30 tells the most that can be put in and taken out", async () => {
      const { wrapped, poolETH, holders } = suite();
      const [holder] = holders;
      const [stranger] = await strangers(suite());
      await wrapForBoth(suite());
      const rate = await exactRate(suite());
      expect(await wrapped.maxDeposit(stranger)).to.equal(await poolETH.totalPooledEther());
      expect(await wrapped.maxMint(stranger)).to.equal(await poolETH.totalShares());
      for (const nobody of [ZERO_ADDRESS, await wrapped.getAddress()])
        expect([await wrapped.maxDeposit(nobody), await wrapped.maxMint(nobody)]).to.deep.equal([0n, 0n]);
      expect(await wrapped.maxRedeem(holder)).to.equal(UNITS);
      expect(await wrapped.maxWithdraw(holder)).to.equal(rate.etherDown(UNITS));
      expect([await wrapped.maxRedeem(stranger), await wrapped.maxWithdraw(stranger)]).to.deep.equal([0n, 0n]);

      const burned = await wrapped.connect(holder).withdraw.staticCall(rate.etherDown(UNITS), holder, holder);
      expect(burned)
        .to.equal(rate.sharesUp(rate.etherDown(UNITS)))
        .and.to.be.at.most(UNITS);
      await wrapped.connect(holder).redeem(UNITS, holder, holder);
      expect(await wrapped.balanceOf(holder)).to.equal(0n);
    });

    it("H30 changes no price when poolETH is sent to it", async () => {
      const { wrapped, poolETH, holders } = suite();
      await wrapForBoth(suite());
      const prices = async () => [
        await wrapped.previewDeposit(UNITS),
        await wrapped.previewMint(UNITS),
        await wrapped.previewWithdraw(UNITS),
        await wrapped.previewRedeem(UNITS),
        await wrapped.totalAssets(),
      ];
      const before = await prices();
      await poolETH.connect(holders[1]).transferShares(wrapped, 5n * ETHER);
      expect(await prices()).to.deep.equal(before);
      expect(await wrapped.totalAssets()).to.equal((await exactRate(suite())).etherDown(2n * UNITS));
    });
  });

describe("WrappedPoolETH through a loss", () => {
  const suite = useSuite(deployWrappedAfterGain);

  it("H30 has the poolETH of all claims, and shares the loss among them", async () => {
    const { wrapped, poolETH, holders } = suite();
    await wrapForBoth(suite());
    const before = await wrapped.maxWithdraw(holders[0]);
    const pooled = await poolETH.totalPooledEther();
    await loseTo(suite(), pooled / 2n);

    const claim = (await exactRate(suite())).etherDown(UNITS);
    for (const holder of holders) expect(await wrapped.maxWithdraw(holder)).to.equal(claim);
    expect(claim).to.be.oneOf([before / 2n, before / 2n - 1n]);
    expect(await poolETH.balanceOf(wrapped)).to.be.oneOf([2n * claim, 2n * claim + 1n]);
    expect(await poolETH.sharesOf(wrapped)).to.equal(await wrapped.totalSupply());
    for (const holder of holders) await wrapped.connect(holder).redeem(UNITS, holder, holder);
    expect(await poolETH.sharesOf(wrapped)).to.equal(0n);
  });

  it("H30 has no units to redeem that are worth nothing", async () => {
    const { wrapped, poolETH, holders } = suite();
    const [holder] = holders;
    const [stranger] = await strangers(suite());
    await wrapForBoth(suite());
    await loseTo(suite(), (await poolETH.totalPooledEther()) / 3n);
    await wrapped.connect(holder).transfer(stranger, 1n);
    expect(await wrapped.previewRedeem(1n)).to.equal(0n);
    expect([await wrapped.maxRedeem(stranger), await wrapped.maxWithdraw(stranger)]).to.deep.equal([0n, 0n]);
    await expect(wrapped.connect(stranger).redeem(1n, stranger, stranger)).to.be.revertedWithCustomError(
      wrapped,
      "NothingToExchange",
    );
  });
});

describe("H66 The wrapped token when a claim calls back", () => {
  const suite = useSuite(deployWrapped);

  it("H66 does in the callback what it does at any other time", async () => {
    const { wrapped, poolETH, queue, holders, deployer } = suite();
    const [holder] = holders;
    await wrapForBoth(suite());
    const account = await new ReentrantAccount__factory(deployer).deploy();
    const address = await account.getAddress();
    await wrapped.connect(holder).transfer(address, ETHER);
    await poolETH.connect(holder).transferShares(address, ETHER);
    await account.execute(poolETH, 0n, poolETH.interface.encodeFunctionData("approve", [wrapped.target, MOST]));
    const request = wrapped.interface.encodeFunctionData("requestWithdrawal", [ETHER / 2n, address]);
    await account.execute(wrapped, 0n, request);
    await finalizeByReport(suite(), 1n);
    const claim = queue.interface.encodeFunctionData("claim", [1n, 1n, address]);

    const succeeded: string[] = [];
    for (const signature of writingFunctions(wrapped.interface)) {
      const snapshot = await suite().chain.networkHelpers.takeSnapshot();
      const value = signature === "receive()" ? ETHER / 100n : 0n;
      await account.arm(poolETH, wrapped, value, sampleCall(wrapped.interface, signature, address));
      await account.execute(queue, 0n, claim, { gasLimit: 10_000_000n });
      expect(await account.called(), signature).to.equal(true);
      expect(await poolETH.sharesOf(wrapped), signature).to.equal(await wrapped.totalSupply());
      expect((await account.sight()).totalShares, signature).to.equal(SEEN);
      if (await account.succeeded()) succeeded.push(signature.replace(/\(.*/, ""));
      await snapshot.restore();
    }
    // The others lack ether, an allowance, a signature, or an amount.
    expect(succeeded.sort()).to.deep.equal(
      "approve deposit depositWithPermit mint receive redeem requestWithdrawal transfer withdraw".split(" "),
    );
  });
});
