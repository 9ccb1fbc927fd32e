import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { buildApproval, offerKeys, signApproval } from "../../clients/activation.ts";
import { findBatch, type RegisteredBatch } from "../../clients/batches.ts";
import { chainOf } from "../../clients/committee.ts";
import { findKeyUsage, ownerOfPool } from "../../clients/keyUsage.ts";
import { fetchRegisteredOperators } from "../../clients/operators.ts";
import { fetchClusterSnapshot } from "../../clients/ownerEvents.ts";
import { requireEvent } from "../../clients/receipts.ts";
import { checkUnused } from "../../clients/unusedKeys.ts";
import type { Ceremony } from "../../src/ceremony/ceremony.ts";
import { checkExpectations } from "../../src/ceremony/expectations.ts";
import { checkOperators } from "../../src/ceremony/operators.ts";
import { ceremonyTree } from "../../src/ceremony/tree.ts";
import type { MemberSigner } from "../../src/oracle/messages.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { PoolETH } from "../../typechain-types/index.ts";
import type { PoolConnection } from "../connect.ts";
import { InputError } from "../input.ts";
import { showEther } from "../output.ts";
import { describeBlocks } from "../scanFrom.ts";
import { waitForBlock } from "../staleCluster.ts";
import type { Plan } from "../transaction.ts";

/** Keys to activate. */
export interface ActivationRequest {
  readonly sender: HardhatEthersSigner;
  /** A quorum, who approve. */
  readonly members: readonly MemberSigner[];
  readonly ceremony: Ceremony;
  /** All of the pool. */
  readonly batches: readonly RegisteredBatch[];
  readonly maxCount: number;
  /** Block before which nobody can have used the keys. */
  readonly scanFrom: number;
}

const STAKE = 32n * 10n ** 18n;
/** Two epochs: a reorganisation of the chain reaches no further back. */
const REORGANISED_BLOCKS = 64;

/**
 * Proposes to stake to the next keys of a ceremony's batch, as many as the free ether allows. The keys are checked as
 * members have to, before these sign.
 * @throws {FieldError} If the batch is not registered or not live, nothing is free, an operator is not as the keys were
 *   split for it, or keys were used before.
 */
export async function planActivation(opened: PoolConnection, request: ActivationRequest): Promise<Plan> {
  const { poolETH, poolManager, clusterManager, ssvNetwork } = opened.pool;
  const { ceremony, batches, sender, members, maxCount, scanFrom } = request;
  const [owner, credentials] = await Promise.all([
    clusterManager.getAddress(),
    poolETH.withdrawalCredentials(false) as Promise<Hex>,
  ]);
  checkExpectations(ceremony, { owner, withdrawalCredentials: credentials });
  const { batchId, from, left } = requireBatch(batches, ceremony);
  const free = await poolManager.freeEther();
  const count = Math.min(maxCount, left, Number(free / STAKE));
  if (count === 0)
    throw new InputError(
      "free ether",
      showEther(free),
      "is less than the 32 ETH of one key",
      "wait for deposits, which `pool status` shows",
    );

  checkOperators(ceremony, await fetchRegisteredOperators(ssvNetwork, ceremony.operatorIds));
  const pubkeys = ceremony.keys.slice(from, from + count).map(({ pubkey }) => pubkey);
  const keyOwner = await ownerOfPool(opened.pool);
  const scan = { network: ceremony.network, fromBlock: scanFrom, batches };
  const usages = await findKeyUsage(keyOwner, pubkeys, scan);
  checkUnused(usages, "activate");
  const activation = await offerKeys(clusterManager, ceremony, batchId, from, from + count, opened);
  const approval = await approve(poolETH, activation);
  // All that took a while, and an approval only keeps away deposits after its own block.
  const until = { block: Number(approval.blockNumber), depositCount: approval.depositCount };
  const lookedAt = usages.scanned?.toBlock ?? until.block;
  const fromBlock = Math.min(Math.max(scanFrom, lookedAt - REORGANISED_BLOCKS), until.block);
  checkUnused(await findKeyUsage(keyOwner, pubkeys, { ...scan, fromBlock, until }), "activate");
  const { guard, approvals } = await signApproval(poolETH, approval, members);
  // Members approve keys, not the snapshot of their cluster.
  const propose = (cluster: typeof activation.cluster) =>
    poolManager.activate.populateTransaction({ ...activation, cluster }, guard, approvals);
  return {
    action: `stake ${showEther(BigInt(count) * STAKE)} to ${count} validator keys`,
    details: {
      batch: batchId,
      position: from,
      keys: count,
      approvals: members.length,
      noEarlierUse: describeBlocks({ fromBlock: scanFrom, toBlock: until.block }),
      pubkeys,
    },
    signer: sender,
    transaction: await propose(activation.cluster),
    renew: async () => propose(await fetchClusterSnapshot(ssvNetwork, owner, ceremony.operatorIds, opened)),
    outcome: (receipt) => {
      const event = requireEvent(poolManager, receipt, "BatchActivated") as { count: bigint; funding: bigint };
      return {
        batch: batchId,
        position: from,
        keys: Number(event.count),
        stakedWei: event.count * STAKE,
        clusterFundingWei: event.funding,
      };
    },
  };
}

/** An approval that can be simulated: not of the newest block, whose hash a call in it does not know. */
async function approve(poolETH: PoolETH, activation: Parameters<typeof buildApproval>[1]) {
  const approval = await buildApproval(poolETH, activation);
  const chain = chainOf(poolETH);
  if (BigInt(await chain.getBlockNumber()) > approval.blockNumber) return approval;
  await waitForBlock(chain);
  return buildApproval(poolETH, activation);
}

/** The batch that a ceremony was registered as, and what is left of it. */
function requireBatch(batches: readonly RegisteredBatch[], ceremony: Ceremony) {
  const batch = findBatch(batches, ceremony);
  if (batch === undefined)
    throw new InputError(
      "dir",
      ceremonyTree(ceremony.keys).root,
      "is not the root of a batch that waits",
      "run `validators register` with it first",
    );
  const { batchId, state, activated } = batch;
  if (state === "next" || state === "waiting") return { batchId, from: activated, left: batch.count - activated };
  throw new InputError(
    "dir",
    `batch ${batchId}`,
    state === "discarded" ? "was discarded" : "is activated already",
    "look up the batches with `validators list`",
  );
}
