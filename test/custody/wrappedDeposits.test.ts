import { expect } from "chai";

import { ETHER, etherOf, impersonate, mined, now, strangers, ZERO_ADDRESS } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { finalizeByReport } from "../helpers/withdrawals.ts";
import { deployWrappedAfterGain, exactRate } from "../helpers/wrapped.ts";

const MOST = 2n ** 256n - 1n;
const ASSETS = 7n * ETHER + 1n;

describe("WrappedPoolETH.deposit", () => {
  const suite = useSuite(deployWrappedAfterGain);

  it("takes poolETH and mints a unit for each share that came", async () => {
    const { wrapped, poolETH, holders } = suite();
    const [holder, receiver] = holders;
    const shares = (await exactRate(suite())).sharesDown(ASSETS);
    const before = await poolETH.sharesOf(holder);
    await poolETH.connect(holder).approve(wrapped, ASSETS + 5n);

    expect(await wrapped.connect(holder).deposit.staticCall(ASSETS, receiver)).to.equal(shares);
    await expect(wrapped.connect(holder).deposit(ASSETS, receiver))
      .to.emit(wrapped, "Deposit")
      .withArgs(holder.address, receiver.address, ASSETS, shares)
      .and.to.emit(wrapped, "Transfer")
      .withArgs(ZERO_ADDRESS, receiver.address, shares);
    expect(await wrapped.balanceOf(receiver)).to.equal(shares);
    expect(await wrapped.balanceOf(holder)).to.equal(0n);
    expect(await wrapped.totalSupply()).to.equal(shares);
    expect(await poolETH.sharesOf(wrapped)).to.equal(shares);
    expect(await poolETH.sharesOf(holder)).to.equal(before - shares);
    expect(await poolETH.allowance(holder, wrapped)).to.equal(5n);
  });

  it("reverts without allowance, without poolETH, for nothing, and for nobody", async () => {
    const { wrapped, poolETH, holders } = suite();
    const [holder] = holders;
    const [stranger] = await strangers(suite());
    const address = await wrapped.getAddress();
    await expect(wrapped.connect(holder).deposit(ETHER, holder))
      .to.be.revertedWithCustomError(poolETH, "ERC20InsufficientAllowance")
      .withArgs(address, 0n, ETHER);
    await poolETH.connect(stranger).approve(wrapped, MOST);
    await expect(wrapped.connect(stranger).deposit(ETHER, stranger))
      .to.be.revertedWithCustomError(poolETH, "InsufficientShares")
      .withArgs(stranger.address, 0n, (await exactRate(suite())).sharesDown(ETHER));
    await expect(wrapped.connect(stranger).deposit(MOST, stranger))
      .to.be.revertedWithCustomError(poolETH, "ERC20InsufficientBalance")
      .withArgs(stranger.address, 0n, MOST);
    await poolETH.connect(holder).approve(wrapped, MOST);
    for (const nothing of [0n, 1n])
      await expect(wrapped.connect(holder).deposit(nothing, holder)).to.be.revertedWithCustomError(
        wrapped,
        "NothingToExchange",
      );
    for (const receiver of [ZERO_ADDRESS, address])
      await expect(wrapped.connect(holder).deposit(ETHER, receiver))
        .to.be.revertedWithCustomError(wrapped, "ERC20InvalidReceiver")
        .withArgs(receiver);
  });
});

describe("WrappedPoolETH.mint", () => {
  const suite = useSuite(deployWrappedAfterGain);

  it("takes exactly the shares, and their worth rounded up from the allowance", async () => {
    const { wrapped, poolETH, holders } = suite();
    const [holder, receiver] = holders;
    const shares = 3n * ETHER + 1n;
    const cost = (await exactRate(suite())).etherUp(shares);
    await poolETH.connect(holder).approve(wrapped, cost);
    await expect(wrapped.connect(holder).mint(shares, receiver))
      .to.emit(wrapped, "Deposit")
      .withArgs(holder.address, receiver.address, cost, shares);
    expect(await wrapped.balanceOf(receiver)).to.equal(shares);
    expect(await poolETH.sharesOf(wrapped)).to.equal(shares);
    expect(await poolETH.allowance(holder, wrapped)).to.equal(0n);
  });

  it("wraps all that a holder has, down to the last share", async () => {
    const { wrapped, poolETH, holders } = suite();
    const [holder] = holders;
    const shares = await poolETH.sharesOf(holder);
    await poolETH.connect(holder).approve(wrapped, MOST);
    await wrapped.connect(holder).mint(shares, holder);
    expect(await poolETH.sharesOf(holder)).to.equal(0n);
    expect(await wrapped.balanceOf(holder)).to.equal(shares);
  });

  it("reverts without allowance, without shares, for nothing, for more than there is, and for nobody", async () => {
    const { wrapped, poolETH, holders } = suite();
    const [holder] = holders;
    const [stranger] = await strangers(suite());
    const address = await wrapped.getAddress();
    const cost = (await exactRate(suite())).etherUp(ETHER);
    await poolETH.connect(holder).approve(wrapped, cost - 1n);
    await expect(wrapped.connect(holder).mint(ETHER, holder))
      .to.be.revertedWithCustomError(poolETH, "ERC20InsufficientAllowance")
      .withArgs(address, cost - 1n, cost);
    await poolETH.connect(stranger).approve(wrapped, MOST);
    await expect(wrapped.connect(stranger).mint(1n, stranger))
      .to.be.revertedWithCustomError(poolETH, "InsufficientShares")
      .withArgs(stranger.address, 0n, 1n);
    await expect(wrapped.connect(holder).mint(0n, holder)).to.be.revertedWithCustomError(wrapped, "NothingToExchange");
    const all = await poolETH.totalShares();
    await expect(wrapped.connect(holder).mint(all + 1n, holder))
      .to.be.revertedWithCustomError(wrapped, "ERC4626ExceededMaxMint")
      .withArgs(holder.address, all + 1n, all);
    for (const receiver of [ZERO_ADDRESS, address])
      await expect(wrapped.connect(holder).mint(ETHER, receiver))
        .to.be.revertedWithCustomError(wrapped, "ERC4626ExceededMaxMint")
        .withArgs(receiver, ETHER, 0n);
  });
});

describe("WrappedPoolETH.depositEther", () => {
  const suite = useSuite(deployWrappedAfterGain);

  it("stakes ether and mints exactly the shares that the pool minted", async () => {
    const { wrapped, poolETH, holders, deployer } = suite();
    const [holder, receiver] = holders;
    const shares = (await exactRate(suite())).sharesDown(ASSETS);
    const deposit = wrapped.connect(holder).depositEther(receiver, deployer, shares, { value: ASSETS });
    await expect(deposit)
      .to.emit(wrapped, "Deposit")
      .withArgs(holder.address, receiver.address, ASSETS, shares)
      .and.to.emit(poolETH, "Referred")
      .withArgs(await wrapped.getAddress(), deployer.address, ASSETS);
    expect(await wrapped.balanceOf(receiver)).to.equal(shares);
    expect(await poolETH.sharesOf(wrapped)).to.equal(shares);
    expect(await etherOf(suite(), wrapped)).to.equal(0n);
  });

  it("names nobody when no referral is given", async () => {
    const { wrapped, poolETH, holders } = suite();
    const [holder] = holders;
    const receipt = await mined(wrapped.connect(holder).depositEther(holder, ZERO_ADDRESS, 0n, { value: ETHER }));
    const address = await poolETH.getAddress();
    const names = receipt.logs
      .filter((log) => log.address === address)
      .map((log) => poolETH.interface.parseLog(log)?.name);
    expect(names).to.deep.equal(["Transfer", "TransferShares"]);
  });

  it("reverts when the ether buys fewer units than asked for", async () => {
    const { wrapped, holders } = suite();
    const [holder] = holders;
    const shares = (await exactRate(suite())).sharesDown(ASSETS);
    await expect(wrapped.connect(holder).depositEther(holder, ZERO_ADDRESS, shares + 1n, { value: ASSETS }))
      .to.be.revertedWithCustomError(wrapped, "SharesBelowMinimum")
      .withArgs(shares, shares + 1n);
  });

  it("reverts for nobody, for too little ether, and while the pool takes no deposits", async () => {
    const { wrapped, poolETH, holders, guardian } = suite();
    const [holder] = holders;
    for (const receiver of [ZERO_ADDRESS, await wrapped.getAddress()])
      await expect(wrapped.connect(holder).depositEther(receiver, ZERO_ADDRESS, 0n, { value: ETHER }))
        .to.be.revertedWithCustomError(wrapped, "ERC20InvalidReceiver")
        .withArgs(receiver);
    await expect(wrapped.connect(holder).depositEther(holder, ZERO_ADDRESS, 0n, { value: 1n }))
      .to.be.revertedWithCustomError(poolETH, "DepositBelowMinimum")
      .withArgs(1n, ETHER / 1_000n);
    await poolETH.connect(guardian).pauseDeposits(3_600);
    await expect(wrapped.connect(holder).depositEther(holder, ZERO_ADDRESS, 0n, { value: ETHER }))
      .to.be.revertedWithCustomError(poolETH, "DepositsArePaused")
      .withArgs((await now(suite())) + 3_600n);
  });
});

describe("WrappedPoolETH.receive", () => {
  const suite = useSuite(deployWrappedAfterGain);

  it("deposits plain ether for its sender", async () => {
    const { wrapped, poolETH, holders } = suite();
    const [holder] = holders;
    const shares = (await exactRate(suite())).sharesDown(ASSETS);
    await expect(holder.sendTransaction({ to: wrapped, value: ASSETS }))
      .to.emit(wrapped, "Deposit")
      .withArgs(holder.address, holder.address, ASSETS, shares);
    expect(await wrapped.balanceOf(holder)).to.equal(shares);
    expect(await poolETH.sharesOf(wrapped)).to.equal(shares);
    expect(await etherOf(suite(), wrapped)).to.equal(0n);
  });

  it("refuses what the pool would refuse, so that nothing is lost", async () => {
    const { wrapped, poolETH, holders } = suite();
    await expect(holders[0].sendTransaction({ to: wrapped, value: 1n }))
      .to.be.revertedWithCustomError(poolETH, "DepositBelowMinimum")
      .withArgs(1n, ETHER / 1_000n);
  });

  it("refuses ether that the pool or the queue pays to it, which would get the units", async () => {
    const { wrapped, poolETH, queue, holders } = suite();
    const [holder] = holders;
    for (const peer of [queue, poolETH]) {
      const sender = await impersonate(suite(), peer);
      await expect(sender.sendTransaction({ to: wrapped, value: ETHER }))
        .to.be.revertedWithCustomError(wrapped, "EtherFromPeer")
        .withArgs(await peer.getAddress());
    }
    const address = await wrapped.getAddress();
    await queue.connect(holder).requestWithdrawal(ETHER, holder);
    await finalizeByReport(suite(), 1n);
    await expect(queue.connect(holder).claim(1n, 1n, wrapped))
      .to.be.revertedWithCustomError(queue, "ClaimTransferFailed")
      .withArgs(address);
    await queue.connect(holder).claim(1n, 1n, holder);
  });
});
