import { expect } from "chai";
import { toBeHex } from "ethers";

import { fetchClusterSnapshot } from "../../clients/ownerEvents.ts";
import { NEW_CLUSTER } from "../../src/ssv/cluster.ts";
import { ClusterManager__factory, ISSVNetwork__factory } from "../../typechain-types/index.ts";
import { useLocalTasks } from "../helpers/localTasks.ts";

const IDS = [1n, 2n, 3n, 4n];
const OPERATORS = ["1", "2", "3", "4"];
/** Four operators and the network, for each validator. */
const BURN_RATE = 4n * 1_770_000_000n + 3_366_600_000n;
const [MILLI, DAY, THRESHOLD] = [10n ** 15n, 7_200n, 42_960n];
const KEY = toBeHex(1, 48);

describe("cluster tasks that move ether", () => {
  const local = useLocalTasks();
  let service: string;

  before(async () => {
    service = (await local().chain.getSigner(8)).address;
    await local().stake(2);
    const value = 16n * MILLI;
    await (await (await network(8)).registerValidator(KEY, IDS, "0x", NEW_CLUSTER, { value })).wait();
  });

  const address = (name: string): string => local().node.addresses[name] ?? "";
  const network = async (signer: number) =>
    ISSVNetwork__factory.connect(address("ssvNetwork"), await local().chain.getSigner(signer));
  const manager = () => ClusterManager__factory.connect(address("clusterManager"), local().chain);
  const own = (args: Record<string, unknown> = {}) => ({ account: "eoa", from: service, ...args });
  const send = (id: string, args: Record<string, unknown> = {}) => local().read(id, { ...args, yes: true });
  const mine = async (blocks: bigint): Promise<void> => {
    await local().chain.send("hardhat_mine", [toBeHex(blocks)]);
  };
  /** The only cluster of an account, as `cluster status` shows it. */
  const status = async (args: Record<string, unknown> = {}) => {
    const shown = await local().read<Record<string, string>>("cluster status", args);
    const { condition, nextAction, ...numbers } = shown;
    const number = (name: string): bigint => BigInt(numbers[name] ?? -1);
    return { condition, nextAction, balance: number("balanceWei"), runway: number("runwayBlocks") };
  };

  it("fund pays from the pool's reserve, after it has shown what that changes", async () => {
    const [before, reserve] = [await status(), await manager().reserve()];
    const dry = await local().read("cluster fund", { amount: "0.01", dryRun: true });
    expect(dry).to.deep.include({
      dryRun: true,
      action: "pay 0.01 ETH into the cluster of operators 1, 2, 3, 4, from the operating reserve",
      operators: OPERATORS,
      balanceWei: `${before.balance}`,
      balanceAfterWei: `${before.balance + 10n * MILLI}`,
      runwayDays: Number(before.runway / DAY),
      runwayDaysAfter: Number((before.runway + (10n * MILLI) / (2n * BURN_RATE)) / DAY),
    });
    expect(await manager().reserve()).to.equal(reserve);

    const sent = await send("cluster fund", { amount: "0.01" });
    expect(sent).to.deep.include({
      account: address("clusterManager"),
      operators: OPERATORS,
      paidWei: `${10n * MILLI}`,
    });
    expect(await manager().reserve()).to.equal(reserve - 10n * MILLI);
    expect((await status()).balance).to.equal(before.balance + 10n * MILLI - 2n * BURN_RATE);
  });

  it("fund pays what is missing for some days, and nothing where the cluster runs for longer", async () => {
    await send("cluster deposit", { days: "200" });
    // For 50 blocks more, of which one went by.
    expect((await status()).runway).to.equal(200n * DAY + 49n);
    await local().refuses(
      "cluster fund",
      { days: "100" },
      "days is no longer than the cluster runs anyway (got 100): look at it with `cluster status`",
    );
  });

  it("withdraw pays into the reserve, and leaves the least runway and a week", async () => {
    const [before, reserve] = [await status(), await manager().reserve()];
    expect(await send("cluster withdraw", { amount: "0.005" })).to.deep.include({ takenWei: `${5n * MILLI}` });
    expect(await manager().reserve()).to.equal(reserve + 5n * MILLI);
    expect((await status()).balance).to.equal(before.balance - 5n * MILLI - 2n * BURN_RATE);

    const most = formatEth((await status()).balance - MILLI);
    const { stderr, success } = await local().run("cluster withdraw", { amount: most, yes: true });
    expect(success).to.equal(false);
    expect(stderr).to.match(/^error: the contract refuses with RunwayNotKept\(left \d+ \(0\.\d+ ETH\), required /);
    const { balance } = await status();
    await local().refuses(
      "cluster withdraw",
      { amount: "5" },
      `amount is more than the ${formatEth(balance)} ETH there (got 5 ETH): take less`,
    );
  });

  it("top-up is for anybody, once the cluster is short", async () => {
    await local().refuses(
      "cluster top-up",
      { from: service, yes: true },
      `operators are of a cluster that runs for ${(await status()).runway / DAY} days, which is not short (got 1,2,3,4): look at it with \`cluster status\``,
    );
    const { minRunwayBlocks, runwayBlocks } = await manager().runway();
    await mine((await status()).runway - minRunwayBlocks + 1n);
    expect(await status()).to.include({ nextAction: "pay in: the runway is short" });

    const sent = await send("cluster top-up", { from: service });
    expect(BigInt(String(sent.compensationWei))).to.be.greaterThan(0n);
    expect((await status()).runway).to.equal(runwayBlocks);
  });

  it("liquidation-check passes, and fails naming the first cluster in need", async () => {
    const { success, stdout } = await local().run("cluster liquidation-check", { json: true });
    expect(success).to.equal(true);
    expect((JSON.parse(stdout) as { clusters: unknown[] }).clusters).to.have.lengthOf(1);

    const short = await status({ account: service });
    await mine(short.runway - 14n * DAY + 1n);
    const end = await local().run("cluster liquidation-check", { account: service, json: true });
    expect(end.success).to.equal(false);
    expect(JSON.parse(end.stdout)).to.have.property("clusters");
    expect(end.stderr).to.equal(
      "error: cluster runs for 13 days, and 1 of 1 clusters need something (got 1,2,3,4): pay in: the runway is short\n",
    );
  });

  it("fund and withdraw move an account's own ether with --account eoa", async () => {
    const before = await status({ account: service });
    expect(await send("cluster fund", own({ amount: "0.001" }))).to.deep.include({
      ...{ account: service, paidWei: `${MILLI}` },
    });
    expect((await status({ account: service })).balance).to.equal(before.balance + MILLI - BURN_RATE);

    const held = await local().chain.getBalance(service);
    const { stderr } = await local().run("cluster withdraw", own({ amount: "0.001", yes: true }));
    expect(stderr).to.contain("warning: the cluster runs for 13 days then, and anybody may liquidate it afterwards\n");
    expect(await local().chain.getBalance(service)).to.be.greaterThan(held + MILLI / 2n);
    await local().refuses(
      "cluster top-up",
      own(),
      `account is no pool's, which has a reserve (got ${service}): pay in with \`cluster fund\``,
    );
  });

  it("fund pays into the cluster of anybody, after a warning", async () => {
    const before = await status({ account: service });
    const { address: payer } = await local().chain.getSigner(9);
    const args = { account: service, from: payer, amount: "0.001", yes: true };
    const { stderr, success } = await local().run("cluster fund", args);
    expect(success, stderr).to.equal(true);
    expect(stderr).to.contain(
      `warning: the cluster is that of ${service}: what is paid in is that account's for good\n`,
    );
    expect((await status({ account: service })).balance).to.equal(before.balance + MILLI - BURN_RATE);
    const toOwn = await local().run("cluster fund", { ...args, from: service, dryRun: true });
    expect(toOwn.stderr).not.to.contain("warning");
  });

  it("reactivate pays what a liquidated cluster needs to run for some days", async () => {
    await local().refuses(
      "cluster reactivate",
      own(),
      "operators are of a cluster that is not liquidated (got 1,2,3,4): look at it with `cluster status`",
    );
    const snapshot = async () => fetchClusterSnapshot(await network(8), service, IDS);
    await (await (await network(8)).liquidate(service, IDS, await snapshot())).wait();
    const dry = await local().read("cluster fund", own({ amount: "0.001", dryRun: true }));
    expect(dry).to.include({ runwayDays: 0, runwayDaysAfter: 0 });
    const { stderr } = await local().run("cluster fund", own({ amount: "0.001", yes: true }));
    expect(stderr).to.contain("warning: the cluster stays liquidated until it is reactivated\n");

    const sent = await send("cluster reactivate", own({ days: "10" }));
    expect(sent.paidWei).to.equal(`${BURN_RATE * (10n * DAY + THRESHOLD) - MILLI}`);
    expect(await status({ account: service })).to.include({ condition: "active", runway: 10n * DAY });
  });

  it("reactivate pays for the pool's cluster from its reserve, for as long as its manager says", async () => {
    await mine((await status()).runway + 1n);
    const owner = address("clusterManager");
    const snapshot = await fetchClusterSnapshot(await network(7), owner, IDS);
    await (await (await network(7)).liquidate(owner, IDS, snapshot)).wait();
    expect(await status()).to.include({ condition: "liquidated", balance: 0n });
    await local().refuses(
      "cluster top-up",
      {},
      "operators are of a cluster that is liquidated (got 1,2,3,4): look at it with `cluster status`",
    );

    const reserve = await manager().reserve();
    const sent = await send("cluster reactivate");
    const { runwayBlocks } = await manager().runway();
    expect(sent.paidWei).to.equal(`${2n * BURN_RATE * (runwayBlocks + THRESHOLD)}`);
    expect(await manager().reserve()).to.equal(reserve - BigInt(String(sent.paidWei)));
    expect(await status()).to.include({ condition: "active", runway: runwayBlocks });
  });

  it("refuse what nobody can do, and change nothing", async () => {
    const { refuses } = local();
    const block = await local().chain.getBlockNumber();
    const AMOUNT = "say how much to pay in with --amount, or for how long the cluster shall run with --days";
    await refuses("cluster fund", {}, `amount is to be given, or days, and not both (got nothing): ${AMOUNT}`);
    await refuses(
      "cluster fund",
      { amount: "1", days: "2" },
      `amount is to be given, or days, and not both (got 1 and 2 days): ${AMOUNT}`,
    );
    await refuses("cluster fund", { amount: "0" }, "amount is nothing (got 0): pay something in");
    await refuses("cluster withdraw", {}, "amount is missing (got nothing): say how much to take out, in ETH");
    await refuses("cluster withdraw", { amount: "0" }, "amount is nothing (got 0): take something out");
    await refuses(
      "cluster withdraw",
      { amount: "1", account: service },
      `account is not the pool's, so that nobody here can change its clusters (got ${service}): leave it out for the pool, or give eoa for the account that sends`,
    );
    await refuses(
      "cluster fund",
      { amount: "1", from: service },
      `from has no role that allows fund (got ${service}): send from an account with the role, which the pool's admin can grant`,
    );
    await refuses(
      "cluster reactivate",
      { days: "9" },
      "days are for the pool's manager to say (got 9): leave them out, or set its runway",
    );
    expect(await local().chain.getBlockNumber()).to.equal(block);
  });
});

function formatEth(amount: bigint): string {
  return `${amount / 10n ** 18n}.${`${amount % 10n ** 18n}`.padStart(18, "0").replace(/0+$/, "")}`;
}
