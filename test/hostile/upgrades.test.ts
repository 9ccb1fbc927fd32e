import { expect } from "chai";

import type { AnnouncedUpgrade } from "../../typechain-types/index.ts";
import { DAY, deployPool, takeSnapshot, wait, type HostilePool } from "../helpers/hostile.ts";
import { useSuite } from "../helpers/isolation.ts";

const NOTICE = 7n * DAY;
const IMPLEMENTATION_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";

describe("AnnouncedUpgrade", () => {
  let pool: HostilePool;
  let proxies: AnnouncedUpgrade[];
  let implementation: string;
  let other: string;
  useSuite(async () => {
    pool = await deployPool();
    proxies = [pool.poolManager, pool.accounting, pool.clusterManager].map((proxy) => proxy.connect(pool.admin));
    implementation = await (await pool.chain.ethers.deployContract("HostilePolicy")).getAddress();
    other = await (await pool.chain.ethers.deployContract("HostilePolicy")).getAddress();
    return pool;
  });

  it("I40 upgrades nothing that was not announced", async () => {
    for (const proxy of proxies) await expectRefused(proxy, 0n);
  });

  it("I40 upgrades seven days after the announcement, and not a second before", async () => {
    for (const proxy of proxies) {
      const at = await announce(proxy);
      await pool.chain.networkHelpers.time.setNextBlockTimestamp(at - 1n);
      await expectRefused(proxy, at);
      await pool.chain.networkHelpers.time.setNextBlockTimestamp(at);
      await proxy.upgradeToAndCall(implementation, "0x");

      const slot = await pool.chain.networkHelpers.getStorageAt(await proxy.getAddress(), IMPLEMENTATION_SLOT);
      expect(BigInt(slot)).to.equal(BigInt(implementation));
    }
  });

  it("I40 upgrades with the call that was announced, and no other", async () => {
    for (const proxy of proxies) {
      const at = await announce(proxy);
      await pool.chain.networkHelpers.time.increaseTo(at);
      await expectRefused(proxy, 0n, implementation, "0x00");
    }
  });

  it("I40 upgrades to the implementation that was announced, and no other", async () => {
    for (const proxy of proxies) {
      const at = await announce(proxy);
      await pool.chain.networkHelpers.time.increaseTo(at);
      await expectRefused(proxy, 0n, other);
    }
  });

  it("I40 upgrades to the code that was announced, and no other", async () => {
    const code = await pool.chain.ethers.provider.getCode(await pool.poolETH.getAddress());
    for (const proxy of proxies) {
      const at = await announce(proxy);
      await pool.chain.networkHelpers.time.increaseTo(at);
      const again = await takeSnapshot(pool);
      await pool.chain.networkHelpers.setCode(implementation, code);
      await expectRefused(proxy, 0n);
      await again();
    }
  });

  it("forgets what was cancelled", async () => {
    for (const proxy of proxies) {
      const at = await announce(proxy);
      await expect(proxy.cancelUpgrade()).to.emit(proxy, "UpgradeCancelled").withArgs();
      await pool.chain.networkHelpers.time.increaseTo(at);
      await expectRefused(proxy, 0n);
    }
  });

  it("forgets an announcement for a newer one, and counts its seven days from the newer one", async () => {
    for (const proxy of proxies) {
      await announce(proxy, other);
      await wait(pool, DAY);
      const at = await announce(proxy);
      await expectRefused(proxy, 0n, other);
      await pool.chain.networkHelpers.time.setNextBlockTimestamp(at - 1n);
      await expectRefused(proxy, at);
    }
  });

  it("upgrades once for one announcement", async () => {
    for (const proxy of proxies) {
      // Honest code, which goes on asking for announcements.
      const next = await implementationOf(proxy);
      const at = await announce(proxy, next);
      await pool.chain.networkHelpers.time.increaseTo(at);
      await proxy.upgradeToAndCall(next, "0x");
      await expectRefused(proxy, 0n, next);
    }
  });

  it("I40 upgrades nothing ever again once ossified, not even what was announced before", async () => {
    for (const proxy of proxies) {
      const at = await announce(proxy);
      await expect(proxy.ossify()).to.emit(proxy, "Ossified").withArgs();
      await pool.chain.networkHelpers.time.increaseTo(at);

      await expectRefused(proxy, 0n);
      await expect(proxy.announceUpgrade(implementation, "0x"))
        .to.be.revertedWithCustomError(proxy, "UpgradesEnded")
        .withArgs();
      expect((await proxy.announcedUpgrade()).isOssified).to.equal(true);
    }
  });

  it("announces no implementation without code", async () => {
    for (const proxy of proxies)
      await expect(proxy.announceUpgrade(pool.attacker.address, "0x"))
        .to.be.revertedWithCustomError(proxy, "ImplementationWithoutCode")
        .withArgs(pool.attacker.address);
  });

  it("obeys nobody but the administrator", async () => {
    for (const proxy of proxies) {
      const at = await announce(proxy);
      await pool.chain.networkHelpers.time.increaseTo(at);
      for (const caller of [pool.attacker, pool.operator, pool.guardian]) {
        const connected = proxy.connect(caller);
        for (const [name, ...args] of [
          ["announceUpgrade", implementation, "0x"],
          ["cancelUpgrade"],
          ["ossify"],
          ["upgradeToAndCall", implementation, "0x"],
        ] as const)
          await expect(connected.getFunction(name)(...args))
            .to.be.revertedWithCustomError(proxy, "CallerNotAuthorized")
            .withArgs(caller.address, proxy.interface.getFunction(name).selector);
      }
    }
  });

  it("H69 cannot be initialised twice, nor behind its back", async () => {
    const { accounting, poolManager, clusterManager, deployer } = pool;
    const [deployerAddress, limits] = [
      deployer.address,
      { feeBasisPoints: 0, costsBasisPoints: 0, maxGainBasisPoints: 0 },
    ];
    const policy = { ...limits, treasury: deployerAddress, operations: deployerAddress, maxLossBasisPoints: 0 };
    for (const address of [await accounting.getAddress(), await implementationOf(accounting)])
      await expect(accounting.attach(address).connect(deployer).getFunction("initialize")(policy))
        .to.be.revertedWithCustomError(accounting, "InvalidInitialization")
        .withArgs();
    for (const address of [await poolManager.getAddress(), await implementationOf(poolManager)])
      await expect(poolManager.attach(address).connect(deployer).getFunction("initialize")())
        .to.be.revertedWithCustomError(poolManager, "InvalidInitialization")
        .withArgs();
    for (const address of [await clusterManager.getAddress(), await implementationOf(clusterManager)])
      await expect(clusterManager.attach(address).connect(deployer).getFunction("initialize")(deployer, 2, 1))
        .to.be.revertedWithCustomError(clusterManager, "InvalidInitialization")
        .withArgs();
  });

  async function announce(proxy: AnnouncedUpgrade, to = implementation): Promise<bigint> {
    await proxy.announceUpgrade(to, "0x");
    const { upgradableAt } = await proxy.announcedUpgrade();
    expect(upgradableAt).to.equal(BigInt(await pool.chain.networkHelpers.time.latest()) + NOTICE);
    return upgradableAt;
  }

  async function expectRefused(proxy: AnnouncedUpgrade, upgradableAt: bigint, to = implementation, data = "0x") {
    await expect(proxy.upgradeToAndCall(to, data))
      .to.be.revertedWithCustomError(proxy, "UpgradeNotAnnounced")
      .withArgs(to, upgradableAt);
  }

  async function implementationOf(proxy: AnnouncedUpgrade): Promise<string> {
    const slot = await pool.chain.networkHelpers.getStorageAt(await proxy.getAddress(), IMPLEMENTATION_SLOT);
    return pool.chain.ethers.getAddress(`0x${slot.slice(-40)}`);
  }
});
