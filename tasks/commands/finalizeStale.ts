import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { requireEvent } from "../../clients/receipts.ts";
import { fetchStaleQueue, findStaleStep, type StaleStep } from "../../clients/staleQueue.ts";
import { isMarked, markableAt, type Opening, type Staleness } from "../../src/pool/redemption.ts";
import type { WithdrawalQueue } from "../../typechain-types/index.ts";
import type { PoolConnection } from "../connect.ts";
import { InputError } from "../input.ts";
import { showEther } from "../output.ts";
import type { Plan } from "../transaction.ts";

const RULES = {
  marked: "the stop of reports was marked a day before",
  silent: "there was no report for 30 days",
  old: "the request has waited for 60 days",
} as const;

/** What to finalize without a report. */
export interface StaleRequest {
  readonly sender: HardhatEthersSigner;
  /** Last request to finalize; as many as the rules allow and the pool can pay if left out. */
  readonly id: bigint | undefined;
}

/**
 * Proposes to finalize requests without a report, or to mark that reports have stopped, where that must come first.
 * @throws {InputError} If nothing waits, no rule allows it yet, or the pool has too little ether at hand.
 */
export async function planFinalizeStale(opened: PoolConnection, { sender, id }: StaleRequest): Promise<Plan> {
  const queue = opened.pool.withdrawalQueue;
  const state = await fetchStaleQueue(opened.pool);
  const { staleness, lastId } = state;
  const { lastFinalizedId } = staleness;
  if (lastFinalizedId < lastId && id !== undefined && (id > lastId || id <= lastFinalizedId))
    throw new InputError(
      "id",
      id.toString(),
      id > lastId ? "is no request of this queue" : "is finalized",
      `name one of ${lastFinalizedId + 1n} to ${lastId}`,
    );
  const step = await findStaleStep(opened.pool, state, id);
  if (step.kind === "none")
    throw new InputError("queue", `${lastId} requests`, "has none that waits", "there is nothing to finalize");
  if (step.kind === "finalize") return planFinalization(queue, sender, step, id !== undefined);
  if (step.kind === "mark") return planMark(queue, sender, lastId, staleness.lastRebase);
  throw new InputError(
    "id",
    step.id.toString(),
    "cannot be finalized without a report yet",
    describeRules(staleness, step.rules),
  );
}

async function planFinalization(
  queue: WithdrawalQueue,
  sender: HardhatEthersSigner,
  { id, opening, payableId: lastId, requiredWei, availableWei }: Extract<StaleStep, { kind: "finalize" }>,
  isExact: boolean,
): Promise<Plan> {
  if (lastId === 0n || (isExact && lastId < id))
    throw new InputError(
      "id",
      id.toString(),
      `takes more than the ${showEther(availableWei)} that the pool has at hand`,
      lastId === 0n ? "collect the vaults first, or exit validators" : `name ${lastId}, or collect the vaults first`,
    );
  return {
    action: `finalize requests up to ${lastId} with ${showEther(requiredWei)}, because ${RULES[opening.rule]}`,
    details: {
      withdrawalQueue: await queue.getAddress(),
      ...{ rule: RULES[opening.rule], openSinceAt: opening.openAt, id: lastId, requiredWei, availableWei },
    },
    signer: sender,
    transaction: await queue.finalizeStale.populateTransaction(lastId),
    outcome: (receipt) => {
      const { firstId, ethAmount } = requireEvent(queue, receipt, "WithdrawalsFinalized") as {
        firstId: bigint;
        ethAmount: bigint;
      };
      return { firstId, id: lastId, finalizedWei: ethAmount };
    },
  };
}

async function planMark(
  queue: WithdrawalQueue,
  sender: HardhatEthersSigner,
  lastId: bigint,
  lastRebase: bigint,
): Promise<Plan> {
  return {
    action: `mark that reports have stopped, so that anyone may finalize requests up to ${lastId} a day later`,
    details: {
      withdrawalQueue: await queue.getAddress(),
      ...{ rule: "there was no report for seven days", lastRebaseAt: lastRebase, id: lastId },
    },
    warnings: ["nothing is finalized yet: run the command again a day later; a report in between ends the mark"],
    signer: sender,
    transaction: await queue.markStale.populateTransaction(),
    outcome: (receipt) => {
      const marked = requireEvent(queue, receipt, "StaleMarked") as { lastId: bigint; finalizableAt: bigint };
      return { id: marked.lastId, finalizableAt: marked.finalizableAt };
    },
  };
}

function describeRules(staleness: Staleness, rules: readonly Opening[]): string {
  const date = (seconds: bigint) => new Date(Number(seconds) * 1_000).toISOString();
  const mark = isMarked(staleness)
    ? []
    : [`mark the stop of reports from ${date(markableAt(staleness))}, if there is none, and finalize a day later`];
  const finalize = rules.map(({ rule, openAt }) => `finalize from ${date(openAt)}, if by then ${RULES[rule]}`);
  return `wait for the next report, or ${[...mark, ...finalize].join("; or ")}`;
}
