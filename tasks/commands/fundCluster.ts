import { BLOCKS_PER_DAY, requiredFunding, vUnitsOfBalance } from "../../src/ssv/fees.ts";
import { atMost, NothingLeft } from "../agreement.ts";
import { describeChange, findClusterSender, readAnew, runwayAfter, type OpenCluster } from "../clusterAccount.ts";
import { InputError } from "../input.ts";
import { showEther } from "../output.ts";
import type { Plan } from "../transaction.ts";
import { requireNotUsedUp } from "./usedUpCluster.ts";

/** How much to pay into a cluster, or for how long it shall run then. */
export type FundingRequest = { readonly ethAmount: bigint } | { readonly days: bigint };

/** Blocks that may go by until the payment is mined, so that the runway is not short of a day at once. */
const MARGIN_BLOCKS = 50n;

/**
 * Proposes to pay into a cluster, of whomever it is: from the pool's operating reserve, or from the account that sends.
 * @throws {InputError} If nothing is to be paid, it would be lost, or nobody may.
 */
export function planFund(target: OpenCluster, wanted: FundingRequest): Promise<Plan> {
  return propose(target, wanted, amountOf(target, wanted));
}

async function propose(target: OpenCluster, wanted: FundingRequest, ethAmount: bigint): Promise<Plan> {
  const { opened, owner, ssv, cluster } = target;
  const operatorIds = [...cluster.operatorIds];
  const { snapshot } = cluster;
  const source = opened === undefined ? "the account that sends" : "the operating reserve";
  const signer = await findClusterSender(target, "fund");
  const isForeign = opened === undefined && signer.address !== owner;
  return {
    action: `pay ${showEther(ethAmount)} into the cluster of operators ${operatorIds.join(", ")}, from ${source}`,
    details: { ...describeChange(target, ethAmount), valueWei: ethAmount },
    warnings: [
      ...(isForeign ? [`the cluster is that of ${owner}: what is paid in is that account's for good`] : []),
      ...(cluster.condition === "liquidated" ? ["the cluster stays liquidated until it is reactivated"] : []),
    ],
    signer,
    transaction:
      opened === undefined
        ? { ...(await ssv.ssvNetwork.deposit.populateTransaction(owner, operatorIds, snapshot)), value: ethAmount }
        : await opened.pool.clusterManager.fund.populateTransaction(operatorIds, snapshot, ethAmount),
    agreement: {
      terms: {
        payWei: ethAmount,
        condition: cluster.condition,
        runwayBlocksAfter: runwayAfter(cluster, ethAmount),
      },
      propose: async (mostWei) => {
        const newest = await readAnew(target);
        requireMissing(newest, wanted);
        return propose(newest, wanted, atMost(amountOf(newest, wanted), mostWei));
      },
    },
    outcome: () => ({ account: owner, operators: operatorIds, paidWei: ethAmount }),
  };
}

function amountOf({ cluster }: OpenCluster, wanted: FundingRequest): bigint {
  requireNotUsedUp(cluster);
  if ("ethAmount" in wanted) {
    if (wanted.ethAmount > 0n) return wanted.ethAmount;
    throw new InputError("amount", "0", "is nothing", "pay something in");
  }
  const missing = missingFor(cluster, wanted.days);
  if (missing > 0n && cluster.runwayBlocks !== null) return missing;
  throw new InputError(
    "days",
    wanted.days.toString(),
    cluster.runwayBlocks === null ? "is for a cluster that burns nothing" : "is no longer than the cluster runs anyway",
    "look at it with `cluster status`",
  );
}

/** Somebody else may have paid meanwhile. */
function requireMissing({ owner, cluster }: OpenCluster, wanted: FundingRequest): void {
  if ("ethAmount" in wanted || cluster.runwayBlocks === null || missingFor(cluster, wanted.days) > 0n) return;
  throw new NothingLeft(
    `nothing to do: somebody has paid in meanwhile, and the cluster runs for ${wanted.days} days and more`,
    { account: owner, operators: [...cluster.operatorIds], paidWei: 0n },
  );
}

/** Wei for so many days and the margin; nothing where it runs for the days anyway. */
function missingFor({ balance, terms, effectiveBalanceEther }: OpenCluster["cluster"], days: bigint): bigint {
  const missing = (blocks: bigint) => requiredFunding(balance, terms, vUnitsOfBalance(effectiveBalanceEther), blocks);
  const blocks = days * BLOCKS_PER_DAY;
  return missing(blocks) > 0n ? missing(blocks + MARGIN_BLOCKS) : 0n;
}
