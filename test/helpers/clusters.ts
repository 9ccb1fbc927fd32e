import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { type BytesLike, concat } from "ethers";

import { fetchClusterSnapshot } from "../../clients/ownerEvents.ts";
import { clusterId, type ClusterSnapshot } from "../../src/ssv/cluster.ts";
import {
  collectSignatures,
  committeeDomain,
  EXIT_STATUS_TYPES,
  type ExitStatus,
  type MemberSigner,
  pubkeysHash,
} from "../../src/oracle/messages.ts";
import type { FeeTerms } from "../../src/ssv/fees.ts";
import type { Hex } from "../../src/units/hex.ts";
import { activate } from "./activation.ts";
import { deployFunded, newBatch } from "./registry.ts";
import type { TestSuite } from "./suite.ts";

/** SSV's oracles on a local chain: three of four are a quorum. */
const ORACLES = [15, 16, 17];
/** Operators, network: parameters of the local chain. */
export const BURN_RATE = 4n * 1_770_000_000n + 3_366_600_000n;
export const MINIMUM_COLLATERAL = 324_862_500_000_000n;
export const THRESHOLD_BLOCKS = 42_960n;
export const RUNWAY = 648_000n;
export const MIN_RUNWAY = 216_000n;

/** A cluster of the pool as the next call on it needs it. */
export interface PoolCluster {
  readonly owner: string;
  readonly operatorIds: bigint[];
  readonly cluster: ClusterSnapshot;
  /** Settled as of the newest block, wei; what stands in the snapshot where nothing burns. */
  readonly balance: bigint;
}

/** A suite that activated keys of one batch, and that batch. */
export async function deployRunning(count: number, depositEther = 400n) {
  const suite = await deployFunded(depositEther);
  const batch = await newBatch(suite, count);
  await activate(suite, batch.ceremony, batch.batchId, 0, count);
  return { ...suite, batch, pubkeys: batch.ceremony.keys.map(({ pubkey }) => pubkey) };
}

/** The pool's cluster with the suite's operators, or with others. */
export async function poolCluster(
  suite: TestSuite,
  operatorIds = suite.operators.map(({ id }) => id),
): Promise<PoolCluster> {
  const owner = await suite.clusterManager.getAddress();
  const cluster = await fetchClusterSnapshot(suite.ssvNetwork, owner, operatorIds);
  const isRunning = cluster.active && cluster.validatorCount > 0n;
  const balance = isRunning ? await suite.ssvViews.getBalance(owner, operatorIds, cluster) : cluster.balance;
  return { owner, operatorIds, cluster, balance };
}

/** What SSV charges now, read without the contract under test. */
export async function feeTerms(
  { ssvViews, operators }: TestSuite,
  operatorIds = operators.map(({ id }) => id),
): Promise<FeeTerms> {
  return {
    operatorFeesWei: await Promise.all(operatorIds.map((id) => ssvViews.getOperatorFee(id))),
    networkFeeWei: await ssvViews.getNetworkFee(),
    minimumCollateralWei: await ssvViews.getMinimumLiquidationCollateral(),
    liquidationThresholdBlocks: await ssvViews.getLiquidationThresholdPeriod(),
  };
}

/** Lets SSV's oracles commit that the cluster's validators have `ether` together, and applies it. */
export async function updateEffectiveBalance(suite: TestSuite, ether: bigint): Promise<void> {
  const { operatorIds, owner, cluster } = await poolCluster(suite);
  const tree = StandardMerkleTree.of<[string, bigint]>([[clusterId(owner, operatorIds), ether]], ["bytes32", "uint32"]);
  const { ethers } = suite.chain;
  const block = await ethers.provider.getBlockNumber();
  const signers = await ethers.getSigners();
  for (const oracle of signers.filter((_, index) => ORACLES.includes(index)))
    await suite.ssvNetwork.connect(oracle).commitRoot(tree.root, block);
  await suite.ssvNetwork.updateClusterBalance(block, owner, operatorIds, cluster, ether, tree.getProof(0));
}

/** Lets so many blocks pass that somebody liquidates the cluster, and lets him. */
export async function liquidate(suite: TestSuite): Promise<void> {
  const { operatorIds, cluster, owner } = await poolCluster(suite);
  await suite.chain.networkHelpers.mine((await suite.clusterManager.runwayOf(operatorIds, cluster)) + 1n);
  await suite.ssvNetwork.connect(suite.treasury).liquidate(owner, operatorIds, cluster);
}

/** Public keys as calls on the owner account take them. */
export function packed(pubkeys: readonly BytesLike[]): Hex {
  return concat(pubkeys) as Hex;
}

/** What members sign for keys whose validators are gone; by three of them, for the committee in place. */
export async function signExitStatus(
  suite: TestSuite,
  pubkeys: readonly BytesLike[],
  refSlot: bigint,
  signers: readonly MemberSigner[] = suite.members.slice(0, 3),
): Promise<Hex> {
  const { chainId } = await suite.chain.ethers.provider.getNetwork();
  const domain = committeeDomain(chainId, await suite.poolETH.committee());
  const status: ExitStatus = { pubkeysHash: pubkeysHash(packed(pubkeys)), refSlot };
  return collectSignatures(signers, domain, EXIT_STATUS_TYPES, status);
}
