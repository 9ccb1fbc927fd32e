import { fetchRequests, findRequests } from "../../clients/withdrawalQueue.ts";
import type { PoolConnection } from "../connect.ts";
import type { PrintableRecord } from "../output.ts";
import { requestFields } from "./requestFields.ts";

/** Which requests to list. */
export interface RequestPage {
  readonly owner: string;
  readonly firstId: bigint;
  readonly count: number;
}

/** Requests of an owner that were not claimed, by pages; `nextId` begins the next page, and is zero after the last one. */
export async function listRequests(
  { pool }: PoolConnection,
  { owner, firstId, count }: RequestPage,
): Promise<PrintableRecord> {
  const queue = pool.withdrawalQueue;
  const { ids, nextId } = await findRequests(queue, owner, firstId, count);
  const requests = await fetchRequests(queue, ids);
  const rows = await Promise.all(requests.map((request) => requestFields(queue, request)));
  return {
    ...{ owner, count: rows.length, claimableWei: await queue.claimableEther(ids), nextId },
    requests: rows,
  };
}
