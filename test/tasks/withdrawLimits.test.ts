import { expect } from "chai";
import { toBeHex } from "ethers";

import { fetchClusterSnapshot } from "../../clients/ownerEvents.ts";
import { NEW_CLUSTER } from "../../src/ssv/cluster.ts";
import { ISSVNetwork__factory } from "../../typechain-types/index.ts";
import { BURN_RATE, THRESHOLD_BLOCKS } from "../helpers/clusters.ts";
import { useLocalTasks } from "../helpers/localTasks.ts";

const IDS = [1n, 2n, 3n, 4n];
const KEY = toBeHex(1, 48);
const COLLATERAL = BURN_RATE * THRESHOLD_BLOCKS;
const VALUE = 10n ** 16n;
/** Blocks whose fees are left for the time until somebody agrees. */
const MARGIN = 25n;

describe("cluster withdraw, of what SSV lets an account take", () => {
  const local = useLocalTasks();
  let own: Record<string, unknown>;

  before(async () => {
    own = { account: "eoa", from: (await local().chain.getSigner(8)).address };
    await (await (await network()).registerValidator(KEY, IDS, "0x", NEW_CLUSTER, { value: VALUE })).wait();
  });

  const network = async () =>
    ISSVNetwork__factory.connect(local().node.addresses.ssvNetwork ?? "", await local().chain.getSigner(8));
  const snapshot = async () => fetchClusterSnapshot(await network(), String(own.from), IDS);
  const withdraw = (amount: string) => local().read("cluster withdraw", { ...own, amount, yes: true });
  const refuses = (amount: string, line: string) =>
    local().refuses("cluster withdraw", { ...own, amount, yes: true }, line);

  it("names the most that can be taken, which can be taken", async () => {
    const most = VALUE - COLLATERAL - MARGIN * BURN_RATE;
    const remedy = `take ${formatEth(most)} ETH at the most`;
    const wanted = formatEth(most + 1n);
    await refuses(
      wanted,
      `amount is more than can be taken of 0.01 ETH: SSV keeps ${formatEth(COLLATERAL)} ETH of a cluster with validators, and fees go on (got ${wanted} ETH): ${remedy}`,
    );
    await refuses("all", `amount is for clusters without validators, or liquidated ones (got all): ${remedy}`);
    expect(await withdraw(formatEth(most))).to.include({ takenWei: `${most}` });
    expect((await snapshot()).balance).to.equal(COLLATERAL + (MARGIN - 1n) * BURN_RATE);
    await refuses(
      "all",
      "amount is for clusters without validators, or liquidated ones (got all): leave what is there: its validators need it",
    );
  });

  it("takes all out of a liquidated cluster, and out of one without validators", async () => {
    await (await (await network()).liquidate(String(own.from), IDS, await snapshot())).wait();
    await refuses("all", "amount is nothing (got all): there is no ether in the cluster");
    const cluster = await snapshot();
    await (await (await network()).deposit(String(own.from), IDS, cluster, { value: VALUE })).wait();
    expect(await withdraw("all")).to.include({ takenWei: `${VALUE}` });
    expect((await snapshot()).balance).to.equal(0n);

    await (await (await network()).reactivate(IDS, await snapshot(), { value: VALUE })).wait();
    await (await (await network()).removeValidator(KEY, IDS, await snapshot())).wait();
    const left = VALUE - BURN_RATE;
    expect(await withdraw("all")).to.include({ takenWei: `${left}` });
    expect((await snapshot()).balance).to.equal(0n);
  });
});

function formatEth(amount: bigint): string {
  return `${amount / 10n ** 18n}.${`${amount % 10n ** 18n}`.padStart(18, "0").replace(/0+$/, "")}`;
}
