import { fetchRequests } from "../../clients/withdrawalQueue.ts";
import { shutterOf } from "../../src/pool/redemption.ts";
import type { PoolConnection } from "../connect.ts";
import { InputError } from "../input.ts";
import type { PrintableRecord } from "../output.ts";
import { requestFields } from "./requestFields.ts";

const SHUT = { announced: "shut: a loss is announced", settling: "shut: a large loss is not settled" } as const;

/** A withdrawal queue as it stands: what waits, for how long, and what there is to pay it with. */
export async function queueStatus({ pool, connection, chainId }: PoolConnection): Promise<PrintableRecord> {
  const queue = pool.withdrawalQueue;
  const { provider } = connection.ethers;
  const [state, waitingWei, bufferedEtherWei, lastRebaseAt, gates] = await Promise.all([
    queue.queueState(),
    queue.unfinalizedEther(),
    pool.accounting.bufferedEther(),
    pool.poolETH.lastRebase(),
    pool.poolETH.depositGates(),
  ]);
  const now = BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
  const shutter = shutterOf(gates.announcedAt, gates.lossBookedAt, now);
  const [payableId, payableWei] = await queue.payableUpTo(state.lastId, bufferedEtherWei);
  return {
    chainId,
    withdrawalQueue: await queue.getAddress(),
    waitingWei,
    waitingShares: state.waitingShares,
    waitingRequests: Number(state.lastId - state.lastFinalizedId),
    waitingSinceAt: state.waitingSince,
    bufferedEtherWei,
    payableWei,
    payableId,
    claimableWei: await provider.getBalance(queue),
    lastId: state.lastId,
    lastFinalizedId: state.lastFinalizedId,
    checkpoints: Number(state.checkpointCount),
    lastRebaseAt,
    staleMarkedAt: state.markedAt > lastRebaseAt ? state.markedAt : 0n,
    finalization: shutter === undefined ? "open" : SHUT[shutter],
  };
}

/**
 * One withdrawal request as it stands.
 * @throws {InputError} If there is none of this number.
 */
export async function requestStatus({ pool }: PoolConnection, id: bigint): Promise<PrintableRecord> {
  const queue = pool.withdrawalQueue;
  const [request] = await fetchRequests(queue, [id]);
  if (request === undefined || request.state === "none")
    throw new InputError("id", id.toString(), "is no request of this queue", "look the numbers up with `queue list`");
  return { withdrawalQueue: await queue.getAddress(), owner: request.owner, ...(await requestFields(queue, request)) };
}
