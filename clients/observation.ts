import type { Provider } from "ethers";

import { localNetwork, LOCAL, type Network } from "../src/consensus/network.ts";
import type { SlotClock } from "../src/oracle/frames.ts";
import { computeReport, type ComputedReport, type ReportInputs } from "../src/oracle/reportInputs.ts";
import { ObservationError } from "../src/oracle/validatorKeys.ts";
import type { LastReport } from "../src/pool/reportChecks.ts";
import type { Hex } from "../src/units/hex.ts";
import type { Accounting, PoolETH } from "../typechain-types/index.ts";
import type { BeaconChain, BeaconNode } from "./beaconNode.ts";
import { chainOf } from "./committee.ts";
import { networkByChainId } from "./networks.ts";
import type { Pool } from "./pool.ts";
import { findReferenceState, requireSameState, type ReferenceState } from "./referenceState.ts";
import { fetchExecutionPart, fetchSlotClock } from "./report.ts";
import { fetchStakes, requireAllStakes } from "./stakes.ts";
import { fetchStateRecords, type StateRecordsOptions } from "./stateRecords.ts";
import { fetchFinalizableId } from "./withdrawalQueue.ts";

const SAME_CHAIN = "name a beacon node of the same chain";

/** A pool, and where its log begins. */
export interface ObservedPool {
  readonly pool: Pick<Pool, "poolETH" | "accounting" | "withdrawalQueue">;
  /** Block before which there is nothing of the pool. */
  readonly startBlock: number;
}

/** A report with all that it rests on. */
export interface Observation extends ComputedReport {
  readonly reference: ReferenceState;
  readonly chain: BeaconChain;
  readonly inputs: ReportInputs;
}

/** How a report is collected. */
export interface ObserveOptions extends StateRecordsOptions {
  /** That it must be able to follow; the one that was applied last if left out. */
  readonly last?: LastReport;
}

/**
 * Collects the report of a slot: from one final beacon state, and from the execution block that it stands on.
 * @param options How the beacon state is read: by POST unless said otherwise.
 * @throws {BeaconError} If the node cannot be asked, is not synced, is of another chain, or knows no such final slot.
 * @throws {StateFormatError} If a whole state is read, and is none.
 * @throws {StakeLogError} If not all keys of the pool are known.
 * @throws {ObservationError} If a key cannot be accounted for, the execution node has another block, or the report
 *   cannot follow the last one.
 */
export async function observe(
  { pool, startBlock }: ObservedPool,
  node: BeaconNode,
  refSlot: bigint,
  options: ObserveOptions = {},
): Promise<Observation> {
  const { poolETH, accounting, withdrawalQueue } = pool;
  const provider = chainOf(poolETH);
  const [chain, clock] = await Promise.all([node.chain(), fetchSlotClock(accounting)]);
  const network = await requireSameChain(node, chain, clock, provider);
  const reference = await findReferenceState(node, chain, refSlot);
  const { number: blockNumber } = reference.executionBlock;
  await requireBlock(provider, reference);

  const toBlock = Math.max(blockNumber, await provider.getBlockNumber());
  const [stakes, execution, finalizeUpTo, last, credentials] = await Promise.all([
    fetchStakes(poolETH, { fromBlock: startBlock, toBlock }),
    fetchExecutionPart(poolETH, blockNumber),
    fetchFinalizableId(withdrawalQueue, clock, refSlot, blockNumber),
    options.last ?? fetchLastReport(accounting),
    fetchCredentials(poolETH),
  ]);
  requireAllStakes(
    stakes.filter((stake) => stake.blockNumber <= blockNumber),
    execution.stakedWei,
  );
  const keys = new Set(stakes.map(({ pubkey }) => pubkey));
  const { validators, pendingDeposits } = await fetchStateRecords(node, reference, [...keys], options);
  await Promise.all([requireSameState(node, reference), requireBlock(provider, reference)]);

  const state = {
    ...{ refSlot, slotsPerEpoch: chain.slotsPerEpoch, blockNumber, network, credentials },
    ...{ stakes, validators, pendingDeposits: pendingDeposits.filter(({ pubkey }) => keys.has(pubkey)) },
  };
  const inputs: ReportInputs = { state, ...execution, finalizeUpTo, last };
  return { ...computeReport(inputs), reference, chain, inputs };
}

/** The network of a beacon node, which must be that of the pool, with the same clock. */
async function requireSameChain(
  node: BeaconNode,
  chain: BeaconChain,
  clock: SlotClock,
  provider: Provider,
): Promise<Network> {
  const { chainId } = await provider.getNetwork();
  const { genesisTime, secondsPerSlot, genesisForkVersion } = chain;
  if (chain.chainId !== chainId)
    throw node.refuse(`chain id ${chain.chainId}`, `follows another chain than the pool's, ${chainId}`, SAME_CHAIN);
  if (genesisTime !== clock.genesisTime || secondsPerSlot !== clock.secondsPerSlot)
    throw node.refuse(
      `${secondsPerSlot} seconds from ${genesisTime}`,
      `has other slots than the pool, of ${clock.secondsPerSlot} seconds from ${clock.genesisTime}`,
      SAME_CHAIN,
    );
  if (chainId === LOCAL.chainId) return localNetwork(genesisForkVersion);
  const network = networkByChainId(chainId);
  if (network.genesisForkVersion !== genesisForkVersion)
    throw node.refuse(
      genesisForkVersion,
      `has another genesis fork version than the network, ${network.genesisForkVersion}`,
      SAME_CHAIN,
    );
  return network;
}

/** A block that is final does not change at its number, so that all can be read by that, of which every node is capable. */
async function requireBlock(provider: Provider, { executionBlock: { number, hash }, slot }: ReferenceState) {
  const found = (await provider.getBlock(number))?.hash ?? "no block";
  if (found !== hash)
    throw new ObservationError(
      "execution block",
      found,
      `${number} is not that of the beacon state at slot ${slot}, ${hash}`,
      "wait until the execution node has caught up, or use nodes of the same chain",
    );
}

/** What the contract keeps of the report before, without what the answers of contracts have besides their fields. */
async function fetchLastReport(accounting: Accounting): Promise<LastReport> {
  const last = await accounting.lastReport();
  const { refSlot, clBalanceGwei, stakedGwei, stakedKeys, exitedKeys, slashedKeys, lostKeys } = last;
  const { creditedFromVaults, deferredRewards, costsChargedAt } = last;
  return {
    ...{ refSlot, clBalanceGwei, stakedGwei, stakedKeys, exitedKeys, slashedKeys, lostKeys },
    ...{ creditedFromVaults, deferredRewards, costsChargedAt },
  };
}

async function fetchCredentials(poolETH: PoolETH): Promise<Hex[]> {
  const both = await Promise.all([poolETH.withdrawalCredentials(false), poolETH.withdrawalCredentials(true)]);
  return both.map((credentials) => credentials.toLowerCase() as Hex);
}
