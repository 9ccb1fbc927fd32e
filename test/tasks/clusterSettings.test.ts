import { expect } from "chai";

import { ClusterManager__factory } from "../../typechain-types/index.ts";
import { useLocalTasks } from "../helpers/localTasks.ts";

const [ETHER, DAY] = [10n ** 18n, 7_200n];

describe("cluster tasks that change settings", () => {
  const local = useLocalTasks();
  const address = (name: string): string => local().node.addresses[name] ?? "";
  const manager = () => ClusterManager__factory.connect(address("clusterManager"), local().chain);
  const runway = async () => {
    const { runwayBlocks, minRunwayBlocks } = await manager().runway();
    return { runwayBlocks, minRunwayBlocks };
  };
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
