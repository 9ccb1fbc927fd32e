import { expect } from "chai";
import { toBeHex } from "ethers";

import { clusterId, NEW_CLUSTER } from "../../src/ssv/cluster.ts";
import {
  ClusterManager__factory,
  ISSVNetwork__factory,
  ISSVNetworkViews__factory,
} from "../../typechain-types/index.ts";
import { fetchClusterSnapshot } from "../../clients/ownerEvents.ts";
import { useLocalTasks } from "../helpers/localTasks.ts";

const IDS = [1n, 2n, 3n, 4n];
/** Four operators and the network, for each validator. */
const BURN_RATE = 4n * 1_770_000_000n + 3_366_600_000n;
const [ETHER, DAY] = [10n ** 18n, 7_200n];

describe("cluster tasks", () => {
  const local = useLocalTasks();
  let service: string;

  before(async () => {
    service = (await local().chain.getSigner(8)).address;
  });

  const address = (name: string): string => local().node.addresses[name] ?? "";
  const read = (id: string, args: Record<string, unknown> = {}) =>
    local().read<{ minRunwayBlocks: string; clusters: Record<string, unknown>[] }>(id, args);
  const network = async (signer = 8) =>
    ISSVNetwork__factory.connect(address("ssvNetwork"), await local().chain.getSigner(signer));
  const serviceCluster = async () => fetchClusterSnapshot(await network(), service, IDS);

  it("list none for a pool that has activated nothing", async () => {
    expect((await read("cluster list")).clusters).to.deep.equal([]);
    expect((await read("cluster list", { account: "eoa", from: service })).clusters).to.deep.equal([]);
    await local().refuses(
      "cluster status",
      { account: "eoa", from: service },
      `account has no cluster (got ${service}): name another one with --account, or register validators`,
    );
    const { stdout, stderr } = await local().run("cluster list", {});
    expect(stdout).to.match(/^clusters +none$/m);
    expect(stderr).to.equal("");
  });

  it("liquidation-check fails where there is nothing to watch", async () => {
    const problem = "account has no cluster at ssv.network, so that there is nothing to watch";
    await local().refuses(
      "cluster liquidation-check",
      { account: service },
      `${problem} (got ${service}): check address, pool and network`,
    );
  });

  it("list a pool's cluster with the runway that its manager has paid for", async () => {
    await local().stake(2);
    const { clusters, minRunwayBlocks } = await read("cluster list");
    const manager = ClusterManager__factory.connect(address("clusterManager"), local().chain);
    const snapshot = await fetchClusterSnapshot(await network(), address("clusterManager"), IDS);
    const left = await manager.runwayOf(IDS, snapshot);
    const { balanceWei, ...rest } = clusters[0] ?? {};
    expect(clusters).to.have.lengthOf(1);
    expect(rest).to.deep.equal({
      operators: ["1", "2", "3", "4"],
      condition: "active",
      validators: 2,
      burnRateWeiPerBlock: `${2n * BURN_RATE}`,
      runwayBlocks: `${left}`,
      runwayDays: Number(left / DAY),
      ...{ isShort: false, runwayBlocksAtMaximum: `${left}`, runwayDaysAtMaximum: Number(left / DAY) },
      nextAction: "none",
    });
    expect(minRunwayBlocks).to.equal(`${(await manager.runway()).minRunwayBlocks}`);
    const views = ISSVNetworkViews__factory.connect(address("ssvNetwork"), local().chain);
    const balance = await views.getBalance(await manager.getAddress(), IDS, snapshot);
    expect(balanceWei).to.equal(`${balance}`);
  });

  it("draw runways against the minimum, beside the result", async () => {
    const { stdout, stderr } = await local().run("cluster list", {});
    expect(stdout).to.match(/│ 1, 2, 3, 4 │ active +│ 2 +│/);
    expect(stderr).to.match(/^1,2,3,4 ▕█+[ ▏▎▍▌▋▊▉]? *▏ \d+ days\n +┊ short below \d+ days\n$/);
  });

  it("status shows all that makes up a runway", async () => {
    const cluster = await local().read("cluster status", { operators: "4,3,2,1" });
    const { blockNumber, runwayBlocks } = cluster;
    expect(cluster).to.deep.include({
      clusterId: clusterId(address("clusterManager"), IDS),
      effectiveBalanceWei: `${64n * ETHER}`,
      collateralWei: `${2n * BURN_RATE * 42_960n}`,
      networkFeeWeiPerBlock: "3366600000",
      liquidatableFromBlock: Number(blockNumber) + Number(runwayBlocks) + 1,
    });
    expect((cluster.fees as unknown[])[1]).to.deep.equal({
      ...{ operator: "2", feeWeiPerBlock: "1770000000", isRemoved: false },
      ...{ declaredWeiPerBlock: null, executableAt: null },
    });
    expect(await local().read("cluster status")).to.deep.equal(cluster);
    const { stdout, stderr } = await local().run("cluster status");
    expect(stdout)
      .to.match(/^effective balance +64 ETH$/m)
      .and.to.match(/^ {2}validator count +2$/m);
    expect(stderr).to.match(/▏ \d+ days\n/);
  });

  it("follow a service's cluster from short to liquidatable, liquidated and empty", async () => {
    const key = toBeHex(1, 48);
    const collateral = 324_862_599_900_000n;
    const terms = { value: collateral + BURN_RATE * 100_000n };
    await (await (await network()).registerValidator(key, IDS, "0x", NEW_CLUSTER, terms)).wait();
    const clusterNow = async () => {
      const { clusters } = await read("cluster list", { account: service });
      return clusters[0];
    };
    const views = ISSVNetworkViews__factory.connect(address("ssvNetwork"), local().chain);
    const threshold = BURN_RATE * 42_960n;
    const runwayBlocks = (terms.value - threshold) / BURN_RATE;
    expect(await clusterNow()).to.include({
      condition: "active",
      runwayBlocks: `${runwayBlocks}`,
      nextAction: "pay in: the runway is short",
    });

    await local().chain.send("hardhat_mine", [toBeHex(runwayBlocks)]);
    expect(await clusterNow()).to.include({ condition: "active", runwayBlocks: "0", runwayDays: 0 });
    expect(await views.isLiquidatable(service, IDS, await serviceCluster())).to.equal(false);
    await local().chain.send("hardhat_mine", ["0x1"]);
    expect(await clusterNow()).to.include({
      ...{ condition: "liquidatable", nextAction: "pay in at once: anybody may liquidate it" },
    });
    const status = () => local().read("cluster status", { account: service });
    const { liquidatableFromBlock } = await status();
    expect(liquidatableFromBlock).to.equal(await local().chain.getBlockNumber());

    await (await (await network(7)).liquidate(service, IDS, await serviceCluster())).wait();
    expect(await clusterNow()).to.include({
      ...{ condition: "liquidated", balanceWei: "0", runwayBlocks: "0", validators: 1 },
      nextAction: "reactivate it: its validators do nothing",
    });
    expect(await status()).to.include({ liquidatableFromBlock: null, runwayDays: 0 });
    expect((await local().run("cluster list", { account: service })).stderr).to.match(/▏ liquidated$/m);

    await (await (await network(7)).deposit(service, IDS, await serviceCluster(), { value: 5n })).wait();
    await (await (await network()).removeValidator(key, IDS, await serviceCluster())).wait();
    expect(await clusterNow()).to.include({
      ...{ condition: "liquidated", balanceWei: "5", runwayBlocks: null, nextAction: "withdraw what is left" },
    });
  });

  it("service funding shows what validators cost, with and without what own operators earn", async () => {
    const funding = await local().read("service funding", {
      operators: "4,2,3,1",
      validators: "10",
      days: "30",
      own: "2",
    });
    const [collateral, running] = [10n * BURN_RATE * 42_960n, 10n * BURN_RATE * 30n * DAY];
    const earned = 10n * 1_770_000_000n * 30n * DAY;
    expect(funding).to.deep.include({
      operators: ["1", "2", "3", "4"],
      ...{ validators: 10, periodDays: 30, periodBlocks: `${30n * DAY}` },
      ...{ networkFeeWeiPerBlock: "3366600000", operatorFeesWeiPerBlock: `${4n * 1_770_000_000n}` },
      ...{ collateralWei: `${collateral}`, runningWei: `${running}`, toOwnOperatorsWei: `${earned}` },
      ...{ requiredWei: `${collateral + running}`, netOfOwnFeesWei: `${collateral + running - earned}` },
      byGuideWei: `${collateral + 10n * 3_366_600_000n * 30n * DAY}`,
    });
    await local().refuses(
      "service funding",
      { operators: "1,2,3,4", own: "5" },
      "own is none of the operators (got 5): name some of those of --operators",
    );
    await local().refuses(
      "service funding",
      {},
      "operators is missing (got nothing): name the operators of the cluster, as 1,2,3,4",
    );
    await local().refuses(
      "service funding",
      { operators: "1,2,3,99" },
      "operator does not exist at ssv.network (got 99): look up the operators with `operators list`",
    );
    expect((await local().run("service funding", { operators: "1,2,3" })).stderr).to.match(/^error: .*4, 7, 10 or 13/);
  });

  it("refuse accounts and operators that are none, and clusters that are not there", async () => {
    await local().refuses(
      "cluster list",
      { account: "0x12" },
      "account is not an address (got 0x12): give 0x and 40 hexadecimal digits, with the right checksum",
    );
    await local().refuses(
      "cluster status",
      { operators: "1,2,3,x" },
      "operators is not an operator's id (got x): give the number that ssv.network gave the operator",
    );
    await local().refuses(
      "cluster status",
      { account: service, operators: "1,2,3,5" },
      `operators are of no cluster of ${service} (got 1,2,3,5): look the clusters up with \`cluster list\`, and name the operators of one`,
    );
  });
});
