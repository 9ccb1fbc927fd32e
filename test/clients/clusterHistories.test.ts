import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import { fetchClusterHistories } from "../../clients/clusterHistories.ts";
import { fetchClusterStatuses } from "../../clients/clusterStatus.ts";
import { fetchClusterSnapshot, fetchOwnerEvents } from "../../clients/ownerEvents.ts";
import { clusterId, NEW_CLUSTER } from "../../src/ssv/cluster.ts";
import type { HistoryPoint } from "../../src/ssv/clusterHistory.ts";
import { BURN_RATE, deploySSV, OPERATOR_FEE, OPERATOR_IDS, publicKeys, shares, type SSV } from "../helpers/ssv.ts";

const ETHER = 10n ** 18n;
const KEYS = publicKeys(4);

describe("fetchClusterHistories", () => {
  let chain: NetworkConnection;
  let ssv: SSV;
  let owner: string;

  beforeEach(async () => {
    chain = await hre.network.create();
    ssv = await deploySSV(chain);
    owner = ssv.owner.address;
  });

  afterEach(() => chain.close());

  const own = () => ssv.network.connect(ssv.owner);
  const snapshot = (toBlock?: number) => fetchClusterSnapshot(ssv.network, owner, OPERATOR_IDS, { toBlock });
  const mine = (blocks: number) => chain.networkHelpers.mine(blocks);
  const histories = async () => fetchClusterHistories(ssv.network, await fetchClusterStatuses(ssv.network, owner));

  async function add(keys: readonly string[], value = 0n): Promise<void> {
    await own().bulkRegisterValidator([...keys], OPERATOR_IDS, shares(keys.length), await snapshot(), { value });
  }

  /** Raises a fee by a tenth, as SSV lets operators do. */
  async function raise(id: bigint): Promise<void> {
    const operators = ssv.network.connect(ssv.operatorOwner);
    await operators.declareOperatorFee(id, ((await ssv.views.getOperatorFee(id)) * 11n) / 10n);
    await chain.networkHelpers.time.increase(1_001);
    await operators.executeOperatorFee(id);
  }

  async function weigh(ether: number): Promise<void> {
    const id = clusterId(owner, OPERATOR_IDS);
    const tree = StandardMerkleTree.of([[id, ether]], ["bytes32", "uint32"]);
    const block = await ssv.ethers.provider.getBlockNumber();
    for (const oracle of ssv.oracles.slice(0, 3)) await ssv.network.connect(oracle).commitRoot(tree.root, block);
    await own().updateClusterBalance(block, owner, OPERATOR_IDS, await snapshot(), ether, tree.getProof(0));
  }

  /** The last point of a block is what the views said of its end. */
  async function expectAsViewed(points: readonly HistoryPoint[]): Promise<void> {
    const last = new Map(points.map((point) => [point.blockNumber, point]));
    for (const [blockTag, point] of last) {
      const cluster = await snapshot(blockTag);
      const args = [owner, OPERATOR_IDS, cluster, { blockTag }] as const;
      const viewed = cluster.active ? await ssv.views.getBalance(...args) : cluster.balance;
      expect(point.balance, `balance at ${blockTag}`).to.equal(viewed);
      const rate = cluster.active ? await ssv.views.getBurnRate(...args) : 0n;
      expect(point.burnRateWeiPerBlock, `burn rate at ${blockTag}`).to.equal(rate);
    }
  }

  it("predicts what the views said at each block at which something happened, to the wei", async () => {
    const { network, dao, stranger, operatorOwner } = ssv;
    await add(KEYS.slice(0, 2), ETHER / 1_000n);
    await mine(10);
    await raise(2n);
    await mine(20);
    await network.connect(stranger).deposit(owner, OPERATOR_IDS, await snapshot(), { value: 12_345n });
    await network.connect(dao).updateNetworkFee(3_000_000_000n);
    await mine(5);
    await weigh(101);
    await mine(7);
    await network.connect(dao).updateLiquidationThresholdPeriod(21_480n);
    await network.connect(operatorOwner).reduceOperatorFee(3n, OPERATOR_FEE / 2n);
    await own().withdraw(OPERATOR_IDS, 5_000n, await snapshot());
    await add(KEYS.slice(2, 3), ETHER);
    await network.connect(dao).updateMinimumLiquidationCollateral(ETHER / 1_000n);
    await network.connect(operatorOwner).removeOperator(4n);
    await mine(9);
    await own().removeValidator(KEYS[0] ?? "", OPERATOR_IDS, await snapshot());
    await raise(1n);
    await mine(3);

    const { histories: found, times } = await histories();
    const [history] = found;
    const points = history?.points ?? [];
    expect(found).to.have.lengthOf(1);
    expect(history?.exactFrom).to.equal(points[0]?.blockNumber);
    await expectAsViewed(points);
    expect(points.flatMap(({ events }) => events)).to.deep.equal([
      ...["ValidatorAdded", "ClusterDeposited", "ClusterBalanceUpdated"],
      ...["ClusterWithdrawn", "ValidatorAdded", "ValidatorRemoved"],
    ]);
    expect(history?.changes.map(({ term, from, to }) => [term, from, to])).to.deep.equal([
      [{ operatorId: 2n }, OPERATOR_FEE, (OPERATOR_FEE * 11n) / 10n],
      ["networkFeeWei", 2_000_000_000n, 3_000_000_000n],
      ["liquidationThresholdBlocks", 300n, 21_480n],
      [{ operatorId: 3n }, OPERATOR_FEE, OPERATOR_FEE / 2n],
      ["minimumCollateralWei", 2_000_000_000_000n, ETHER / 1_000n],
      [{ operatorId: 4n }, OPERATOR_FEE, 0n],
      [{ operatorId: 1n }, OPERATOR_FEE, (OPERATOR_FEE * 11n) / 10n],
    ]);
    for (const { blockNumber } of points)
      expect(times.get(blockNumber)).to.equal(
        BigInt((await ssv.ethers.provider.getBlock(blockNumber))?.timestamp ?? 0),
      );
  });

  it("reads effective balances from the cache as from the logs", async () => {
    await add(KEYS.slice(0, 1), ETHER);
    await weigh(40);
    const cacheFolder = mkdtempSync(join(tmpdir(), "histories-"));
    const read = async () => fetchOwnerEvents(ssv.network, owner, { cacheFolder });
    const events = await read();
    expect(events.at(-1)).to.include({ name: "ClusterBalanceUpdated", effectiveBalanceEther: 40n });
    expect(await read()).to.deep.equal(events);
    rmSync(cacheFolder, { recursive: true });
  });

  it("follows a cluster that nobody pays for into liquidation, and back", async () => {
    // More than the threshold of 300 blocks.
    const collateral = 2_000_000_000_000n;
    const start = collateral + 40n * BURN_RATE;
    await add(KEYS.slice(0, 1), start);
    // The chain keeps the state of the last block that is mined at a time: of the ends of runway and balance.
    for (const blocks of [40, 334, 100]) await mine(blocks);
    await ssv.network.connect(ssv.stranger).liquidate(owner, OPERATOR_IDS, await snapshot());
    await ssv.network.connect(ssv.stranger).deposit(owner, OPERATOR_IDS, await snapshot(), { value: 77n });
    await mine(4);
    await own().reactivate(OPERATOR_IDS, await snapshot(), { value: 2n * start });
    await mine(4);
    await own().removeValidator(KEYS[0] ?? "", OPERATOR_IDS, await snapshot());

    const [history] = (await histories()).histories;
    const points = history?.points ?? [];
    await expectAsViewed(points);
    const [begin] = points;
    const ends = points.filter(({ blockNumber }) => blockNumber === (begin?.blockNumber ?? 0) + 40);
    expect(ends.map(({ runwayBlocks, balance }) => [runwayBlocks, balance])).to.deep.equal([[0n, collateral]]);
    const broke = points.find(({ balance }) => balance === 0n);
    expect(broke?.blockNumber).to.equal((begin?.blockNumber ?? 0) + 374);
    const [dead, paid] = points.filter(({ isActive, events }) => !isActive && events.length > 0);
    expect([dead?.balance, dead?.runwayBlocks, paid?.balance]).to.deep.equal([0n, 0n, 77n]);
    expect(points.at(-1)).to.deep.include({ validatorCount: 0n, runwayBlocks: null });
    expect(history?.exactFrom).to.equal(begin?.blockNumber);
  });

  it("ends where the views stand, also with a fee that changed in the last block", async () => {
    await add(KEYS, ETHER);
    await mine(3);
    await ssv.network.connect(ssv.dao).updateNetworkFee(7_000_000_000n);
    const [cluster] = (await fetchClusterStatuses(ssv.network, owner)).clusters;
    const [history] = (await histories()).histories;
    const last = history?.points.at(-1);
    expect([last?.balance, last?.runwayBlocks, last?.burnRateWeiPerBlock, last?.collateral]).to.deep.equal([
      ...[cluster?.balance, cluster?.runwayBlocks, cluster?.burnRateWeiPerBlock, cluster?.collateral],
    ]);
  });

  it("does without old states, but for what nobody logged of the time before a first change", async () => {
    await add(KEYS, ETHER);
    await mine(3);
    await ssv.network.connect(ssv.dao).updateMinimumLiquidationCollateral(ETHER / 2n);
    await ssv.network.connect(ssv.operatorOwner).reduceOperatorFee(3n, OPERATOR_FEE / 2n);
    const { provider } = ssv.ethers;
    const head = await provider.getBlockNumber();
    const forgetful = new Proxy(provider, {
      get(target, name, receiver) {
        if (name === "provider") return receiver as unknown;
        const call: typeof target.call = (tx) =>
          tx.blockTag === head ? target.call(tx) : Promise.reject(new Error("missing trie node"));
        const value: unknown = name === "call" ? call : Reflect.get(target, name, target);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
    const network = ssv.network.connect(forgetful);
    const read = async (from: typeof network) => {
      const [history] = (await fetchClusterHistories(from, await fetchClusterStatuses(from, owner))).histories;
      return history;
    };
    const [whole, partial] = [await read(ssv.network), await read(network)];
    const known = new Map(whole?.points.map((point) => [point.blockNumber, point.balance]));
    expect(partial?.points.map(({ blockNumber, balance }) => [blockNumber, balance])).to.deep.equal(
      [head - 5, head, head].map((blockNumber) => [blockNumber, known.get(blockNumber)]),
    );
    expect(whole?.points[0]?.collateral).to.equal(4n * BURN_RATE * 300n);
    expect(partial?.points[0]?.collateral).to.equal(ETHER / 2n);
    expect([whole?.changes.length, partial?.changes.length]).to.deep.equal([2, 1]);
    expect(partial?.exactFrom).to.equal(whole?.exactFrom);
  });

  it("keeps clusters apart, and reads nothing for an account without any", async () => {
    expect((await histories()).histories).to.deep.equal([]);
    await add(KEYS.slice(0, 1), ETHER);
    const others = [1n, 2n, 3n, 5n];
    await own().registerValidator(KEYS[1] ?? "", others, "0x", NEW_CLUSTER, { value: 2n * ETHER });
    await ssv.network.connect(ssv.operatorOwner).reduceOperatorFee(5n, 0n);
    const [first, second] = (await histories()).histories;
    expect(first?.changes).to.deep.equal([]);
    expect(second?.changes.map(({ term }) => term)).to.deep.equal([{ operatorId: 5n }]);
    expect([first?.points[0]?.balance, second?.points[0]?.balance]).to.deep.equal([ETHER, 2n * ETHER]);
  });
});
