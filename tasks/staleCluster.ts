import { findRevertData } from "../clients/contractErrors.ts";
import { ISSVErrors__factory } from "../typechain-types/index.ts";
import type { Terminal } from "./terminal.ts";

const STALE = ISSVErrors__factory.createInterface().getError("IncorrectClusterState")?.selector;
/** Who pays a wei into a cluster with every block could keep a command busy for ever. */
const MOST_RENEWALS = 5;

/** A transaction that may carry the snapshot of a cluster. */
export interface Renewable<Transaction> {
  readonly transaction: Transaction;
  /** The same transaction with the newest snapshot of its cluster, if it carries one. */
  readonly renew?: () => Promise<Transaction>;
}

/**
 * Does something with a plan's transaction, and again with a renewed one for as long as ssv.network says that the
 * cluster is not as its snapshot says: anybody can change a cluster at any time, by paying into it for example.
 * @returns The transaction that it went well with, and what came of it.
 * @throws What `attempt` throws, if it is something else, or the plan cannot be renewed, or was five times.
 */
export async function whileStale<Transaction, T>(
  { transaction, renew }: Renewable<Transaction>,
  attempt: (transaction: Transaction) => Promise<T>,
  terminal: Terminal,
): Promise<{ transaction: Transaction; result: T }> {
  let current = transaction;
  for (let renewals = 0; ; renewals++)
    try {
      return { transaction: current, result: await attempt(current) };
    } catch (error) {
      if (renew === undefined || renewals === MOST_RENEWALS || !isStale(error)) throw error;
      terminal.note("the cluster has changed meanwhile: going on with its newest snapshot …");
      current = await renew();
    }
}

function isStale(error: unknown): boolean {
  return STALE !== undefined && findRevertData(error)?.startsWith(STALE) === true;
}
