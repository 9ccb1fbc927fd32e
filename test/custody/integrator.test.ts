import { expect } from "chai";

import { type ExampleIntegrator, ExampleIntegrator__factory } from "../../typechain-types/index.ts";
import { depositFor, ETHER, HOUR, now, strangers } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { signPermit } from "../helpers/permit.ts";
import { FAST_GROWTH, gainTo } from "../helpers/shareRate.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";

interface Integration extends TestSuite {
  readonly integrator: ExampleIntegrator;
}

async function deployIntegration(): Promise<Integration> {
  const suite = await deploySuite(FAST_GROWTH);
  const integrator = await new ExampleIntegrator__factory(suite.deployer).deploy(suite.poolETH, suite.operations);
  return { ...suite, integrator };
}

const PERMIT = "permit(address,address,uint256,uint256,bytes)";

describe("A protocol that holds poolETH for its users", () => {
  const suite = useSuite(deployIntegration);

  it("stakes for them, is named as referral, and gives each his part of the rewards", async () => {
    const { poolETH, integrator, operations } = suite();
    const [alice, bob] = await strangers(suite());
    await expect(integrator.connect(alice).stakeEther({ value: 3n * ETHER }))
      .to.emit(poolETH, "Referred")
      .withArgs(await integrator.getAddress(), operations.address, 3n * ETHER);
    await integrator.connect(bob).stakeEther({ value: ETHER });
    await gainTo(suite(), 6n * ETHER);

    const [shares, total] = [await poolETH.totalShares(), await poolETH.totalPooledEther()];
    expect(await integrator.worthOf(alice)).to.equal((3n * ETHER * total) / shares);
    expect(await integrator.worthOf(bob)).to.equal((ETHER * total) / shares);
    expect(await integrator.shareRateRay()).to.equal((total * 10n ** 27n) / shares);
    expect(await poolETH.sharesOf(integrator)).to.equal(4n * ETHER);
  });

  it("gives everybody exactly his shares back, down to the last one", async () => {
    const { poolETH, integrator } = suite();
    const [alice, bob] = await strangers(suite());
    await integrator.connect(alice).stakeEther({ value: 3n * ETHER });
    await gainTo(suite(), 5n * ETHER);
    await integrator.connect(bob).stakeEther({ value: ETHER });
    const shares = await integrator.sharesOf(bob);

    await integrator.connect(bob).withdrawShares(shares);
    await integrator.connect(alice).withdrawShares(3n * ETHER);
    expect(await poolETH.sharesOf(bob)).to.equal(shares);
    expect(await poolETH.sharesOf(alice)).to.equal(3n * ETHER);
    expect(await poolETH.sharesOf(integrator)).to.equal(0n);
    await expect(integrator.connect(bob).withdrawShares(1n))
      .to.be.revertedWithCustomError(integrator, "SharesMissing")
      .withArgs(0n, 1n);
  });

  it("H53 takes shares by permit, also when somebody used the permit before", async () => {
    const { poolETH, integrator, chain } = suite();
    const [, mallory] = await strangers(suite());
    const key = chain.ethers.Wallet.createRandom(chain.ethers.provider);
    await chain.networkHelpers.setBalance(key.address, 100n * ETHER);
    await poolETH.deposit(key, key, { value: 10n * ETHER });
    await gainTo(suite(), 14n * ETHER);

    const shares = 3n * ETHER;
    const deadline = (await now(suite())) + HOUR;
    const spender = await integrator.getAddress();
    const value = await poolETH.toEtherUp(shares);
    const signature = await signPermit(suite(), key, { owner: key.address, spender, value, deadline });
    await poolETH.connect(mallory)[PERMIT](key, spender, value, deadline, signature);

    await integrator.connect(key).addShares(shares, deadline, signature);
    expect(await integrator.sharesOf(key)).to.equal(shares);
    expect(await poolETH.allowance(key, integrator)).to.equal(0n);
    await expect(integrator.connect(key).addShares(1n, deadline, signature))
      .to.be.revertedWithCustomError(poolETH, "ERC20InsufficientAllowance")
      .withArgs(spender, 0n, 2n);
  });

  it("does not touch what users hold themselves", async () => {
    const { poolETH, integrator } = suite();
    const [alice] = await strangers(suite());
    await depositFor(suite(), alice, ETHER);
    await integrator.connect(alice).stakeEther({ value: ETHER });
    await integrator.connect(alice).withdrawShares(ETHER / 2n);
    expect(await poolETH.balanceOf(alice)).to.equal((3n * ETHER) / 2n);
    expect(await integrator.worthOf(alice)).to.equal(ETHER / 2n);
  });
});
