import { concat, getBytes, toBigInt, type BlockTag, type BytesLike, type Provider } from "ethers";

import type { Ceremony } from "../src/ceremony/ceremony.ts";
import { ceremonyTree, proveKeys } from "../src/ceremony/tree.ts";
import {
  APPROVAL_TYPES,
  collectSignatures,
  keysHash,
  type ActivationApproval,
  type MemberSigner,
} from "../src/oracle/messages.ts";
import type { Hex } from "../src/units/hex.ts";
import {
  Accounting__factory,
  IDepositContract__factory,
  ISSVNetwork__factory,
  type ClusterManager,
  type PoolETH,
  type PoolManager,
} from "../typechain-types/index.ts";
import type { IPoolManager, StakeKeysStruct } from "../typechain-types/contracts/policy/PoolManager.ts";
import { chainOf, fetchCommitteeDomain } from "./committee.ts";
import { fetchClusterSnapshot, type EventSource } from "./ownerEvents.ts";

const VALID_SLOTS = 300n;

/** The arguments of `PoolManager.activate` that carry the committee's approval. */
export interface Approvals {
  readonly guard: Pick<ActivationApproval, "depositCount" | "blockNumber" | "deadline">;
  /** Packed signatures. */
  readonly approvals: Hex;
}

/**
 * Registers the keys of a ceremony as a batch.
 * @param poolManager Connected to the operator.
 * @param contentURI Where the keys can be read.
 * @returns The batch's id and the transaction that registers it.
 */
export async function registerCeremony(poolManager: PoolManager, ceremony: Ceremony, contentURI: string) {
  const batchId = await poolManager.batchCount();
  const { root } = ceremonyTree(ceremony.keys);
  const transaction = await poolManager.registerBatch(
    root,
    ceremony.keys.length,
    [...ceremony.operatorIds],
    contentURI,
  );
  return { batchId, transaction };
}

/**
 * The argument of `PoolManager.activate` that offers positions `from` up to, not including, `to` of a batch, with the
 * newest snapshot of its cluster.
 * @param source Where the cluster's events are kept between runs.
 * @throws {PositionError} If the batch has no such positions.
 */
export async function offerKeys(
  clusterManager: ClusterManager,
  ceremony: Ceremony,
  batchId: bigint,
  from: number,
  to: number,
  source: EventSource = {},
): Promise<IPoolManager.ActivationStruct> {
  const { proof } = proveKeys(ceremonyTree(ceremony.keys), from, to);
  const [owner, address] = await Promise.all([clusterManager.getAddress(), clusterManager.SSV_NETWORK()]);
  const ssvNetwork = ISSVNetwork__factory.connect(address, chainOf(clusterManager));
  return {
    batchId,
    operatorIds: [...ceremony.operatorIds],
    keys: stakeKeys(ceremony, from, to),
    sharesData: concat(ceremony.keys.slice(from, to).map(({ sharesData }) => sharesData)),
    proof,
    cluster: await fetchClusterSnapshot(ssvNetwork, owner, ceremony.operatorIds, source),
  };
}

/** What is staked to the keys at positions `from` up to, not including, `to` of a ceremony. */
export function stakeKeys(ceremony: Ceremony, from: number, to: number): StakeKeysStruct {
  const keys = ceremony.keys.slice(from, to);
  return {
    pubkeys: concat(keys.map(({ pubkey }) => pubkey)),
    signatures: concat(keys.map(({ depositSignature }) => depositSignature)),
    depositDataRoots: concat(keys.map(({ depositDataRoot }) => depositDataRoot)),
    amountGwei: ceremony.amount,
    compounding: false,
  };
}

/**
 * What members sign to approve an offer. It names the newest block but one, because nodes that simulate a call in the
 * newest do not know that one's hash; only if a deposit came with the newest block, it has to name that.
 * Checking the keys comes before this.
 * @param validSeconds How long the approval is good for, counted from the newest block; 300 slots if left out, an hour
 *   on public networks.
 */
export async function buildApproval(
  poolETH: PoolETH,
  { keys }: Pick<IPoolManager.ActivationStruct, "keys">,
  validSeconds?: bigint,
): Promise<ActivationApproval> {
  const chain = chainOf(poolETH);
  const newest = await fetchBlock(chain, "latest");
  const depositContract = IDepositContract__factory.connect(await poolETH.DEPOSIT_CONTRACT(), chain);
  const parent = newest.number === 0 ? newest : await fetchBlock(chain, newest.number - 1);
  const [count, countBefore] = await Promise.all([
    depositContract.get_deposit_count({ blockTag: newest.number }),
    depositContract.get_deposit_count({ blockTag: parent.number }),
  ]);
  const block = count === countBefore ? parent : newest;
  const validUntil = BigInt(newest.timestamp) + (validSeconds ?? (await secondsOfSlots(poolETH, VALID_SLOTS)));
  return { ...(await approvalAt(poolETH, keys, block.number)), deadline: validUntil };
}

/**
 * What members sign to approve keys as of a block: the same whoever looks at that block, and good for 300 slots from it,
 * an hour on public networks, unless somebody deposits before.
 */
export async function approvalAt(
  poolETH: PoolETH,
  keys: StakeKeysStruct,
  blockNumber: number,
): Promise<ActivationApproval> {
  const chain = chainOf(poolETH);
  const depositContract = IDepositContract__factory.connect(await poolETH.DEPOSIT_CONTRACT(), chain);
  const [block, count, credentials, validSeconds] = await Promise.all([
    fetchBlock(chain, blockNumber),
    depositContract.get_deposit_count({ blockTag: blockNumber }),
    poolETH.withdrawalCredentials(keys.compounding),
    secondsOfSlots(poolETH, VALID_SLOTS),
  ]);
  return {
    keysHash: keysHash(packed(keys.pubkeys), packed(keys.signatures)),
    withdrawalCredentials: credentials as Hex,
    amountGwei: BigInt(keys.amountGwei),
    depositCount: toBigInt(getBytes(count).reverse()),
    blockNumber: BigInt(block.number),
    blockHash: block.hash,
    deadline: BigInt(block.timestamp) + validSeconds,
  };
}

/** Has members sign an approval, for the committee in place. */
export async function signApproval(
  poolETH: PoolETH,
  approval: ActivationApproval,
  signers: readonly MemberSigner[],
): Promise<Approvals> {
  const { depositCount, blockNumber, deadline } = approval;
  const domain = await fetchCommitteeDomain(poolETH);
  return {
    guard: { depositCount, blockNumber, deadline },
    approvals: await collectSignatures(signers, domain, APPROVAL_TYPES, approval),
  };
}

async function secondsOfSlots(poolETH: PoolETH, slots: bigint): Promise<bigint> {
  const accounting = Accounting__factory.connect(await poolETH.ACCOUNTING(), chainOf(poolETH));
  return slots * (await accounting.SECONDS_PER_SLOT());
}

async function fetchBlock(chain: Provider, tag: BlockTag) {
  const block = await chain.getBlock(tag);
  if (block?.hash == null) throw new Error(`the node has no block ${tag.toString()}`);
  return { number: block.number, timestamp: block.timestamp, hash: block.hash as Hex };
}

function packed(bytes: BytesLike): Hex {
  return concat([bytes]) as Hex;
}
