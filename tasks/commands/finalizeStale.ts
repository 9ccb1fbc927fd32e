import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { requireEvent } from "../../clients/receipts.ts";
import { isMarked, markableAt, openings, type Opening, type Staleness } from "../../src/pool/redemption.ts";
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
  const { pool, connection } = opened;
  const queue = pool.withdrawalQueue;
  const [{ lastId, lastFinalizedId, markedId, markedAt }, lastRebase, block] = await Promise.all([
    queue.queueState(),
    pool.poolETH.lastRebase(),
    connection.ethers.provider.getBlock("latest"),
  ]);
  const staleness = { lastRebase, lastFinalizedId, markedId, markedAt };
  const now = BigInt(block?.timestamp ?? 0);
  if (lastFinalizedId === lastId)
    throw new InputError("queue", `${lastId} requests`, "has none that waits", "there is nothing to finalize");
  if (id !== undefined && (id > lastId || id <= lastFinalizedId))
    throw new InputError(
      "id",
      id.toString(),
      id > lastId ? "is no request of this queue" : "is finalized",
      `name one of ${lastFinalizedId + 1n} to ${lastId}`,
    );

  const wanted = id ?? (await lastOpen(queue, staleness, lastId, now));
  const { requestedAt } = await queue.requestOf(wanted);
  const [opening, ...later] = openings(staleness, wanted, requestedAt);
  if (opening !== undefined && opening.openAt <= now)
    return planFinalization(opened, queue, { sender, id: wanted, isExact: id !== undefined, opening });
  if (now >= markableAt(staleness) && !isMarked(staleness)) return planMark(queue, sender, lastId, lastRebase);
  throw new InputError(
    "id",
    wanted.toString(),
    "cannot be finalized without a report yet",
    describeRules(staleness, opening === undefined ? later : [opening, ...later]),
  );
}

/** The last request that a rule opens now; the first that waits if there is none. */
async function lastOpen(queue: WithdrawalQueue, staleness: Staleness, lastId: bigint, now: bigint): Promise<bigint> {
  const isOpen = async (id: bigint) => {
    const { requestedAt } = await queue.requestOf(id);
    return openings(staleness, id, requestedAt).some(({ openAt }) => openAt <= now);
  };
  // Whatever opens a request opens all before it.
  let [low, high] = [staleness.lastFinalizedId + 1n, lastId];
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (await isOpen(middle)) low = middle;
    else high = middle - 1n;
  }
  return low;
}

interface Finalization {
  readonly sender: HardhatEthersSigner;
  readonly id: bigint;
  /** Whether exactly this one was asked for. */
  readonly isExact: boolean;
  readonly opening: Opening;
}

async function planFinalization(
  { pool, connection }: PoolConnection,
  queue: WithdrawalQueue,
  { sender, id, isExact, opening }: Finalization,
): Promise<Plan> {
  const available = await connection.ethers.provider.getBalance(pool.poolETH);
  const [lastId, requiredWei] = await queue.payableUpTo(id, available);
  if (lastId === 0n || (isExact && lastId < id))
    throw new InputError(
      "id",
      id.toString(),
      `takes more than the ${showEther(available)} that the pool has at hand`,
      lastId === 0n ? "collect the vaults first, or exit validators" : `name ${lastId}, or collect the vaults first`,
    );
  return {
    action: `finalize requests up to ${lastId} with ${showEther(requiredWei)}, because ${RULES[opening.rule]}`,
    details: {
      withdrawalQueue: await queue.getAddress(),
      ...{ rule: RULES[opening.rule], openSinceAt: opening.openAt, id: lastId, requiredWei, availableWei: available },
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
