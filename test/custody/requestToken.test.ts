import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { ETHER } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deployRedeemable, finalizeByReport } from "../helpers/withdrawals.ts";

const UNKNOWN = 9n;

describe("WithdrawalQueue as an ERC-721 token", () => {
  const suite = useSuite(async () => {
    const deployed = await deployRedeemable();
    const [holder] = deployed.holders;
    await deployed.queue.connect(holder).requestWithdrawals([ETHER, ETHER], holder.address);
    const [stranger] = (await deployed.chain.ethers.getSigners()).slice(-3);
    if (stranger === undefined) throw new Error("accounts are missing");
    return { ...deployed, stranger };
  });

  it("says that it is one, with metadata", async () => {
    const { queue } = suite();
    for (const id of ["0x01ffc9a7", "0x80ac58cd", "0x5b5e139f"])
      expect(await queue.supportsInterface(id), id).to.equal(true);
    expect(await queue.supportsInterface("0xffffffff")).to.equal(false);
    expect([await queue.name(), await queue.symbol()]).to.deep.equal(["poolETH withdrawal request", "poolETH-request"]);
  });

  it("is transferred by its owner, whom he approved, and his operators, which ends the approval", async () => {
    const { queue, holders, stranger } = suite();
    const [from, to] = holders;
    await queue.connect(from).approve(stranger.address, 1n);
    await expect(queue.connect(stranger).transferFrom(from.address, to.address, 1n))
      .to.emit(queue, "Transfer")
      .withArgs(from.address, to.address, 1n);
    expect(await queue.getApproved(1n)).to.equal(ZeroAddress);
    expect([await queue.ownerOf(1n), await queue.balanceOf(to.address)]).to.deep.equal([to.address, 1n]);

    await queue.connect(to).setApprovalForAll(stranger.address, true);
    await queue.connect(stranger).transferFrom(to.address, from.address, 1n);
    await queue.connect(from).transferFrom(from.address, to.address, 1n);
    expect(await queue.ownerOf(1n)).to.equal(to.address);
    expect(await queue.ownerOf(2n)).to.equal(from.address);
  });

  it("is transferred by nobody else, from nobody else, and to somebody", async () => {
    const { queue, holders, stranger } = suite();
    const [from, to] = holders;
    await expect(queue.connect(stranger).transferFrom(from.address, to.address, 1n))
      .to.be.revertedWithCustomError(queue, "ERC721InsufficientApproval")
      .withArgs(stranger.address, 1n);
    await queue.connect(from).approve(stranger.address, 1n);
    await expect(queue.connect(stranger).transferFrom(to.address, stranger.address, 1n))
      .to.be.revertedWithCustomError(queue, "ERC721IncorrectOwner")
      .withArgs(to.address, 1n, from.address);
    await expect(queue.connect(from).transferFrom(from.address, ZeroAddress, 1n))
      .to.be.revertedWithCustomError(queue, "ERC721InvalidReceiver")
      .withArgs(ZeroAddress);
    await expect(queue.connect(from).transferFrom(from.address, to.address, UNKNOWN))
      .to.be.revertedWithCustomError(queue, "ERC721NonexistentToken")
      .withArgs(UNKNOWN);
  });

  it("is not sent safely to a contract that takes none", async () => {
    const { queue, poolETH, holders } = suite();
    const [from, to] = holders;
    const send = (receiver: string) =>
      queue.connect(from)["safeTransferFrom(address,address,uint256)"](from.address, receiver, 1n);
    const pool = await poolETH.getAddress();
    await expect(send(pool)).to.be.revertedWithCustomError(queue, "ERC721InvalidReceiver").withArgs(pool);
    await send(to.address);
    expect(await queue.ownerOf(1n)).to.equal(to.address);
  });

  it("is approved by its owner or his operators, who are somebody", async () => {
    const { queue, holders, stranger } = suite();
    const [from, to] = holders;
    await expect(queue.connect(stranger).approve(to.address, 1n))
      .to.be.revertedWithCustomError(queue, "ERC721InvalidApprover")
      .withArgs(stranger.address);
    await expect(queue.connect(from).setApprovalForAll(ZeroAddress, true))
      .to.be.revertedWithCustomError(queue, "ERC721InvalidOperator")
      .withArgs(ZeroAddress);
    await expect(queue.balanceOf(ZeroAddress))
      .to.be.revertedWithCustomError(queue, "ERC721InvalidOwner")
      .withArgs(ZeroAddress);
  });

  it("is gone once it was claimed, with its approval", async () => {
    const { queue, holders, stranger } = suite();
    const [holder] = holders;
    await finalizeByReport(suite(), 2n);
    await queue.connect(holder).approve(stranger.address, 1n);
    await expect(queue.connect(holder).claim(1n, 1n, holder.address))
      .to.emit(queue, "Transfer")
      .withArgs(holder.address, ZeroAddress, 1n);
    for (const question of [queue.ownerOf(1n), queue.getApproved(1n)])
      await expect(question).to.be.revertedWithCustomError(queue, "ERC721NonexistentToken").withArgs(1n);
    // Whoever was approved does not get it back, neither from its last owner nor from nobody.
    for (const from of [holder.address, ZeroAddress])
      for (const caller of [stranger, holder])
        await expect(queue.connect(caller).transferFrom(from, stranger.address, 1n))
          .to.be.revertedWithCustomError(queue, "ERC721NonexistentToken")
          .withArgs(1n);
    expect(await queue.balanceOf(holder.address)).to.equal(1n);
  });
});
