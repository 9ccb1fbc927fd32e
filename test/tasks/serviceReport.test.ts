import { expect } from "chai";
import { toBeHex, ZeroAddress } from "ethers";

import { fetchClusterSnapshot } from "../../clients/ownerEvents.ts";
import { LOCAL_ACCOUNTS } from "../../deploy/local.ts";
import { ISSVNetwork__factory, ISSVNetworkViews__factory } from "../../typechain-types/index.ts";
import { useLocalTasks } from "../helpers/localTasks.ts";

const FEE = 1_770_000_000n;
const RAISED = 1_900_000_000n;
/** Four operators and the network, for each validator. */
const RATE = 4n * FEE + 3_366_600_000n;
const [DAY, THRESHOLD] = [7_200n, 42_960n];
const MINIMUM = 324_862_599_900_000n;
/** By what is to become of them. */
const IDS = {
  running: [1n, 2n, 3n, 4n],
  longer: [1n, 2n, 3n, 5n],
  liquidatable: [1n, 2n, 3n, 6n],
  liquidated: [1n, 2n, 4n, 5n],
  empty: [1n, 2n, 4n, 6n],
};

interface Row extends Record<string, unknown> {
  readonly operators: string[];
}
interface Report extends Record<string, unknown> {
  readonly clusters: Row[];
  readonly totals: Record<string, unknown>;
}

describe("service report", () => {
  const local = useLocalTasks();
  let service: string;
  let keys = 0;

  const address = (name: string): string => local().node.addresses[name] ?? "";
  const network = async (signer: number) =>
    ISSVNetwork__factory.connect(address("ssvNetwork"), await local().chain.getSigner(signer));
  const mine = (blocks: bigint) => local().chain.send("hardhat_mine", [toBeHex(blocks)]);
  const snapshot = async (ids: bigint[]) => fetchClusterSnapshot(await network(8), service, ids);
  const report = (args: Record<string, unknown> = {}) =>
    local().read<Report>("service report", { account: service, ...args });

  /** Registers validators that live for so many blocks. */
  async function register(ids: bigint[], count: number, blocks: bigint): Promise<string[]> {
    const pubkeys = Array.from({ length: count }, () => toBeHex(++keys, 48));
    const [rate, shares] = [RATE * BigInt(count), pubkeys.map(() => "0x")];
    const collateral = rate * THRESHOLD > MINIMUM ? rate * THRESHOLD : MINIMUM;
    const value = collateral + rate * blocks;
    const ssv = await network(8);
    await (await ssv.bulkRegisterValidator(pubkeys, ids, shares, await snapshot(ids), { value })).wait();
    return pubkeys;
  }

  before(async () => {
    service = (await local().chain.getSigner(8)).address;
  });

  it("is the pool's without an account, with its shortest runway", async () => {
    await local().stake(1);
    const { clusters, account, minRunwayBlocks, feeRecipient } = await local().read<Report>("service report");
    expect(clusters).to.have.lengthOf(1);
    expect([account, minRunwayBlocks, feeRecipient]).to.deep.equal([
      ...[address("clusterManager"), "216000", address("rewardsVault")],
    ]);
  });

  describe("of an account of its own", () => {
    before(async () => {
      const operators = await network(LOCAL_ACCOUNTS.ssvOperators);
      for (const id of [5, 6]) await (await operators.registerOperator(toBeHex(id, 32), FEE, false)).wait();
    });

    it("says that an account without clusters has none", async () => {
      const { clusters, declaredFees, totals, feeRecipient, ownerNonce } = await report();
      expect([clusters, declaredFees, feeRecipient, ownerNonce]).to.deep.equal([[], [], service, "0"]);
      expect(totals).to.deep.equal({
        ...{ validators: 0, exitRequested: 0, removedValidators: 0, balanceWei: "0", burnRateWeiPerBlock: "0" },
        ...{ burnWeiPerDay: "0", burnWeiPerMonth: "0", missingWei: "0", missingToReactivateWei: "0" },
      });
    });

    it("lists clusters by urgency, with validators by state and totals", async () => {
      const ssv = await network(8);
      const running = await register(IDS.running, 2, 40n * DAY);
      await register(IDS.longer, 1, 200n * DAY);
      await register(IDS.liquidatable, 1, 9n);
      await register(IDS.liquidated, 1, 9n);
      const [gone = ""] = await register(IDS.empty, 1, 9n);
      await (await ssv.exitValidator(running[1] ?? "", IDS.running)).wait();
      await (await ssv.removeValidator(gone, IDS.empty, await snapshot(IDS.empty))).wait();
      await (await ssv.setFeeRecipientAddress(address("poolETH"))).wait();
      await mine(100n);
      await (await ssv.liquidate(service, IDS.liquidated, await snapshot(IDS.liquidated))).wait();

      const { clusters, totals, ...rest } = await report();
      const shown = clusters.map(({ operators, condition }) => [operators.join(), condition]);
      expect(shown).to.deep.equal([
        [IDS.liquidatable.join(), "liquidatable"],
        [IDS.liquidated.join(), "liquidated"],
        [IDS.running.join(), "active"],
        [IDS.longer.join(), "active"],
        [IDS.empty.join(), "empty"],
      ]);
      expect(rest).to.deep.include({ feeRecipient: address("poolETH"), ownerNonce: "6", periodDays: 90 });

      const views = ISSVNetworkViews__factory.connect(address("ssvNetwork"), local().chain);
      const balance = await views.getBalance(service, IDS.running, await snapshot(IDS.running));
      const needed = 2n * RATE * (THRESHOLD + 90n * DAY);
      const runway = (balance - 2n * RATE * THRESHOLD) / (2n * RATE);
      expect(clusters[2]).to.deep.equal({
        operators: IDS.running.map(String),
        ...{ condition: "active", validators: 2, exitRequested: 1, balanceWei: `${balance}` },
        ...{ burnRateWeiPerBlock: `${2n * RATE}`, runwayBlocks: `${runway}`, runwayDays: Number(runway / DAY) },
        ...{ runwayDaysIfRaised: Number(runway / DAY), missingWei: `${needed - balance}`, nextAction: "none" },
      });
      const [, liquidated, , longer, empty] = clusters;
      expect(liquidated).to.deep.include({ missingWei: `${RATE * (THRESHOLD + 90n * DAY)}`, runwayBlocks: "0" });
      expect(longer).to.include({ missingWei: "0", exitRequested: 0 });
      expect(empty).to.include({ missingWei: "0", nextAction: "withdraw what is left", runwayDaysIfRaised: null });

      const sum = (field: string) => clusters.reduce((total, row) => total + BigInt(row[field] as string), 0n);
      // Four validators of three clusters; the liquidated one burns nothing.
      expect(totals).to.deep.equal({
        ...{ validators: 5, exitRequested: 1, removedValidators: 1, balanceWei: `${sum("balanceWei")}` },
        ...{ burnRateWeiPerBlock: `${4n * RATE}`, burnWeiPerDay: `${4n * RATE * DAY}` },
        ...{ burnWeiPerMonth: `${4n * RATE * 30n * DAY}`, missingWei: `${sum("missingWei")}` },
        missingToReactivateWei: `${RATE * (THRESHOLD + 90n * DAY)}`,
      });
    });

    it("fills to other days", async () => {
      const { clusters } = await report({ days: "365" });
      const needed = RATE * (THRESHOLD + 365n * DAY);
      expect(clusters[3]?.missingWei).to.equal(`${needed - BigInt(clusters[3]?.balanceWei as string)}`);
      const own = await report({ account: "eoa", from: service, days: "365" });
      expect(own.clusters).to.deep.equal(clusters);
      await local().refuses(
        "service report",
        { account: service, days: "0" },
        "days is not a whole number within its bounds (got 0): give 1 to 3650",
      );
    });

    it("tells which fees are declared, and what they would do to runways", async () => {
      const operators = await network(LOCAL_ACCOUNTS.ssvOperators);
      await (await operators.declareOperatorFee(3n, RAISED)).wait();
      const declaredIn = await local().chain.getBlock("latest");
      const from = BigInt(declaredIn?.timestamp ?? 0) + 604_800n;
      await (await operators.declareOperatorFee(4n, RAISED)).wait();

      const { clusters, declaredFees } = await report();
      const running = clusters.find(({ operators: ids }) => ids.join() === IDS.running.join());
      const daysAt = (rate: bigint) =>
        Number((BigInt(running?.balanceWei as string) - 2n * rate * THRESHOLD) / (2n * rate) / DAY);
      expect((declaredFees as Row[]).filter(({ operators: ids }) => ids.join() === IDS.running.join())).to.deep.equal(
        [
          { operator: "3", executableAt: `${from}`, expiresAt: `${from + 604_800n}` },
          { operator: "4", executableAt: `${from + 1n}`, expiresAt: `${from + 604_801n}` },
        ].map((row) => ({
          operators: IDS.running.map(String),
          ...{
            feeWeiPerBlock: `${FEE}`,
            declaredWeiPerBlock: `${RAISED}`,
            runwayDaysAfter: daysAt(RATE + RAISED - FEE),
          },
          ...row,
        })),
      );
      expect(running?.runwayDaysIfRaised).to.equal(daysAt(RATE + 2n * (RAISED - FEE)));
      expect(running?.runwayDaysIfRaised).to.be.lessThan(running?.runwayDays as number);
      const others = (declaredFees as Row[]).map(({ operators: ids }) => ids.join());
      expect(new Set(others)).to.deep.equal(new Set(Object.values(IDS).map(String)));
    });

    it("warns of a cluster that only declared fees make short", async () => {
      const ids = [1n, 3n, 4n, 5n];
      const before = 14n * DAY + 100n;
      await register(ids, 1, before);
      const { clusters, minRunwayBlocks } = await report();
      expect(minRunwayBlocks).to.equal(`${14n * DAY}`);
      expect(clusters.find(({ operators }) => operators.join() === ids.join())).to.include({
        ...{ runwayBlocks: `${before}`, runwayDays: 14, runwayDaysIfRaised: 13 },
        nextAction: "pay in: declared fees make the runway short",
      });
    });

    it("draws the runways beside the result, and shows amounts in ether", async () => {
      const { stdout, stderr } = await local().run("service report", { account: service });
      expect(stdout)
        .to.match(/^ {2}burn per day +0\.\d+ ETH$/m)
        .and.to.match(/^ {2}burn per month +0\.\d+ ETH$/m)
        .and.to.match(/│ 1, 2, 3, 6 │ liquidatable │ 1 +│/)
        .and.to.match(/^fee recipient +0x/m);
      expect(stderr).to.match(/^1,2,3,6 ▕ +┊ +▏ 0 days\n1,2,4,5 ▕ +┊ +▏ liquidated\n1,3,4,5 ▕█+/);
      const none = await local().run("service report", { account: ZeroAddress });
      expect(none.stderr).to.match(/^error: account is the zero address/);
    });

    it("names operators that were removed, and how many more a cluster can lose", async () => {
      const ids = [1n, 2n, 3n, 7n];
      const operators = await network(LOCAL_ACCOUNTS.ssvOperators);
      await (await operators.registerOperator(toBeHex(7, 32), 0n, true)).wait();
      await (await operators.setOperatorsWhitelists([7n], [service])).wait();
      await register(ids, 1, 300n * DAY);
      const actionIn = async (id: string) => {
        const { clusters } = await local().read<Report>(id, { account: service });
        return clusters.find((row) => row.operators.join() === ids.join())?.nextAction;
      };
      // It charges nothing, and is there.
      expect(await actionIn("cluster list")).to.equal("none");
      const [remedy, ask] = [
        "give its validators other operators with `validators update-operators`",
        "service funding",
      ];
      await (await operators.removeOperator(7n)).wait();
      const one = `operator 7 was removed: the cluster can lose no other one; ${remedy}`;
      expect([await actionIn("cluster list"), await actionIn("service report")]).to.deep.equal([one, one]);
      await local().refuses(
        ask,
        { operators: "1,2,3,7" },
        "operators names an operator that was removed from ssv.network (got 7): choose another one with `operators list`",
      );
      await (await operators.removeOperator(3n)).wait();
      expect(await actionIn("cluster list")).to.equal(
        `operators 3, 7 were removed: too few are left to sign; ${remedy}`,
      );
    });
  });
});
