import { expect } from "chai";
import { toBeHex } from "ethers";

import { NEW_CLUSTER } from "../../src/ssv/cluster.ts";
import { ClusterManager__factory, ISSVNetwork__factory } from "../../typechain-types/index.ts";
import { useLocalTasks } from "../helpers/localTasks.ts";

const IDS = [1n, 2n, 3n, 4n];
/** Four operators and the network, for each validator. */
const BURN_RATE = 4n * 1_770_000_000n + 3_366_600_000n;
const [MILLI, DAY, THRESHOLD] = [10n ** 15n, 7_200n, 42_960n];
const RUNWAY = 90n * DAY;
const USED_UP = "liquidate and reactivate it: it is used up and owes fees";
const REFUSED =
  "operators are of a cluster that has used up its ether, so that what is paid in goes to fees that it owes (got 1,2,3,4): end it with `cluster liquidate`, which forgives them, and resume it with `cluster reactivate`";

describe("cluster liquidate", () => {
  const local = useLocalTasks();
  let service: string;

  before(async () => {
    service = (await local().chain.getSigner(8)).address;
    await local().stake(2);
    await (
      await (await network(8)).registerValidator(toBeHex(1, 48), IDS, "0x", NEW_CLUSTER, { value: 16n * MILLI })
    ).wait();
  });

  const address = (name: string): string => local().node.addresses[name] ?? "";
  const network = async (signer: number) =>
    ISSVNetwork__factory.connect(address("ssvNetwork"), await local().chain.getSigner(signer));
  const manager = () => ClusterManager__factory.connect(address("clusterManager"), local().chain);
  const own = (args: Record<string, unknown> = {}) => ({ account: "eoa", from: service, ...args });
  const mine = (blocks: bigint) => local().chain.send("hardhat_mine", [toBeHex(blocks)]);
  const status = (args: Record<string, unknown> = {}) => local().read<Record<string, string>>("cluster status", args);
  const report = (args: Record<string, unknown> = {}) =>
    local().read<{ totals: Record<string, string>; clusters: Record<string, unknown>[] }>("service report", args);

  it("is for clusters that anybody may liquidate, and no others", async () => {
    for (const args of [{}, own()])
      await local().refuses(
        "cluster liquidate",
        { ...args, yes: true },
        "operators are of a cluster that is active, not liquidatable (got 1,2,3,4): look at it with `cluster status`",
      );
  });

  it("pays what is left to the account that sends, of a cluster that could still be saved", async () => {
    await mine(BigInt((await status()).runwayBlocks ?? 0) + 1n);
    const { balanceWei = "", nextAction } = await status();
    expect(nextAction).to.equal("pay in at once: anybody may liquidate it");
    const dry = await local().run("cluster liquidate", { from: service, dryRun: true, json: true });
    const left = `0.${balanceWei.padStart(18, "0").replace(/0+$/, "")} ETH`;
    expect(JSON.parse(dry.stdout)).to.deep.include({
      action: `liquidate the cluster of operators 1, 2, 3, 4, which pays the ${left} left to ${service}`,
      ...{ account: address("clusterManager"), condition: "liquidatable", validators: 2, balanceWei, paidTo: service },
    });
    expect(dry.stderr)
      .to.contain("warning: its validators do nothing until it is reactivated\n")
      .and.to.contain("warning: it could be saved instead: pay in with `cluster fund`\n");

    const held = await local().chain.getBalance(service);
    const sent = await local().read("cluster liquidate", { from: service, yes: true });
    expect(sent).to.deep.include({
      ...{ account: address("clusterManager"), operators: IDS.map(String), condition: "liquidated" },
      nextAction: "run `cluster reactivate`: its validators do nothing",
    });
    // One more block was charged.
    expect(await local().chain.getBalance(service)).to.equal(
      held + BigInt(balanceWei) - 2n * BURN_RATE - BigInt(String(sent.feeWei)),
    );
    await local().refuses(
      "cluster liquidate",
      { yes: true },
      "operators are of a cluster that is liquidated, not liquidatable (got 1,2,3,4): look at it with `cluster status`",
    );
    await local().read("cluster reactivate", { yes: true });
    expect(await status()).to.include({ condition: "active", runwayBlocks: `${RUNWAY}` });
  });

  it("H17 ends a pool's cluster that is used up, into which nothing can be paid before", async () => {
    await mine(1_500_000n);
    expect(await status()).to.include({ condition: "liquidatable", balanceWei: "0", nextAction: USED_UP });
    const reserve = await manager().reserve();
    for (const args of [{ amount: "0.01" }, { days: "30" }])
      await local().refuses("cluster fund", { ...args, yes: true }, REFUSED);
    await local().refuses("cluster top-up", { yes: true }, REFUSED);
    const check = await local().run("cluster liquidation-check", {});
    expect(check.stderr).to.equal(
      `error: cluster is liquidatable, and 1 of 1 clusters need something (got 1,2,3,4): ${USED_UP}\n`,
    );
    expect(await manager().reserve()).to.equal(reserve);

    const { stderr, success } = await local().run("cluster liquidate", { from: service, yes: true });
    expect(success).to.equal(true);
    expect(stderr).to.match(/^action +liquidate the cluster of operators 1, 2, 3, 4$/m);
    expect(stderr).not.to.contain("saved");
    const { paidWei } = await local().read("cluster reactivate", { yes: true });
    expect(paidWei).to.equal(`${2n * BURN_RATE * (RUNWAY + THRESHOLD)}`);
    expect(await status()).to.include({ condition: "active", runwayBlocks: `${RUNWAY}`, nextAction: "none" });
  });

  it("H17 ends an account's own cluster that is used up, whose report says how it resumes", async () => {
    expect(await status({ account: service })).to.include({ balanceWei: "0", nextAction: USED_UP });
    const needed = `${BURN_RATE * (RUNWAY + THRESHOLD)}`;
    const { totals, clusters } = await report({ account: service });
    expect(totals).to.include({ missingWei: needed, missingToReactivateWei: needed });
    expect(clusters[0]).to.include({ missingWei: needed, nextAction: USED_UP });
    for (const args of [{ amount: "0.01" }, { days: "30" }])
      await local().refuses("cluster fund", own({ ...args, yes: true }), REFUSED);

    const sent = await local().read("cluster liquidate", own({ yes: true }));
    expect(sent.nextAction).to.equal("run `cluster reactivate --account eoa`: its validators do nothing");
    const { paidWei } = await local().read("cluster reactivate", own({ yes: true }));
    expect(paidWei).to.equal(needed);
    const resumed = await report({ account: service });
    expect(resumed.totals).to.include({ missingWei: "0", missingToReactivateWei: "0" });
  });

  it("counts what a cluster that is merely short lacks as nothing to reactivate", async () => {
    await mine(10n);
    const { totals } = await report({ account: service });
    expect(totals).to.include({ missingWei: `${10n * BURN_RATE}`, missingToReactivateWei: "0" });
  });
});
