import { expect } from "chai";
import { toBeHex } from "ethers";

import { DAY, passTime, strangers } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";

const NOTICE = 7n * DAY;
/** Answers every call with the number one: PUSH1 1, PUSH1 0, MSTORE, PUSH1 32, PUSH1 0, RETURN. */
const ANSWERS_ONE = "0x600160005260206000f3";

async function newImplementation(suite: TestSuite): Promise<string> {
  const { authority, accounting, clusterManager, poolETH } = suite;
  const contract = await suite.chain.ethers.deployContract("PoolManager", [
    await authority.getAddress(),
    await poolETH.getAddress(),
    await accounting.getAddress(),
    await clusterManager.getAddress(),
  ]);
  return contract.getAddress();
}

/** Announces an upgrade of the pool manager, waits, and tries it. */
async function upgrade(suite: TestSuite, implementation: string, data = "0x", value = 0n) {
  const proxy = suite.poolManager.connect(suite.admin);
  await proxy.announceUpgrade(implementation, data);
  await passTime(suite, NOTICE);
  return proxy.upgradeToAndCall(implementation, data, { value });
}

describe("An upgrade as announced", () => {
  const suite = useSuite(deploySuite);

  it("reverts when the new code is no implementation, or one of another kind of proxy", async () => {
    const { poolManager, rewardsVault, chain } = suite();
    const vault = await rewardsVault.getAddress();
    await expect(upgrade(suite(), vault))
      .to.be.revertedWithCustomError(poolManager, "ERC1967InvalidImplementation")
      .withArgs(vault);

    const [stranger] = await strangers(suite());
    await chain.networkHelpers.setCode(stranger.address, ANSWERS_ONE);
    await expect(upgrade(suite(), stranger.address))
      .to.be.revertedWithCustomError(poolManager, "UUPSUnsupportedProxiableUUID")
      .withArgs(toBeHex(1n, 32));
  });

  it("reverts when its call fails, or ether comes without a call", async () => {
    const { poolManager } = suite();
    const implementation = await newImplementation(suite());
    await expect(upgrade(suite(), implementation, "0x12345678"))
      .to.be.revertedWithCustomError(poolManager, "FailedCall")
      .withArgs();
    await expect(upgrade(suite(), implementation, "0x", 1n))
      .to.be.revertedWithCustomError(poolManager, "ERC1967NonPayable")
      .withArgs();
    await expect(upgrade(suite(), implementation)).to.emit(poolManager, "Upgraded").withArgs(implementation);
  });

  it("works through the proxy only", async () => {
    const { poolManager } = suite();
    const implementation = await newImplementation(suite());
    const direct = poolManager.attach(implementation) as typeof poolManager;
    await expect(poolManager.proxiableUUID()).to.be.revertedWithCustomError(poolManager, "UUPSUnauthorizedCallContext");
    expect(await direct.proxiableUUID()).to.equal("0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc");
  });
});
