import { concat } from "ethers";

import { exitRequestsOf, fetchRequestFee } from "../../clients/exitRequests.ts";
import { openKeys } from "../../src/ceremony/keyRange.ts";
import { operatorIds } from "../demo/world.ts";
import type { Lifecycle } from "./lifecycle.ts";

/** Has the SSV operators sign voluntary exits of keys `from` up to, not including, `to`. */
export async function exitByOperators({ batch, gas, suite }: Lifecycle, from: number, to: number): Promise<void> {
  const pubkeys = concat(batch.ceremony.keys.slice(from, to).map(({ pubkey }) => pubkey));
  const manager = suite.clusterManager.connect(suite.operator);
  await gas.confirm("ask operators to exit", await manager.exit(pubkeys, operatorIds({ suite })));
}

/** Has the withdrawal vault request exits of keys from the consensus layer, by role (EIP-7002). */
export async function exitByVault({ batch, gas, suite }: Lifecycle, from: number, to: number): Promise<void> {
  const exits = (await exitRequestsOf(suite)).connect(suite.operator);
  const value = (await fetchRequestFee(suite)) * BigInt(to - from);
  const range = openKeys(batch.ceremony, batch.id, from, to);
  await gas.confirm("request exits", await exits.requestExits(range, { value }));
}

/**
 * Has the oldest validators exit, as anyone may when a withdrawal has waited for more than seven days.
 * @returns How many were asked for; none if none is missing.
 */
export async function exitOverdue({ batch, gas, suite, stakers }: Lifecycle, requestId: bigint): Promise<number> {
  const anyone = stakers.at(-1)?.signer;
  if (anyone === undefined) throw new Error("there is nobody");
  const exits = (await exitRequestsOf(suite)).connect(anyone);
  const { count, batchId, position } = await exits.overdueExits(requestId);
  const from = Number(position);
  const to = Math.min(from + Number(count), batch.ceremony.keys.length);
  if (batchId !== batch.id || to <= from) return 0;
  const value = (await fetchRequestFee(suite)) * BigInt(to - from);
  const range = openKeys(batch.ceremony, batch.id, from, to);
  await gas.confirm("trigger overdue exits", await exits.triggerOverdueExits(range, requestId, { value }));
  return to - from;
}
