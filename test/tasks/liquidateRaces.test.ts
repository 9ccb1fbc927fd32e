import { expect } from "chai";
import { toBeHex } from "ethers";

import { fetchClusterStatuses } from "../../clients/clusterStatus.ts";
import { fetchClusterSnapshot } from "../../clients/ownerEvents.ts";
import { NEW_CLUSTER } from "../../src/ssv/cluster.ts";
import { planLiquidation } from "../../tasks/commands/liquidateCluster.ts";
import { carryOut } from "../../tasks/transaction.ts";
import { BURN_RATE, THRESHOLD_BLOCKS } from "../helpers/clusters.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deployFunded } from "../helpers/registry.ts";
import { fakeTerminal } from "../helpers/terminal.ts";

const IDS = [1n, 2n, 3n, 4n];

/** SSV lets an owner liquidate any cluster of his own, so the task has to tell whether it is one to liquidate. */
describe("cluster liquidate, while others pay in", () => {
  const suite = useSuite(async () => {
    const deployed = await deployFunded(32n);
    const { ssvNetwork, treasury, chain } = deployed;
    const value = BURN_RATE * (THRESHOLD_BLOCKS + 10n);
    await ssvNetwork.connect(treasury).registerValidator(toBeHex(1, 48), IDS, "0x", NEW_CLUSTER, { value });
    await chain.networkHelpers.mine(11n);
    return deployed;
  });

  /** Carries it out, with so much paid in by somebody else when it asks. */
  async function liquidateAfter(paidIn: bigint) {
    const { ssvNetwork, treasury, admin, chain } = suite();
    const owner = treasury.address;
    const { chainId } = await chain.ethers.provider.getNetwork();
    const none = { opened: undefined, cacheFolder: undefined };
    const ssv = { chainId, ssvNetwork, account: owner, connection: chain, ...none };
    const [cluster] = (await fetchClusterStatuses(ssvNetwork, owner)).clusters;
    if (cluster === undefined) throw new Error("the account has no cluster");
    const plan = await planLiquidation({ ssv, owner, opened: undefined, from: owner, cluster });
    const terminal = fakeTerminal("yes");
    const ask = async (question: string) => {
      await ssvNetwork.connect(admin).deposit(owner, IDS, cluster.snapshot, { value: paidIn });
      return terminal.ask(question);
    };
    return carryOut(plan, { dryRun: false, yes: false }, { ...terminal, ask });
  }
  const isActive = async () => (await fetchClusterSnapshot(suite().ssvNetwork, suite().treasury.address, IDS)).active;

  it("H16 goes on with the newest snapshot when that does not save the cluster", async () => {
    expect(await liquidateAfter(1n)).to.include({ condition: "liquidated" });
    expect(await isActive()).to.equal(false);
  });

  it("H17 spares an account's own cluster that somebody saved while it asked", async () => {
    let thrown: unknown;
    await liquidateAfter(BURN_RATE * 100n).catch((error: unknown) => (thrown = error));
    expect(String(thrown)).to.contain(
      "operators are of a cluster that is active, not liquidatable (got 1,2,3,4): look at it with `cluster status`",
    );
    expect(await isActive()).to.equal(true);
  });
});
