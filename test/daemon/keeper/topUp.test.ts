import { expect } from "chai";

import { deployRunning, liquidate, MIN_RUNWAY, poolCluster, RUNWAY } from "../../helpers/clusters.ts";
import { etherOf, mined } from "../../helpers/accounts.ts";
import { useSuite } from "../../helpers/isolation.ts";
import { openTestKeeper, useKeepers } from "./support/testKeeper.ts";

/** A cluster that runs for the minimum, so that in the next block it is short. */
async function deployAlmostShort() {
  const suite = await deployRunning(2);
  await suite.chain.networkHelpers.mine(RUNWAY - MIN_RUNWAY);
  return suite;
}

describe("keeper, action topUp", () => {
  useKeepers();
  const suite = useSuite(deployAlmostShort);
  const makeShort = () => suite().chain.networkHelpers.mine(10);
  const runway = async () => {
    const { operatorIds, cluster } = await poolCluster(suite());
    return suite().clusterManager.runwayOf(operatorIds, cluster);
  };

  it("leaves a cluster alone that runs for long enough, and says why once", async () => {
    await suite()
      .clusterManager.setRunway(RUNWAY, 100_000n)
      .catch(() => undefined);
    const keeper = await openTestKeeper(suite(), { actions: { topUp: {} }, warnings: { runwayDays: 0, keys: 0 } });
    await suite()
      .clusterManager.connect(suite().admin)
      .setRunway(RUNWAY, MIN_RUNWAY / 2n);
    await keeper.round();
    await keeper.round();
    expect(keeper.sent).to.deep.equal([]);
    const said = keeper.logged("debug").filter(({ msg }) => msg === "no cluster is short");
    expect(said).to.have.length(1);
  });

  it("fills a cluster up that is short, once", async () => {
    await makeShort();
    const keeper = await openTestKeeper(suite(), { actions: { topUp: {} } });
    await keeper.round();
    expect(await runway()).to.equal(RUNWAY);
    await keeper.round();
    expect(keeper.sent).to.deep.equal(["topUp"]);
    expect(await keeper.metric("actions_total", { action: "topUp", result: "mined" })).to.equal(1);
  });

  it("sends nothing while it is switched off, in a dry run, or refused by a limit", async () => {
    await makeShort();
    const off = await openTestKeeper(suite());
    const dry = await openTestKeeper(suite(), { actions: { topUp: {} }, isDryRun: true });
    const limited = await openTestKeeper(suite(), { actions: { topUp: {} }, refusal: "the gas price is 7 Gwei" });
    for (const keeper of [off, dry, limited]) {
      await keeper.round();
      await keeper.round();
      expect(keeper.sent).to.deep.equal([]);
    }
    expect(await runway()).to.be.lessThan(MIN_RUNWAY);
    const announced = dry.logged("info").filter(({ msg }) => msg.startsWith("would send topUp:1-2-3-4:"));
    expect(announced).to.have.length(1);
    const refused = limited.logged("warn").filter(({ msg }) => msg === "not sent: the gas price is 7 Gwei");
    expect(refused).to.have.length(1);
    expect(await limited.metric("actions_total", { action: "topUp", result: "skipped" })).to.equal(2);
  });

  it("does not mind when somebody else is faster", async () => {
    await makeShort();
    const rival = await openTestKeeper(suite(), { actions: { topUp: {} } });
    const keeper = await openTestKeeper(suite(), { actions: { topUp: {} }, beforeSending: () => rival.round() });
    await keeper.round();
    await keeper.round();
    await rival.round();
    expect([rival.sent, keeper.sent]).to.deep.equal([["topUp"], []]);
    expect(keeper.logged("info").map(({ msg }) => msg)).to.include("overtaken by others");
    expect(keeper.logged("warn").filter(({ action }) => action === "topUp")).to.deep.equal([]);
    expect(await runway()).to.be.greaterThan(RUNWAY - 10n);
  });

  it("goes on with the newest snapshot when somebody pays into the cluster", async () => {
    await makeShort();
    let paid = false;
    const payIn = async () => {
      if (paid) return;
      paid = true;
      const { owner, operatorIds, cluster } = await poolCluster(suite());
      await mined(suite().ssvNetwork.deposit(owner, operatorIds, cluster, { value: 1_000_000_000n }));
    };
    const keeper = await openTestKeeper(suite(), { actions: { topUp: {} }, beforeSending: payIn });
    await keeper.round();
    expect(keeper.sent).to.deep.equal([]);
    await keeper.round();
    expect(keeper.sent).to.deep.equal(["topUp"]);
    expect(await runway()).to.equal(RUNWAY);
  });

  it("shows how the pool stands, and warns once of what runs low", async () => {
    await makeShort();
    const { clusterManager, poolManager } = suite();
    const warnings = { reserveEth: 5, runwayDays: 60, keys: 3, walletEth: 20 };
    const keeper = await openTestKeeper(suite(), { actions: { topUp: {} }, warnings });
    await keeper.round();
    await keeper.round();
    const warned = keeper.logged("warn").map(({ msg }) => msg);
    expect(warned).to.deep.equal([
      "few keys are left: register more",
      "the operating reserve runs low: pay into it",
      "the keeper's account runs low: send ether to it",
    ]);
    expect(await keeper.metric("reserve_wei")).to.equal(Number(await clusterManager.reserve()));
    expect(await keeper.metric("keys_available_count")).to.equal(0);
    expect(await keeper.metric("clusters_liquidated_count")).to.equal(0);
    expect(await keeper.metric("cluster_effective_balance_gwei", { cluster: "1-2-3-4" })).to.equal(64e9);
    expect(await keeper.metric("cluster_runway_seconds", { cluster: "1-2-3-4" })).to.equal(Number(RUNWAY) * 12);
    expect(await keeper.metric("wallet_balance_wei")).to.equal(Number(await etherOf(suite(), keeper.wallet)));
    expect(await keeper.metric("spent_wei")).to.be.above(0);
    expect(await keeper.metric("free_ether_wei")).to.equal(Number(await poolManager.freeEther()));
  });

  it("warns when the reserve is less than what clusters lack, and fills them as far as it goes", async () => {
    await makeShort();
    await suite().chain.networkHelpers.setBalance(await suite().clusterManager.getAddress(), 1_000_000_000n);
    const keeper = await openTestKeeper(suite(), { actions: { topUp: {} } });
    await keeper.round();
    const warned = keeper.logged("warn").map(({ msg }) => msg);
    expect(warned).to.include("the reserve is less than short clusters lack");
    expect(await suite().clusterManager.reserve()).to.equal(0n);
    await keeper.round();
    expect(keeper.sent).to.deep.equal(["topUp"]);
    expect(keeper.logged("warn").map(({ msg }) => msg)).to.include("the reserve is empty");
  });

  it("leaves a cluster alone that is liquidated, and warns of it", async () => {
    await liquidate(suite());
    const keeper = await openTestKeeper(suite(), { actions: { topUp: {} } });
    await keeper.round();
    expect(keeper.sent).to.deep.equal([]);
    expect(await keeper.metric("clusters_liquidated_count")).to.equal(1);
    expect(await keeper.metric("cluster_runway_seconds", { cluster: "1-2-3-4" })).to.equal(0);
    expect(keeper.logged("warn").map(({ msg }) => msg)).to.include("a cluster is, or may be, liquidated");
  });

  it("pays nothing into a cluster that is used up, and says what people have to do", async () => {
    await suite().chain.networkHelpers.mine(2n * RUNWAY);
    const keeper = await openTestKeeper(suite(), { actions: { topUp: {} } });
    await keeper.round();
    expect(keeper.sent).to.deep.equal([]);
    expect(keeper.logged("warn").map(({ msg }) => msg)).to.include(
      "the cluster of operators 1, 2, 3, 4 is used up: liquidate and reactivate it",
    );
  });
});
