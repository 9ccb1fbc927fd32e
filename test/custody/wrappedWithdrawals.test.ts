import { expect } from "chai";

import { ETHER, strangers, ZERO_ADDRESS } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { finalizeByReport } from "../helpers/withdrawals.ts";
import { deployWrappedAfterGain, exactRate, type WrappedSuite } from "../helpers/wrapped.ts";

const UNITS = 40n * ETHER + 123n;
const UNIT = 10n ** 9n;
const MOST = 2n ** 256n - 1n;

/** The first holder has units. */
async function deployWithUnits(): Promise<WrappedSuite> {
  const suite = await deployWrappedAfterGain();
  const [holder] = suite.holders;
  await suite.poolETH.connect(holder).approve(suite.wrapped, MOST);
  await suite.wrapped.connect(holder).mint(UNITS, holder);
  return suite;
}

describe("WrappedPoolETH.redeem", () => {
  const suite = useSuite(deployWithUnits);

  it("gives exactly the shares of the units", async () => {
    const { wrapped, poolETH, holders } = suite();
    const [holder] = holders;
    const [receiver] = await strangers(suite());
    const assets = (await exactRate(suite())).etherDown(ETHER + 1n);
    await expect(wrapped.connect(holder).redeem(ETHER + 1n, receiver, holder))
      .to.emit(wrapped, "Withdraw")
      .withArgs(holder.address, receiver.address, holder.address, assets, ETHER + 1n);
    expect(await wrapped.balanceOf(holder)).to.equal(UNITS - ETHER - 1n);
    expect(await poolETH.sharesOf(receiver)).to.equal(ETHER + 1n);
    expect(await poolETH.balanceOf(receiver)).to.equal(assets);
    expect(await poolETH.sharesOf(wrapped)).to.equal(await wrapped.totalSupply());
  });

  it("spends an allowance of units when somebody else redeems", async () => {
    const { wrapped, poolETH, holders } = suite();
    const [holder, other] = holders;
    const before = await poolETH.sharesOf(other);
    await wrapped.connect(holder).approve(other, ETHER);
    await wrapped.connect(other).redeem(ETHER, other, holder);
    expect(await wrapped.allowance(holder, other)).to.equal(0n);
    expect(await poolETH.sharesOf(other)).to.equal(before + ETHER);
    await expect(wrapped.connect(other).redeem(1n, other, holder))
      .to.be.revertedWithCustomError(wrapped, "ERC20InsufficientAllowance")
      .withArgs(other.address, 0n, 1n);
  });

  it("reverts for more than there is, for nothing, and for receivers that would lose it", async () => {
    const { wrapped, poolETH, holders } = suite();
    const [holder] = holders;
    const redeem = (shares: bigint, receiver: string) => wrapped.connect(holder).redeem(shares, receiver, holder);
    await expect(redeem(UNITS + 1n, holder.address))
      .to.be.revertedWithCustomError(wrapped, "ERC4626ExceededMaxRedeem")
      .withArgs(holder.address, UNITS + 1n, UNITS);
    await expect(redeem(0n, holder.address)).to.be.revertedWithCustomError(wrapped, "NothingToExchange");
    const [address, pool] = [await wrapped.getAddress(), await poolETH.getAddress()];
    for (const receiver of [ZERO_ADDRESS, address, pool])
      await expect(redeem(ETHER, receiver))
        .to.be.revertedWithCustomError(wrapped, "ERC20InvalidReceiver")
        .withArgs(receiver);
  });
});

describe("WrappedPoolETH.withdraw", () => {
  const suite = useSuite(deployWithUnits);

  it("burns as many units as the amount takes, rounded up, and gives exactly their shares", async () => {
    const { wrapped, poolETH, holders } = suite();
    const [holder] = holders;
    const [receiver] = await strangers(suite());
    const assets = 5n * ETHER + 1n;
    const shares = (await exactRate(suite())).sharesUp(assets);
    expect(await wrapped.connect(holder).withdraw.staticCall(assets, receiver, holder)).to.equal(shares);
    await expect(wrapped.connect(holder).withdraw(assets, receiver, holder))
      .to.emit(wrapped, "Withdraw")
      .withArgs(holder.address, receiver.address, holder.address, assets, shares);
    expect(await wrapped.balanceOf(holder)).to.equal(UNITS - shares);
    expect(await poolETH.sharesOf(receiver)).to.equal(shares);
    expect((await poolETH.balanceOf(receiver)) - assets).to.be.oneOf([0n, 1n]);
  });

  it("spends an allowance of units when somebody else withdraws", async () => {
    const { wrapped, holders } = suite();
    const [holder, other] = holders;
    const shares = (await exactRate(suite())).sharesUp(ETHER);
    await wrapped.connect(holder).approve(other, shares - 1n);
    await expect(wrapped.connect(other).withdraw(ETHER, other, holder))
      .to.be.revertedWithCustomError(wrapped, "ERC20InsufficientAllowance")
      .withArgs(other.address, shares - 1n, shares);
    await wrapped.connect(holder).approve(other, shares);
    await wrapped.connect(other).withdraw(ETHER, other, holder);
    expect(await wrapped.allowance(holder, other)).to.equal(0n);
  });

  it("reverts for more than there is, for nothing, and for receivers that would lose it", async () => {
    const { wrapped, holders } = suite();
    const [holder] = holders;
    const withdraw = (assets: bigint, receiver: string) => wrapped.connect(holder).withdraw(assets, receiver, holder);
    const most = (await exactRate(suite())).etherDown(UNITS);
    await expect(withdraw(most + 1n, holder.address))
      .to.be.revertedWithCustomError(wrapped, "ERC4626ExceededMaxWithdraw")
      .withArgs(holder.address, most + 1n, most);
    await expect(withdraw(0n, holder.address)).to.be.revertedWithCustomError(wrapped, "NothingToExchange");
    for (const receiver of [ZERO_ADDRESS, await wrapped.getAddress()])
      await expect(withdraw(ETHER, receiver))
        .to.be.revertedWithCustomError(wrapped, "ERC20InvalidReceiver")
        .withArgs(receiver);
  });
});

describe("WrappedPoolETH.requestWithdrawal", () => {
  const suite = useSuite(deployWithUnits);

  it("burns whole units of 1e9 shares and makes a request of another owner", async () => {
    const { wrapped, poolETH, queue, holders } = suite();
    const [holder, owner] = holders;
    const [locked, address] = [20n * ETHER + UNIT, await queue.getAddress()];
    const worth = (await exactRate(suite())).etherDown(locked);
    const before = await poolETH.sharesOf(holder);
    expect(await wrapped.connect(holder).requestWithdrawal.staticCall(locked + UNIT - 1n, owner)).to.equal(1n);
    await expect(wrapped.connect(holder).requestWithdrawal(locked + UNIT - 1n, owner))
      .to.emit(queue, "WithdrawalRequested")
      .withArgs(1n, await wrapped.getAddress(), locked)
      .and.to.emit(wrapped, "Withdraw")
      .withArgs(holder.address, address, holder.address, worth, locked);
    expect(await queue.ownerOf(1n)).to.equal(owner.address);
    expect((await queue.requestOf(1n)).shares).to.equal(locked);
    expect(await wrapped.balanceOf(holder)).to.equal(UNITS - locked);
    expect(await poolETH.sharesOf(wrapped)).to.equal(UNITS - locked);
    expect(await poolETH.sharesOf(holder)).to.equal(before);
  });

  it("makes several requests, which are paid as any others", async () => {
    const { wrapped, poolETH, queue, holders, chain } = suite();
    const [holder] = holders;
    const amounts = [ETHER + 1n, 2n * ETHER, 3n * ETHER + UNIT - 1n];
    expect(await wrapped.connect(holder).requestWithdrawals.staticCall(amounts, holder)).to.equal(1n);
    await wrapped.connect(holder).requestWithdrawals(amounts, holder);
    const requests = await Promise.all([1n, 2n, 3n].map((id) => queue.requestOf(id)));
    expect(requests.map(({ shares }) => shares)).to.deep.equal([ETHER, 2n * ETHER, 3n * ETHER]);
    expect(await wrapped.balanceOf(holder)).to.equal(UNITS - 6n * ETHER);
    expect(await poolETH.sharesOf(wrapped)).to.equal(UNITS - 6n * ETHER);

    await finalizeByReport(suite(), 3n);
    const { ethAmount } = await queue.requestOf(2n);
    await expect(queue.connect(holder).claim(2n, 1n, holder)).to.changeEtherBalance(chain.ethers, holder, ethAmount);
  });

  it("reverts for more than there is, too little, too much, nothing, and nobody", async () => {
    const { wrapped, queue, holders } = suite();
    const [holder] = holders;
    const request = (shares: bigint, owner: string = holder.address) =>
      wrapped.connect(holder).requestWithdrawal(shares, owner);
    const requestAll = (shares: bigint[]) => wrapped.connect(holder).requestWithdrawals(shares, holder);
    const { etherDown } = await exactRate(suite());
    const [least, most] = [ETHER / 1_000n, 1_000n * ETHER];
    const tooMuch = 41n * ETHER;
    await expect(request(tooMuch))
      .to.be.revertedWithCustomError(wrapped, "ERC20InsufficientBalance")
      .withArgs(holder.address, UNITS, tooMuch);
    await expect(requestAll([20n * ETHER, 21n * ETHER]))
      .to.be.revertedWithCustomError(wrapped, "ERC20InsufficientBalance")
      .withArgs(holder.address, UNITS, tooMuch);
    await expect(request(UNIT))
      .to.be.revertedWithCustomError(queue, "RequestOutOfRange")
      .withArgs(etherDown(UNIT), least, most);
    await expect(requestAll([ETHER, UNIT]))
      .to.be.revertedWithCustomError(queue, "RequestOutOfRange")
      .withArgs(etherDown(UNIT), least, most);
    await expect(request(UNIT - 1n)).to.be.revertedWithCustomError(wrapped, "NothingToExchange");
    await expect(requestAll([])).to.be.revertedWithCustomError(wrapped, "NothingToExchange");
    await expect(request(ETHER, ZERO_ADDRESS))
      .to.be.revertedWithCustomError(queue, "ERC721InvalidReceiver")
      .withArgs(ZERO_ADDRESS);
  });
});
