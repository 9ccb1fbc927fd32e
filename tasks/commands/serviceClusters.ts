import type { ClusterStatus } from "../../clients/clusterStatus.ts";
import { withFees } from "../../src/ssv/declaredFees.ts";
import { BLOCKS_PER_DAY, requiredFunding, runwayBlocks, vUnitsOfBalance } from "../../src/ssv/fees.ts";
import { dueFee, type Operator } from "../../src/ssv/operator.ts";
import { clusterKey, type OwnedValidator } from "../../src/ssv/ownerEvents.ts";
import { clusterRow, daysOf } from "./clusterFields.ts";
import { declaredFeeFields } from "./operatorFields.ts";

/** What is known beside the clusters themselves. */
export interface ServiceContext {
  readonly minRunwayBlocks: bigint;
  /** How long the clusters shall be filled. */
  readonly days: bigint;
  readonly operators: ReadonlyMap<bigint, Operator>;
  readonly validators: readonly OwnedValidator[];
}

/** What a service wants to know of a cluster: what `cluster list` says, and what is about to change. */
export function serviceRow(cluster: ClusterStatus, { minRunwayBlocks, days, operators, validators }: ServiceContext) {
  const { balance, terms, snapshot, operatorIds, condition } = cluster;
  const { nextAction, ...row } = clusterRow(cluster, minRunwayBlocks);
  const due = new Map([...operators].map(([id, operator]) => [id, dueFee(operator)]));
  const raised = runwayWith(cluster, due);
  const willBeShort = condition === "active" && raised !== null && raised < minRunwayBlocks;
  const key = clusterKey(operatorIds);
  const leaving = validators.filter(
    (validator) => validator.state === "exit requested" && clusterKey(validator.operatorIds) === key,
  );
  return {
    ...row,
    exitRequested: leaving.length,
    runwayDaysIfRaised: daysOf(raised),
    missingWei:
      snapshot.validatorCount === 0n ? 0n : requiredFunding(balance, terms, unitsOf(cluster), days * BLOCKS_PER_DAY),
    nextAction: nextAction === "none" && willBeShort ? "pay in: declared fees make the runway short" : nextAction,
  };
}

/** The fees that operators of a cluster have declared, and what each of them alone would do to the runway. */
export function declaredRows(cluster: ClusterStatus, operators: ReadonlyMap<bigint, Operator>) {
  return cluster.operatorIds.flatMap((id) => {
    const operator = operators.get(id);
    const declared = declaredFeeFields(operator?.declaredFee);
    if (operator === undefined || declared === null) return [];
    return [
      {
        operators: [...cluster.operatorIds],
        operator: id,
        feeWeiPerBlock: operator.feeWeiPerBlock,
        declaredWeiPerBlock: declared.feeWeiPerBlock,
        executableAt: declared.executableAt,
        expiresAt: declared.expiresAt,
        runwayDaysAfter: daysOf(runwayWith(cluster, new Map([[id, declared.feeWeiPerBlock]]))),
      },
    ];
  });
}

/** Orders clusters by how soon somebody has to act; of two that run, the one with the shorter runway is first. */
export function byUrgency(a: ServiceRow, b: ServiceRow): number {
  return urgencyOf(a) - urgencyOf(b) || daysLeft(a) - daysLeft(b) || blocksLeft(a) - blocksLeft(b);
}

/** What is shown of a cluster. */
export type ServiceRow = ReturnType<typeof serviceRow>;

/** What can still be saved comes before what is lost already. */
function urgencyOf({ condition, validators }: ServiceRow): number {
  if (validators === 0) return 3;
  return condition === "liquidatable" ? 0 : condition === "liquidated" ? 1 : 2;
}

function daysLeft({ runwayDaysIfRaised: days }: ServiceRow): number {
  return days ?? Number.MAX_SAFE_INTEGER;
}

function blocksLeft({ runwayBlocks: blocks }: ServiceRow): number {
  return Number(blocks ?? 0n);
}

/** Runway if these fees were in force now; null if it has no end. */
function runwayWith(cluster: ClusterStatus, feesWei: ReadonlyMap<bigint, bigint>): bigint | null {
  const { operatorIds, terms, balance, snapshot } = cluster;
  if (!snapshot.active || snapshot.validatorCount === 0n) return cluster.runwayBlocks;
  return runwayBlocks(balance, withFees(terms, operatorIds, feesWei), unitsOf(cluster));
}

/** What a cluster is to be funded for: a pool's for the largest validators, as its manager does. */
function unitsOf({ effectiveBalanceEther, maximum }: ClusterStatus): bigint {
  return vUnitsOfBalance(maximum?.effectiveBalanceEther ?? effectiveBalanceEther);
}
