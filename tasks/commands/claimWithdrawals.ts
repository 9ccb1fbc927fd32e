import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { findEvents } from "../../clients/receipts.ts";
import { fetchRequests, findRequests, type Request } from "../../clients/withdrawalQueue.ts";
import { compare } from "../../src/ssv/operator.ts";
import type { WithdrawalQueue } from "../../typechain-types/index.ts";
import type { PoolConnection } from "../connect.ts";
import { InputError } from "../input.ts";
import { showEther } from "../output.ts";
import type { Plan } from "../transaction.ts";

/** Claims that fit one transaction with room to spare: each takes some 20,000 gas. */
const MOST_CLAIMS = 400;

/** What to claim. */
export interface ClaimRequest {
  readonly sender: HardhatEthersSigner;
  /** Which requests; all that can be claimed if left out. */
  readonly ids: readonly bigint[] | undefined;
  /** Who gets the ether; the sender if left out. */
  readonly receiver: string | undefined;
}

/**
 * Proposes to claim requests of the sender in one transaction.
 * @throws {InputError} If one is somebody else's, waits, or was claimed, or there are none.
 */
export async function planClaim(
  { pool }: PoolConnection,
  { sender, ids, receiver = sender.address }: ClaimRequest,
): Promise<Plan> {
  const queue = pool.withdrawalQueue;
  if (receiver === (await pool.poolETH.getAddress()))
    throw new InputError(
      "receiver",
      receiver,
      "is the pool, which would take the ether for a deposit",
      "name an account",
    );
  const found =
    ids === undefined ? await findClaimable(queue, sender.address) : await requireClaimable(queue, ids, sender);
  const claimed = found.slice(0, MOST_CLAIMS);
  const numbers = claimed.map(({ id }) => id);
  const total = claimed.reduce((sum, { ethAmount }) => sum + ethAmount, 0n);
  // ethers takes no arrays that it has frozen.
  const hints = [...(await queue.checkpointsOf(numbers))];
  const [id, hint] = [numbers[0] ?? 0n, hints[0] ?? 0n];
  const transaction =
    numbers.length === 1
      ? await queue.claim.populateTransaction(id, hint, receiver)
      : await queue.claimMany.populateTransaction(numbers, hints, receiver);
  const left = found.length - claimed.length;
  return {
    action: `claim ${showEther(total)} for ${numbers.length === 1 ? `request ${id}` : `${numbers.length} requests`}, to ${receiver}`,
    details: { withdrawalQueue: await queue.getAddress(), receiver, ids: numbers, claimableWei: total },
    warnings: left === 0 ? [] : [`${left} more do not fit one transaction: run the command again for them`],
    signer: sender,
    transaction,
    outcome: (receipt) => {
      const paid = findEvents(queue, receipt, "WithdrawalClaimed") as { ethAmount: bigint }[];
      return { receiver, ids: numbers, claimedWei: paid.reduce((sum, { ethAmount }) => sum + ethAmount, 0n) };
    },
  };
}

async function findClaimable(queue: WithdrawalQueue, owner: string): Promise<Request[]> {
  const { ids } = await findRequests(queue, owner);
  const requests = await fetchRequests(queue, ids);
  const claimable = requests.filter(({ state }) => state === "claimable");
  if (claimable.length > 0) return claimable;
  throw new InputError(
    "from",
    owner,
    ids.length === 0 ? "owns no requests" : `owns ${ids.length} requests, and all of them wait`,
    ids.length === 0 ? "name the account that does" : "wait: `queue list` says roughly for how long",
  );
}

async function requireClaimable(
  queue: WithdrawalQueue,
  ids: readonly bigint[],
  { address }: HardhatEthersSigner,
): Promise<Request[]> {
  const requests = await fetchRequests(queue, [...ids].sort(compare));
  for (const { id, state, owner } of requests) {
    const refuse = (problem: string, remedy: string) => new InputError("id", id.toString(), problem, remedy);
    if (state === "none") throw refuse("is no request of this queue", "look the numbers up with `queue list`");
    if (state === "claimed") throw refuse("was claimed before", "leave it out");
    if (owner !== address) throw refuse(`is owned by ${owner}, not by ${address}`, "claim as its owner, with --from");
    if (state === "waiting")
      throw refuse("waits for its ether", "wait: `queue status --id` says roughly for how long, or leave it out");
  }
  return requests;
}
