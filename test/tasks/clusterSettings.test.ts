import { expect } from "chai";

import { fetchClusterSnapshot } from "../../clients/ownerEvents.ts";
import {
  ClusterManager__factory,
  ISSVNetwork__factory,
  ISSVNetworkViews__factory,
} from "../../typechain-types/index.ts";
import { useLocalTasks } from "../helpers/localTasks.ts";

const [ETHER, DAY] = [10n ** 18n, 7_200n];
const IDS = [1n, 2n, 3n, 4n];
/** Four operators and the network, for 32 ETH. */
const BURN_RATE = 4n * 1_770_000_000n + 3_366_600_000n;

describe("cluster tasks that change settings", () => {
  const local = useLocalTasks();
  const address = (name: string): string => local().node.addresses[name] ?? "";
  const manager = () => ClusterManager__factory.connect(address("clusterManager"), local().chain);
  const runway = async () => {
    const { runwayBlocks, minRunwayBlocks } = await manager().runway();
    return { runwayBlocks, minRunwayBlocks };
  };
  const clustersOf = async (id: string) => (await local().read<{ clusters: Record<string, unknown>[] }>(id)).clusters;
  const send = (id: string, args: Record<string, unknown>) => local().read(id, { ...args, yes: true });

  it("set-runway sets both lengths, after it has shown what that changes", async () => {
    const before = await runway();
    const dry = await local().read("cluster set-runway", { days: "120", minDays: "45", dryRun: true });
    expect(dry).to.deep.include({
      dryRun: true,
      action: "fund the pool's clusters for 120 days, and count them as short below 45 days",
      from: local().node.accounts["admin"],
      clusterManager: address("clusterManager"),
      ...{ runwayDays: 90, runwayDaysAfter: 120, minRunwayDays: 30, minRunwayDaysAfter: 45 },
    });
    expect(await runway()).to.deep.equal(before);

    const sent = await send("cluster set-runway", { days: "120", minDays: "45" });
    expect(sent).to.deep.include({
      ...{ runwayBlocks: `${120n * DAY}`, minRunwayBlocks: `${45n * DAY}` },
      ...{ runwayDays: 120, minRunwayDays: 45 },
    });
    expect(await runway()).to.deep.equal({ runwayBlocks: 120n * DAY, minRunwayBlocks: 45n * DAY });
  });

  it("set-runway leaves what is not named, and warns where clusters may be short at once", async () => {
    await send("cluster set-runway", { days: "100", minDays: "30" });
    expect((await local().run("cluster set-runway", { days: "60", yes: true })).stderr).not.to.contain("warning:");
    expect(await runway()).to.deep.equal({ runwayBlocks: 60n * DAY, minRunwayBlocks: 30n * DAY });
    expect((await local().run("cluster set-runway", { minDays: "31", yes: true })).stderr).to.contain(
      "warning: anybody may have clusters topped up that are short now, and is paid for the gas from the operating reserve\n",
    );
    expect(await runway()).to.deep.equal({ runwayBlocks: 60n * DAY, minRunwayBlocks: 31n * DAY });
  });

  it("set-max-effective-balance says for how large validators clusters are funded", async () => {
    const up = await local().run("cluster set-max-effective-balance", { eth: "2048", yes: true });
    expect(up.stderr).to.contain("warning: runways count as shorter at once, so that clusters may be short\n");
    expect(await manager().maxEffectiveBalance()).to.equal(2_048n);
    const dry = await local().read("cluster set-max-effective-balance", { eth: "33", dryRun: true });
    expect(dry).to.deep.include({
      action: "fund the pool's clusters for validators of up to 33 ETH",
      ...{ maxEffectiveBalanceWei: `${2_048n * ETHER}`, maxEffectiveBalanceAfterWei: `${33n * ETHER}` },
    });
    const down = await send("cluster set-max-effective-balance", { eth: "32" });
    expect(down).to.deep.include({ maxEffectiveBalanceWei: `${32n * ETHER}` });
    expect(await manager().maxEffectiveBalance()).to.equal(32n);
  });

  it("go by the largest validators wherever they show runways", async () => {
    await send("cluster set-runway", { days: "90", minDays: "30" });
    await local().stake(1);
    await send("cluster set-max-effective-balance", { eth: "2048" });
    const owner = address("clusterManager");
    const ssvNetwork = ISSVNetwork__factory.connect(address("ssvNetwork"), local().chain);
    const snapshot = await fetchClusterSnapshot(ssvNetwork, owner, IDS);
    const { isShort, maximum, reported } = await manager().clusterStatus(IDS, snapshot);
    expect([isShort, reported.runwayDays]).to.deep.equal([true, 89n]);

    const shown = {
      ...{ condition: "active", runwayDays: 89, nextAction: "pay in: the runway is short" },
      ...{ isShort: true, runwayBlocksAtMaximum: `${maximum.runwayBlocks}`, runwayDaysAtMaximum: 0 },
    };
    expect((await clustersOf("cluster list"))[0]).to.include(shown);
    expect(await local().read("cluster status")).to.include(shown);
    const [row] = await clustersOf("service report");
    const views = ISSVNetworkViews__factory.connect(address("ssvNetwork"), local().chain);
    const needed = 64n * BURN_RATE * (42_960n + 90n * DAY);
    const missingWei = `${needed - (await views.getBalance(owner, IDS, snapshot))}`;
    expect(row).to.include({ ...shown, runwayDaysIfRaised: 0, missingWei });
    expect((await local().run("cluster list")).stderr).to.match(/^1,2,3,4 ▕ +┊ +▏ 0 days\n/);
    expect((await local().run("cluster liquidation-check")).stderr).to.equal(
      "error: cluster runs for 0 days, and 1 of 1 clusters need something (got 1,2,3,4): pay in: the runway is short\n",
    );
    await send("cluster set-max-effective-balance", { eth: "32" });
    expect((await clustersOf("cluster list"))[0]).to.include({ isShort: false, nextAction: "none" });
    expect((await local().run("cluster liquidation-check")).success).to.equal(true);
    await send("cluster set-runway", { days: "60", minDays: "31" });
  });

  it("refuse what nobody can do, and change nothing", async () => {
    const { refuses } = local();
    await send("cluster set-runway", { days: "90", minDays: "30" });
    const block = await local().chain.getBlockNumber();
    const longer = (days: number, least: number) =>
      `does not leave the runway, ${days} days, longer than the least one, ${least} days`;
    await refuses(
      "cluster set-runway",
      {},
      "days and min-days are missing (got nothing): say for how long clusters are to be funded, or below what they are short",
    );
    await refuses(
      "cluster set-runway",
      { days: "30" },
      `days ${longer(30, 30)} (got 30): give more --days or fewer --min-days`,
    );
    await refuses(
      "cluster set-runway",
      { minDays: "91" },
      `min-days ${longer(90, 91)} (got 91): give more --days or fewer --min-days`,
    );
    await refuses(
      "cluster set-runway",
      { days: "731" },
      "days is not a whole number within its bounds (got 731): give 1 to 730",
    );
    await refuses(
      "cluster set-runway",
      { minDays: "0" },
      "min-days is not a whole number within its bounds (got 0): give 1 to 730",
    );
    await refuses(
      "cluster set-runway",
      { days: "90", minDays: "30" },
      "days changes nothing (got 90): look at the settings with `reserve show`",
    );
    const operator = local().node.accounts["operator"] ?? "";
    await refuses(
      "cluster set-runway",
      { days: "80", from: operator },
      `from has no role that allows setRunway (got ${operator}): send from an account with the role, which the pool's admin can grant`,
    );
    const SIZE = "give the largest effective balance that a validator of the pool can come to have, in whole ETH";
    await refuses("cluster set-max-effective-balance", {}, `eth is missing (got nothing): ${SIZE}`);
    for (const eth of ["31", "2049", "32.5"])
      await refuses(
        "cluster set-max-effective-balance",
        { eth },
        `eth is not a whole number within its bounds (got ${eth}): give 32 to 2048`,
      );
    await refuses(
      "cluster set-max-effective-balance",
      { eth: "32" },
      "eth changes nothing (got 32): look at the settings with `reserve show`",
    );
    expect(await local().chain.getBlockNumber()).to.equal(block);
  });
});
