import { expect } from "chai";

import { LOCAL_ACCOUNTS } from "../../deploy/local.ts";
import { deployRunning, MIN_RUNWAY, poolCluster } from "../helpers/clusters.ts";
import { useSuite } from "../helpers/isolation.ts";

const FOREVER = 2n ** 256n - 1n;

describe("ClusterManager.topUp where nothing burns", () => {
  const suite = useSuite(async () => {
    const running = await deployRunning(2);
    const { ssvNetwork, chain, operators } = running;
    const owner = (await chain.ethers.getSigners())[LOCAL_ACCOUNTS.ssvOperators];
    await ssvNetwork.updateNetworkFee(0n);
    for (const { id } of operators) await ssvNetwork.connect(owner).reduceOperatorFee(id, 0n);
    return running;
  });

  it("H17 fills a cluster that has less than the collateral, and is endless before and after", async () => {
    const { clusterManager, ssvNetwork, ssvViews } = suite();
    const { owner, operatorIds, cluster, balance } = await poolCluster(suite());
    expect(await clusterManager.runwayOf(operatorIds, cluster)).to.equal(FOREVER);
    await expect(clusterManager.topUp(operatorIds, cluster))
      .to.be.revertedWithCustomError(clusterManager, "RunwaySufficient")
      .withArgs(FOREVER, MIN_RUNWAY);

    const lacking = 100_000n - (balance % 100_000n);
    await ssvNetwork.updateMinimumLiquidationCollateral(balance + lacking);
    expect(await ssvViews.isLiquidatable(owner, operatorIds, cluster)).to.equal(true);
    expect(await clusterManager.runwayOf(operatorIds, cluster)).to.equal(0n);
    expect((await clusterManager.clusterStatus(operatorIds, cluster)).isShort).to.equal(true);
    await clusterManager.topUp(operatorIds, cluster);
    const after = await poolCluster(suite());
    expect([after.balance, await ssvViews.isLiquidatable(owner, operatorIds, after.cluster)]).to.deep.equal([
      balance + lacking,
      false,
    ]);
    expect(await clusterManager.runwayOf(operatorIds, after.cluster)).to.equal(FOREVER);
  });
});
