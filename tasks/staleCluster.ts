import type { Provider } from "ethers";

import { findRevertData } from "../clients/contractErrors.ts";
import { LOCAL } from "../src/consensus/network.ts";
import { ISSVErrors__factory } from "../typechain-types/index.ts";
import type { Terminal } from "./terminal.ts";

const STALE = ISSVErrors__factory.createInterface().getError("IncorrectClusterState")?.selector;
/** Who pays a wei into a cluster with every block could keep a command busy for ever. */
const MOST_RENEWALS = 5;
/** A block of a public network, milliseconds, and how often is looked for one. */
const [BLOCK_TIME, POLLING_TIME] = [12_000, 500];

/** A transaction that may carry the snapshot of a cluster. */
export interface Renewable<Transaction> {
  readonly transaction: Transaction;
  /** The same transaction with the newest snapshot of its cluster, if it carries one. */
  readonly renew?: () => Promise<Transaction>;
}

/** How something stale is renewed. */
export interface Renewal<T> {
  /** Undefined where it cannot be. */
  readonly renew: (stale: T) => Promise<T> | undefined;
  /** Of the chain whose blocks are waited for. */
  readonly provider: ChainProvider | null;
  readonly terminal: Terminal;
}

/** What is asked of a chain. */
export type ChainProvider = Pick<Provider, "getBlockNumber" | "getNetwork"> & {
  send?(method: string, params: unknown[]): Promise<unknown>;
};

/**
 * Does something with a plan, and again with a renewed one for as long as ssv.network says that the cluster is not as
 * its snapshot says: anybody can change a cluster at any time, by paying into it for example. A node may lag behind what
 * ssv.network knows, so from the second time on the next block is waited for.
 * @returns The plan that it went well with, and what came of it.
 * @throws What `attempt` throws, if it is something else, or the plan cannot be renewed, or was five times.
 */
export async function whileStale<T, R>(
  first: T,
  attempt: (plan: T) => Promise<R>,
  { renew, provider, terminal }: Renewal<T>,
): Promise<{ plan: T; result: R }> {
  let plan = first;
  for (let renewals = 0; ; renewals++)
    try {
      return { plan, result: await attempt(plan) };
    } catch (error) {
      if (renewals === MOST_RENEWALS || !isStale(error)) throw error;
      if (renewals > 0 && provider !== null) await waitForBlock(provider);
      const renewed = renew(plan);
      if (renewed === undefined) throw error;
      terminal.note("the cluster has changed meanwhile: going on with its newest snapshot …");
      plan = await renewed;
    }
}

/** Waits for the next block of a public network, and no longer than one takes. */
export async function waitForBlock(provider: ChainProvider, limit = BLOCK_TIME): Promise<void> {
  if (await minesAtOnce(provider)) return;
  const before = await provider.getBlockNumber();
  for (let waited = 0; waited < limit; waited += POLLING_TIME) {
    await new Promise((resolve) => setTimeout(resolve, POLLING_TIME));
    if ((await provider.getBlockNumber()) > before) return;
  }
}

/** Whether there is no next block to wait for: on local chains, and on forks that are simulated here. */
async function minesAtOnce(provider: ChainProvider): Promise<boolean> {
  if ((await provider.getNetwork()).chainId === LOCAL.chainId) return true;
  const answer: unknown = await provider.send?.("hardhat_getAutomine", []).catch(() => false);
  return answer === true;
}

function isStale(error: unknown): boolean {
  return STALE !== undefined && findRevertData(error)?.startsWith(STALE) === true;
}
