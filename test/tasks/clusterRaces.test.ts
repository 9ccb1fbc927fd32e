import { expect } from "chai";
import { toBeHex } from "ethers";

import { fetchClusterStatuses } from "../../clients/clusterStatus.ts";
import { NEW_CLUSTER } from "../../src/ssv/cluster.ts";
import { BLOCKS_PER_DAY } from "../../src/ssv/fees.ts";
import { planFund } from "../../tasks/commands/fundCluster.ts";
import { planRegistration } from "../../tasks/commands/onboardService.ts";
import { planReactivation } from "../../tasks/commands/reactivateCluster.ts";
import { planTopUp } from "../../tasks/commands/topUpCluster.ts";
import { planWithdraw } from "../../tasks/commands/withdrawFromCluster.ts";
import type { OpenCluster } from "../../tasks/clusterAccount.ts";
import { openPool } from "../../tasks/connect.ts";
import { carryOut, type Plan } from "../../tasks/transaction.ts";
import { BURN_RATE, deployRunning, poolCluster } from "../helpers/clusters.ts";
import { useSuite } from "../helpers/isolation.ts";
import { ETHER } from "../helpers/registry.ts";
import { fakeTerminal } from "../helpers/terminal.ts";

const IDS = [1n, 2n, 3n, 4n];
const DAY = BURN_RATE * BLOCKS_PER_DAY;
const COLLATERAL = BURN_RATE * 42_960n;
const GO_ON = "the cluster has changed meanwhile: going on with its newest snapshot …";
const [ASK, SEND] = [
  { dryRun: false, yes: false },
  { dryRun: false, yes: true },
];
const key = (byte: number) => toBeHex(byte, 48) as `0x${string}`;

describe("tasks that move ether of a cluster that changes meanwhile", () => {
  const suite = useSuite(async () => {
    const running = await deployRunning(1);
    const { ssvNetwork, treasury } = running;
    const value = COLLATERAL + 100n * DAY;
    await ssvNetwork.connect(treasury).registerValidator(key(1), IDS, "0x", NEW_CLUSTER, { value });
    return running;
  });

  const connection = (account: string) => {
    const { ssvNetwork, chain } = suite();
    return { chainId: 31_337n, ssvNetwork, account, opened: undefined, connection: chain, cacheFolder: undefined };
  };
  const status = async (owner = suite().treasury.address) => {
    const [cluster] = (await fetchClusterStatuses(suite().ssvNetwork, owner)).clusters;
    if (cluster === undefined) throw new Error("the account has a cluster");
    return cluster;
  };
  const own = async (): Promise<OpenCluster> => {
    const owner = suite().treasury.address;
    return { ssv: connection(owner), owner, opened: undefined, from: owner, cluster: await status() };
  };
  const payIn = async (value: bigint) => {
    const { ssvNetwork, staker, treasury } = suite();
    await ssvNetwork.connect(staker).deposit(treasury.address, IDS, (await status()).snapshot, { value });
  };
  const liquidate = async () => {
    const { ssvNetwork, treasury } = suite();
    await ssvNetwork.connect(treasury).liquidate(treasury.address, IDS, (await status()).snapshot);
  };
  /** Carries a plan out, with something that happens when it is asked for first. */
  const ask = async (plan: Plan, meanwhile: () => Promise<void>, answers: string | string[] = "yes") => {
    const terminal = fakeTerminal(answers);
    const question = async (text: string) => {
      if (terminal.asked.length === 0) await meanwhile();
      return terminal.ask(text);
    };
    const result = await carryOut(plan, ASK, { ...terminal, ask: question }).catch(String);
    return { result, ...terminal };
  };
  const refusal = (plan: Plan) =>
    carryOut(plan, SEND, fakeTerminal()).then(
      () => "carried out",
      (error: unknown) => String(error),
    );

  it("H16 fund asks again when the cluster was liquidated meanwhile, and sends nothing with --yes", async () => {
    const { ssvNetwork } = suite();
    const { result, noted, asked } = await ask(await planFund(await own(), { ethAmount: ETHER }), liquidate, [
      "yes",
      "no",
    ]);
    expect(result).to.contain("confirmation was not given (got no): nothing was sent");
    expect(asked).to.have.lengthOf(2);
    expect(noted).to.include.members([
      "the plan has changed: the cluster was active, and is liquidated now",
      "warning: the cluster stays liquidated until it is reactivated",
    ]);
    expect((await status()).balance).to.equal(0n);

    const target = await own();
    const planned = await planFund(target, { ethAmount: ETHER });
    await ssvNetwork.connect(suite().treasury).reactivate(IDS, target.cluster.snapshot, { value: ETHER });
    const before = (await status()).snapshot;
    expect(await refusal(planned)).to.contain(
      "plan does not hold any more, because the cluster has changed meanwhile: the cluster was liquidated, and is active now (got pay 1 ETH into the cluster of operators 1, 2, 3, 4, from the account that sends): nothing was done; run the command again",
    );
    expect((await status()).snapshot).to.deep.equal(before);
  });

  it("H16 withdraw stops when another withdrawal left a much shorter runway, or asks again with its warning", async () => {
    const half = 45n * DAY;
    const plans = [];
    for (let i = 0; i < 3; i++) plans.push(await planWithdraw(await own(), half));
    const [first, second, third] = plans as [Plan, Plan, Plan];
    const other = async () => {
      await carryOut(first, SEND, fakeTerminal());
    };
    const { result, noted, asked } = await ask(second, other);
    expect(result).to.deep.include({ takenWei: half });
    expect(asked).to.have.lengthOf(2);
    expect(noted).to.include.members([
      "the plan has changed: the cluster would run for 9 days then, instead of 55 days",
      "warning: the cluster runs for 9 days then, and anybody may liquidate it afterwards",
    ]);
    await payIn(46n * DAY);
    expect(await refusal(third)).to.contain(
      "meanwhile: the cluster would run for 10 days then, instead of 55 days (got take",
    );
  });

  it("H16 fund --days pays what is left after others, never more, and nothing when nothing is missing", async () => {
    const wanted = { days: 200n };
    const planned = await planFund(await own(), wanted);
    const agreed = planned.transaction.value ?? 0n;
    const part = await ask(planned, () => payIn(40n * DAY));
    expect(part.asked).to.have.lengthOf(1);
    expect(part.noted).to.include(GO_ON);
    // Fifty blocks more than the days, of which one went by until the transaction.
    expect(part.result).to.deep.include({ paidWei: agreed - 40n * DAY + BURN_RATE });
    expect((await status()).runwayBlocks).to.equal(200n * BLOCKS_PER_DAY + 50n - 1n);

    await suite().chain.networkHelpers.mine(50n * BLOCKS_PER_DAY);
    const plans = [await planFund(await own(), wanted), await planFund(await own(), wanted)] as const;
    await carryOut(plans[0], SEND, fakeTerminal());
    await payIn(DAY);
    const { snapshot } = await status();
    const terminal = fakeTerminal();
    expect(await carryOut(plans[1], SEND, terminal)).to.deep.equal({
      account: suite().treasury.address,
      operators: IDS,
      paidWei: 0n,
    });
    expect(terminal.noted.at(-1)).to.equal(
      "nothing to do: somebody has paid in meanwhile, and the cluster runs for 200 days and more",
    );
    expect((await status()).snapshot).to.deep.equal(snapshot);
  });

  it("H16 goes on with the amount agreed to when somebody pays in a wei and fees go on", async () => {
    const planned = await planFund(await own(), { days: 200n });
    const { result, asked } = await ask(planned, async () => {
      await suite().chain.networkHelpers.mine(100);
      await payIn(1n);
    });
    expect(result).to.deep.include({ paidWei: planned.transaction.value });
    expect(asked).to.have.lengthOf(1);
  });

  it("H16 reactivate pays what others have not", async () => {
    await liquidate();
    const planned = await planReactivation(await own(), 30n);
    const { result, asked } = await ask(planned, () => payIn(10n * DAY));
    expect(asked).to.have.lengthOf(1);
    expect(result).to.deep.include({ paidWei: COLLATERAL + 20n * DAY });
    expect(await status()).to.deep.include({ condition: "active", runwayBlocks: 30n * BLOCKS_PER_DAY });
  });

  it("H16 service onboard pays what others have not, and stops for a liquidated cluster", async () => {
    const { treasury } = suite();
    const chunk = { operatorIds: IDS, keys: [{ pubkey: key(2), ownerNonce: 1n, sharesData: "0x07" as const }] };
    const plan = () => planRegistration(connection(treasury.address), chunk, treasury, 200n);
    const planned = await plan();
    const { result } = await ask(planned, () => payIn(50n * DAY));
    expect(result).to.deep.include({ paidWei: (planned.transaction.value ?? 0n) - 50n * DAY + BURN_RATE });

    const keys = [{ ...chunk.keys[0], pubkey: key(3), ownerNonce: 2n, sharesData: "0x07" as const }];
    const late = await planRegistration(connection(treasury.address), { ...chunk, keys }, treasury, 200n);
    await liquidate();
    expect(await refusal(late)).to.contain("liquidated, which takes no validators");
  });

  it("H16 top-up goes on when somebody pays a wei into the pool's cluster", async () => {
    const { chain, poolETH, clusterManager, ssvNetwork, staker } = suite();
    const { minRunwayBlocks } = await clusterManager.runway();
    const pool = await poolCluster(suite());
    const runway = await clusterManager.runwayOf(pool.operatorIds, pool.cluster);
    await chain.networkHelpers.mine(runway - minRunwayBlocks + 1n);
    const opened = await openPool(chain, await poolETH.getAddress());
    const ssv = { ...connection(pool.owner), opened };
    const target = { ssv, owner: pool.owner, opened, from: staker.address, cluster: await status(pool.owner) };
    const planned = await planTopUp(target);
    const { result, asked } = await ask(planned, async () => {
      await ssvNetwork.connect(staker).deposit(pool.owner, IDS, pool.cluster, { value: 1n });
    });
    expect(asked).to.have.lengthOf(1);
    expect(result).to.have.property("compensationWei");
    expect((await status(pool.owner)).runwayBlocks).to.equal((await clusterManager.runway()).runwayBlocks);
  });
});
