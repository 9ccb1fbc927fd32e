import { expect } from "chai";

import { NEW_CLUSTER, type ClusterSnapshot } from "../../../src/ssv/cluster.ts";
import { clusterHistory, type HistoryPoint } from "../../../src/ssv/clusterHistory.ts";
import { accrued, stepsOf, termChanges, valueAt, type FeeHistory, type Step } from "../../../src/ssv/feeHistory.ts";
import type { SnapshotEvent, SnapshotEventName } from "../../../src/ssv/ownerEvents.ts";

const IDS = [1n, 2n, 3n, 4n];
const GWEI = 10n ** 9n;
/** 4 Gwei of the operators and 2 of the network, in units of 100,000 wei. */
const [OPERATORS, NETWORK] = [40_000n, 20_000n];
const STATIC: FeeHistory = {
  operatorFeesWei: new Map(IDS.map((id) => [id, stepsOf([], GWEI)])),
  networkFeeWei: stepsOf([], 2n * GWEI),
  minimumCollateralWei: stepsOf([], 1_000n * GWEI),
  liquidationThresholdBlocks: stepsOf([], 300n),
};

/** Operator 1 charges a tenth of a Gwei more from block 150 on, the network twice as much from 170 on. */
const RISING: FeeHistory = {
  ...STATIC,
  operatorFeesWei: new Map(STATIC.operatorFeesWei).set(1n, [step(50, GWEI), step(150, (GWEI * 11n) / 10n)]),
  networkFeeWei: [step(0, 2n * GWEI), step(170, 4n * GWEI)],
};

function step(blockNumber: number, value: bigint): Step {
  return { blockNumber, value };
}

function event(name: SnapshotEventName, blockNumber: number, cluster: Partial<ClusterSnapshot>): SnapshotEvent {
  return {
    name,
    blockNumber,
    logIndex: 0,
    operatorIds: IDS,
    cluster: { ...NEW_CLUSTER, validatorCount: 1n, ...cluster },
  };
}

/** Block, balance in Gwei, burn rate in tenths of a Gwei, and runway. */
function figures({ blockNumber, balance, burnRateWeiPerBlock, runwayBlocks }: HistoryPoint) {
  return [blockNumber, Number(balance) / 1e9, Number(burnRateWeiPerBlock) / 1e8, runwayBlocks] as const;
}

function follow(events: readonly SnapshotEvent[], toBlock: number, balance: bigint, fees = STATIC) {
  return clusterHistory({ operatorIds: IDS, events, toBlock, balance }, fees);
}

describe("ssv/feeHistory", () => {
  it("takes the last value of each block, and for the newest one what is charged now", () => {
    const changes = [step(10, 1n), step(20, 2n), step(20, 3n), step(30, 4n)];
    expect(stepsOf(changes, 5n, 0n)).to.deep.equal([step(0, 0n), step(10, 1n), step(20, 3n), step(30, 5n)]);
    expect(stepsOf([], 5n)).to.deep.equal([step(0, 5n)]);
    expect(stepsOf(changes.slice(0, 1), 5n)).to.deep.equal([step(10, 5n)]);
  });

  it("charges a new fee from the block after the change on", () => {
    const steps = [step(10, 1n), step(20, 100n)];
    expect([9, 10, 19, 20, 21].map((block) => valueAt(steps, block))).to.deep.equal([1n, 1n, 1n, 100n, 100n]);
    expect(accrued(steps, 15, 20)).to.equal(5n);
    expect(accrued(steps, 15, 21)).to.equal(105n);
    expect(accrued(steps, 20, 22)).to.equal(200n);
    expect(accrued(steps, 0, 25)).to.equal(520n);
    expect(accrued(steps, 20, 20)).to.equal(0n);
    expect(accrued([], 1, 20)).to.equal(0n);
  });

  it("names the changes of a time that concern these operators", () => {
    const other = new Map(RISING.operatorFeesWei).set(5n, [step(0, 1n), step(160, 2n)]);
    const history = { ...RISING, operatorFeesWei: other, minimumCollateralWei: [step(0, 7n), step(200, 8n)] };
    expect(termChanges(history, IDS, 150, 200)).to.deep.equal([
      { blockNumber: 170, term: "networkFeeWei", from: 2n * GWEI, to: 4n * GWEI },
      { blockNumber: 200, term: "minimumCollateralWei", from: 7n, to: 8n },
    ]);
    expect(termChanges(history, IDS, 149, 150)).to.deep.equal([
      { blockNumber: 150, term: { operatorId: 1n }, from: GWEI, to: (11n * GWEI) / 10n },
    ]);
  });
});

describe("ssv/clusterHistory", () => {
  const funded = event("ValidatorAdded", 100, { balance: 10_000n * GWEI });

  it("lets the balance fall by the burn rate, and the runway by a block each block", () => {
    const history = follow([funded], 200, 9_400n * GWEI);
    expect(history.points.map(figures)).to.deep.equal([
      // The collateral is 300 blocks of 6 Gwei: 1,800; 8,200 / 6 = 1,366.7.
      [100, 10_000, 60, 1_366n],
      [200, 9_400, 60, 1_266n],
    ]);
    expect(history.points.map(({ collateral }) => collateral)).to.deep.equal([1_800n * GWEI, 1_800n * GWEI]);
    expect(history.points.map(({ events }) => events)).to.deep.equal([["ValidatorAdded"], []]);
    expect([history.changes, history.exactFrom]).to.deep.equal([[], 100]);
  });

  it("bends at each change of a fee, where the runway jumps and the balance does not", () => {
    // 50 blocks of 6, 20 of 6.1 and 30 of 8.1 Gwei.
    const history = follow([funded], 200, 9_335n * GWEI, RISING);
    expect(history.points.map(figures)).to.deep.equal([
      [100, 10_000, 60, 1_366n],
      [150, 9_700, 60, 1_316n],
      // Collateral 1,830: 7,870 / 6.1; then 2,430: 7,148 / 8.1.
      [150, 9_700, 61, 1_290n],
      [170, 9_578, 61, 1_270n],
      [170, 9_578, 81, 882n],
      [200, 9_335, 81, 852n],
    ]);
    expect(history.changes.map(({ blockNumber, to }) => [blockNumber, to])).to.deep.equal([
      [150, (11n * GWEI) / 10n],
      [170, 4n * GWEI],
    ]);
    expect(history.exactFrom).to.equal(100);
  });

  it("bills deposits since the last settlement, and other weights from their settlement on", () => {
    const index = { index: 60n * OPERATORS, networkFeeIndex: 60n * NETWORK };
    const history = follow(
      [
        funded,
        event("ClusterDeposited", 130, { balance: 10_600n * GWEI }),
        { ...event("ClusterBalanceUpdated", 160, { ...index, balance: 10_240n * GWEI }), effectiveBalanceEther: 64n },
        event("ValidatorAdded", 170, {
          ...{ validatorCount: 2n, balance: 20_120n * GWEI },
          ...{ index: 70n * OPERATORS, networkFeeIndex: 70n * NETWORK },
        }),
      ],
      180,
      19_940n * GWEI,
    );
    expect(history.points.map(figures).map(([block, balance, rate]) => [block, balance, rate])).to.deep.equal([
      ...[
        [100, 10_000, 60],
        [130, 9_820, 60],
        [130, 10_420, 60],
        [160, 10_240, 60],
      ],
      // 64 ETH, and 32 more with the next validator.
      ...[
        [160, 10_240, 120],
        [170, 10_120, 120],
        [170, 20_120, 180],
        [180, 19_940, 180],
      ],
    ]);
    expect(history.exactFrom).to.equal(100);
  });

  it("marks where the runway and then the balance end, and shows liquidation and return", () => {
    // 300 blocks of collateral, 50 of runway.
    const poor = event("ValidatorAdded", 100, { balance: 2_100n * GWEI });
    const history = follow(
      [
        poor,
        event("ClusterLiquidated", 600, { active: false, balance: 0n }),
        event("ClusterDeposited", 610, { active: false, balance: 5n }),
        event("ClusterReactivated", 620, { index: 99n, networkFeeIndex: 98n, balance: 2_400n * GWEI }),
        event("ValidatorRemoved", 630, {
          ...{ validatorCount: 0n, balance: 2_340n * GWEI },
          ...{ index: 99n + 10n * OPERATORS, networkFeeIndex: 98n + 10n * NETWORK },
        }),
      ],
      700,
      2_340n * GWEI,
    );
    expect(history.points.map(figures)).to.deep.equal([
      ...[
        [100, 2_100, 60, 50n],
        [150, 1_800, 60, 0n],
        [450, 0, 60, 0n],
        [600, 0, 60, 0n],
      ],
      ...[
        [600, 0, 0, 0n],
        [610, 0, 0, 0n],
        [610, 5e-9, 0, 0n],
        [620, 5e-9, 0, 0n],
      ],
      ...[
        [620, 2_400, 60, 100n],
        [630, 2_340, 60, 90n],
        [630, 2_340, 0, null],
        [700, 2_340, 0, null],
      ],
    ]);
    expect(history.points.at(-1)).to.deep.include({ collateral: null, isActive: true, validatorCount: 0n });
    expect(history.exactFrom).to.equal(100);
  });

  it("shows several events of a block as one, and what they come to", () => {
    const added = { validatorCount: 2n, balance: 10_000n * GWEI };
    const { points } = follow(
      [
        event("ValidatorAdded", 100, added),
        { ...event("ValidatorAdded", 100, added), logIndex: 1 },
        { ...event("ClusterDeposited", 100, { ...added, balance: 11_000n * GWEI }), logIndex: 2 },
      ],
      100,
      11_000n * GWEI,
    );
    expect(points.map(figures)).to.deep.equal([[100, 11_000, 120, 616n]]);
    expect(points[0]?.events).to.deep.equal(["ValidatorAdded", "ClusterDeposited"]);
  });

  it("draws a line where logs of fees are missing, and says from where on it knows", () => {
    const index = { index: 70n * OPERATORS, networkFeeIndex: 60n * NETWORK };
    const events = [
      funded,
      event("ClusterDeposited", 130, { balance: 10_600n * GWEI }),
      event("ClusterWithdrawn", 160, { ...index, balance: 10_200n * GWEI }),
    ];
    const history = follow(events, 200, 9_960n * GWEI);
    expect(history.points.map(figures).map(([block, balance, rate]) => [block, balance, rate])).to.deep.equal([
      // 4.666 and 2 Gwei on average: 30 blocks cost 200, 60 blocks 400.
      ...[
        [100, 10_000, 66.666],
        [130, 9_800, 66.666],
        [130, 10_400, 66.666],
        [160, 10_200, 66.666],
      ],
      ...[
        [160, 10_200, 60],
        [200, 9_960, 60],
      ],
    ]);
    expect(history.exactFrom).to.equal(160);
    const unexplained = follow(events, 200, 9_000n * GWEI);
    expect([unexplained.exactFrom, unexplained.points.at(-1)?.balance]).to.deep.equal([200, 9_000n * GWEI]);
  });

  it("leaves out what was paid in tokens, before the cluster was migrated", () => {
    const history = follow(
      [
        event("ValidatorAdded", 10, { balance: 5n * 10n ** 18n, index: 7n }),
        { ...event("ClusterMigratedToETH", 100, { balance: 10_000n * GWEI }), effectiveBalanceEther: 33n },
      ],
      101,
      9_993_812_200_000n,
    );
    expect(history.points.map(figures)).to.deep.equal([
      // 33 ETH are 10,313 units, rounded up.
      [100, 10_000, 61.878, 1_316n],
      [101, 9_993.8122, 61.878, 1_315n],
    ]);
  });

  it("has nothing to say of a cluster that never was", () => {
    expect(follow([], 100, 0n)).to.deep.equal({ points: [], changes: [], exactFrom: 100 });
  });
});
