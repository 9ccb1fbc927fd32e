import { fetchBatches } from "../../clients/batches.ts";
import { networkByChainId } from "../../clients/networks.ts";
import { parseEther } from "../../src/units/ether.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { SendArguments } from "../arguments.ts";
import type { PoolConnection } from "../connect.ts";
import type { PrintableRecord } from "../output.ts";
import type { Terminal } from "../terminal.ts";
import { carryOut } from "../transaction.ts";
import { limitFee, MAX_REQUESTS, planRequest, planRestoration } from "./exitByRequest.ts";
import { findRuns } from "./openedBatches.ts";

/** How to request exits from the consensus layer. */
export interface RequestArguments extends SendArguments {
  readonly dir: string | undefined;
  readonly maxFee: string | undefined;
}

/**
 * Requests exits of a pool's validators from the consensus layer, in as many transactions as their batches need.
 * @throws {FieldError} If keys are not the pool's, the files of their batches cannot be read, or nobody agrees.
 */
export async function exitByConsensus(
  opened: PoolConnection,
  pubkeys: readonly Hex[],
  args: RequestArguments,
  terminal: Terminal,
): Promise<PrintableRecord> {
  const maxFee = args.maxFee === undefined ? undefined : parseEther(args.maxFee, "maxFee");
  const batches = await fetchBatches(opened.pool, opened.startBlock);
  const source = { batches, network: networkByChainId(opened.chainId), dir: args.dir, terminal };
  const runs = await findRuns(source, pubkeys, MAX_REQUESTS);
  const transactions: PrintableRecord[] = [];
  for (const run of runs) {
    const plan = await planRequest(opened, run, await limitFee(opened, maxFee), args.from);
    const restoration = await planRestoration(opened, batches, run.batch.batchId, plan.signer);
    if (restoration !== undefined) transactions.push(await carryOut(restoration, args, terminal));
    // What is not there yet cannot be simulated.
    if (restoration === undefined || !args.dryRun) transactions.push(await carryOut(plan, args, terminal));
  }
  return { via: "el", keys: pubkeys.length, transactions };
}
