import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { expect } from "chai";
import { parseEther, ZeroAddress } from "ethers";
import { network } from "hardhat";

import { deployLocal } from "../../deploy/local.ts";
import { startChain, startChainFront, type TestChain, type TestFront } from "../helpers/executionChain.ts";

describe("deployment of the suite through the front", () => {
  let chain: TestChain;
  let front: TestFront;

  before(async () => {
    chain = await startChain();
    front = await startChainFront(chain);
  });

  after(async () => {
    const genesis = await front.provider.getBlock(0);
    const journal = new URL(`../../deploy/deployments/local-${genesis?.hash?.slice(2, 14) ?? ""}`, import.meta.url);
    rmSync(fileURLToPath(journal), { recursive: true, force: true });
    await front.close();
    await chain.close();
  });

  it("deploys everything, and Hardhat decodes its errors", async () => {
    const connection = await network.create({ network: "local", override: { url: front.url } });
    const { poolETH, deployer } = await deployLocal(connection);
    await (await poolETH.deposit(deployer.address, ZeroAddress, { value: parseEther("1") })).wait();
    expect(await poolETH.balanceOf(deployer.address)).to.equal(parseEther("1"));
    await expect(poolETH.deposit(deployer.address, ZeroAddress, { value: 1n })).to.be.revertedWithCustomError(
      poolETH,
      "DepositBelowMinimum",
    );
    expect(front.log).to.deep.equal([]);
  });
});
