import { expect } from "chai";

import { ROLES } from "../../deploy/modules/Suite.ts";
import { DAY, ETHER, etherOf, HOUR, strangers } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";

/** The limit forgets in steps of this length, which begin at multiples of it. */
const PERIOD = 28n * HOUR;
const UNIT = ETHER / 1_000n;

/** A reserve of 100 ETH, and a block at the beginning of a period. */
async function deployWithReserve() {
  const suite = await deploySuite();
  await suite.clusterManager.depositReserve({ value: 99n * ETHER });
  const { time } = suite.chain.networkHelpers;
  const start = (BigInt(await time.latest()) / PERIOD + 1n) * PERIOD;
  await time.setNextBlockTimestamp(start);
  return { ...suite, start };
}

describe("ClusterManager.withdrawReserve", () => {
  const suite = useSuite(deployWithReserve);
  const asAdmin = ({ clusterManager, admin }: TestSuite = suite()) => clusterManager.connect(admin);

  it("sends a tenth of the reserve to whom the administrator names", async () => {
    const { clusterManager } = suite();
    const [receiver] = await strangers(suite());
    const before = await etherOf(suite(), receiver);
    expect(await clusterManager.reserveAllowance()).to.equal(10n * ETHER);

    await expect(asAdmin().withdrawReserve(receiver, 10n * ETHER))
      .to.emit(clusterManager, "ReserveWithdrawn")
      .withArgs(receiver.address, 10n * ETHER);

    expect(await etherOf(suite(), receiver)).to.equal(before + 10n * ETHER);
    expect(await clusterManager.reserve()).to.equal(90n * ETHER);
    expect(await clusterManager.reserveAllowance()).to.equal(0n);
  });

  it("reverts for more at once, and for more in parts", async () => {
    const { clusterManager, treasury } = suite();
    await expect(asAdmin().withdrawReserve(treasury, 10n * ETHER + 1n))
      .to.be.revertedWithCustomError(clusterManager, "ReserveLimitExceeded")
      .withArgs(10n * ETHER + 1n, 10n * ETHER);
    await asAdmin().withdrawReserve(treasury, 4n * ETHER);
    // 96 ETH are left, of which a tenth is 9.6.
    await expect(asAdmin().withdrawReserve(treasury, 5_601n * UNIT))
      .to.be.revertedWithCustomError(clusterManager, "ReserveLimitExceeded")
      .withArgs(5_601n * UNIT, 5_600n * UNIT);
    await asAdmin().withdrawReserve(treasury, 5_040n * UNIT);
    expect(await clusterManager.reserveAllowance()).to.equal(56n * UNIT);
  });

  it("counts a wei as a thousandth of an ether", async () => {
    const { clusterManager, treasury } = suite();
    await asAdmin().withdrawReserve(treasury, 1n);
    await asAdmin().withdrawReserve(treasury, UNIT);
    await asAdmin().withdrawReserve(treasury, UNIT + 1n);
    // Four units are spent, and a tenth of what is left is a little less than 10 ETH.
    expect(await clusterManager.reserveAllowance()).to.equal(9_999n * UNIT - 4n * UNIT);
  });

  it("allows no more within any seven days", async () => {
    const { clusterManager, treasury, start } = suite();
    const { time } = suite().chain.networkHelpers;
    await asAdmin().withdrawReserve(treasury, 9n * ETHER);
    expect(BigInt(await time.latest())).to.equal(start);
    for (const at of [start + 7n * DAY, start + 7n * PERIOD - 1n]) {
      await time.increaseTo(at);
      expect(await clusterManager.reserveAllowance(), at.toString()).to.equal(100n * UNIT);
    }
    await time.increaseTo(start + 7n * PERIOD);
    expect(await clusterManager.reserveAllowance()).to.equal(9_100n * UNIT);
  });

  it("allows 1 ETH of a small reserve, as far as it is there", async () => {
    const { clusterManager, treasury, chain } = suite();
    await chain.networkHelpers.setBalance(await clusterManager.getAddress(), ETHER / 2n);
    expect(await clusterManager.reserveAllowance()).to.equal(ETHER);
    await expect(asAdmin().withdrawReserve(treasury, ETHER / 2n + 1n))
      .to.be.revertedWithCustomError(clusterManager, "InsufficientReserve")
      .withArgs(ETHER / 2n, ETHER / 2n + 1n);
    await asAdmin().withdrawReserve(treasury, ETHER / 2n);
    expect(await clusterManager.reserve()).to.equal(0n);
  });

  it("reverts when the receiver refuses", async () => {
    const { clusterManager, poolManager } = suite();
    await expect(asAdmin().withdrawReserve(poolManager, 1n))
      .to.be.revertedWithCustomError(clusterManager, "ReserveTransferFailed")
      .withArgs(await poolManager.getAddress());
    expect(await clusterManager.reserveAllowance()).to.equal(10n * ETHER);
  });

  it("H66 counts what was taken before it pays", async () => {
    const { clusterManager, authority, admin, poolETH, chain } = suite();
    const account = await chain.ethers.deployContract("ReentrantAccount");
    await authority.connect(admin).grantRole(ROLES.ADMIN, account, 0);
    const take = clusterManager.interface.encodeFunctionData("withdrawReserve", [
      await account.getAddress(),
      6n * ETHER,
    ]);
    await account.arm(poolETH, clusterManager, 0n, take);
    await account.execute(clusterManager, 0n, take);
    expect([await account.called(), await account.succeeded()]).to.deep.equal([true, false]);
    expect(await etherOf(suite(), account)).to.equal(6n * ETHER);
  });

  it("reverts for everybody but the administrator", async () => {
    const { clusterManager, operator, guardian } = suite();
    const { selector } = clusterManager.interface.getFunction("withdrawReserve");
    for (const caller of [operator, guardian])
      await expect(clusterManager.connect(caller).withdrawReserve(caller, 1n))
        .to.be.revertedWithCustomError(clusterManager, "CallerNotAuthorized")
        .withArgs(caller.address, selector);
  });
});
