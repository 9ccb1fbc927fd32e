import { fetchClusterStatuses, fetchFeeTerms } from "../../clients/clusterStatus.ts";
import { fetchOwnerState } from "../../clients/ownerEvents.ts";
import { sameOperators } from "../../src/ssv/committee.ts";
import {
  BLOCKS_PER_DAY,
  requiredFunding,
  runwayBlocks,
  vUnitsOfBalance,
  VUNITS_PER_VALIDATOR,
} from "../../src/ssv/fees.ts";
import { NEW_CLUSTER } from "../../src/ssv/cluster.ts";
import { atMost } from "../agreement.ts";
import { InputError } from "../input.ts";
import { showEther, toText, type Printable, type PrintableRecord } from "../output.ts";
import { findSender } from "../signers.ts";
import type { SSVConnection } from "../ssvConnection.ts";
import type { Terminal } from "../terminal.ts";
import { carryOut, type Plan, type SendFlags } from "../transaction.ts";
import { daysOf } from "./clusterFields.ts";
import { chunksOf, type Chunk } from "./onboardingChunks.ts";
import { requireNotUsedUp } from "./usedUpCluster.ts";
import type { VerifiedBatch } from "./verifyBatches.ts";

/** What to register. */
export interface Onboarding {
  /** Verified, and by ascending nonce. */
  readonly batches: readonly VerifiedBatch[];
  /** Registrations of the account so far. */
  readonly ownerNonce: bigint;
  /** How long the cluster shall run, with the new validators. */
  readonly days: bigint;
  readonly perTransaction: number | undefined;
}

/**
 * Registers validators for the account that sends, in the order of their nonces and as many at once as SSV takes, each
 * time with what the cluster lacks to run for the days that are wanted. Run again, it goes on with the next nonce.
 * @returns A row for each transaction.
 * @throws {InputError} If a cluster is liquidated or used up, a key was registered before, or nobody agrees.
 */
export async function onboardService(
  ssv: SSVConnection,
  { batches, ownerNonce, days, perTransaction }: Onboarding,
  { from, ...flags }: SendFlags & { readonly from: string | undefined },
  terminal: Terminal,
): Promise<PrintableRecord> {
  const sender = await findSender(ssv, from);
  const chunks = chunksOf(batches, ownerNonce, perTransaction);
  const known = batches.reduce((sum, { keys }) => sum + keys.keys.length, 0);
  const left = chunks.reduce((sum, { keys }) => sum + keys.length, 0);
  if (left < known) terminal.note(`${known - left} of ${known} keys are registered already`);
  await requireNew(ssv, sender.address, chunks);
  const rows: PrintableRecord[] = [];
  for (const [i, chunk] of chunks.entries()) {
    const row = {
      operators: [...chunk.operatorIds],
      firstNonce: chunk.keys[0]?.ownerNonce ?? 0n,
      keys: chunk.keys.length,
    };
    // What follows can be simulated only when the nonces before it are taken.
    if (flags.dryRun && i > 0) {
      rows.push({ ...row, valueWei: null, state: "planned", transactionHash: "" });
      continue;
    }
    const plan = await planRegistration(ssv, chunk, sender, days);
    const result = await carryOut(plan, flags, terminal);
    if (flags.dryRun) terminal.note(toText(result));
    const valueWei: Printable = result.paidWei ?? plan.transaction.value ?? 0n;
    const state = flags.dryRun ? "planned" : "registered";
    rows.push({ ...row, valueWei, state, transactionHash: result.transactionHash ?? "" });
  }
  return { dryRun: flags.dryRun, account: sender.address, keys: left, transactions: rows };
}

/**
 * Proposes to register keys of one cluster for the account that sends, with what the cluster lacks for some days.
 * @param mostWei What is paid in at the most; as much as it takes if left out.
 * @throws {InputError} If it is liquidated or used up.
 */
export async function planRegistration(
  ssv: SSVConnection,
  chunk: Chunk,
  sender: Plan["signer"],
  days: bigint,
  mostWei?: bigint,
): Promise<Plan> {
  const { operatorIds, keys } = chunk;
  const { ssvNetwork } = ssv;
  const owner = sender.address;
  const ids = [...operatorIds];
  const { clusters, blockNumber } = await fetchClusterStatuses(ssvNetwork, owner, ssv);
  const cluster = clusters.find((each) => sameOperators(each.operatorIds, operatorIds));
  if (cluster?.condition === "liquidated")
    throw new InputError(
      "operators",
      ids.join(","),
      "are of a cluster that is liquidated, which takes no validators",
      "reactivate it first, with `cluster reactivate --account eoa`",
    );
  if (cluster !== undefined) requireNotUsedUp(cluster);
  const terms = cluster?.terms ?? (await fetchFeeTerms(ssvNetwork, operatorIds, blockNumber)).terms;
  const vUnits = vUnitsOfBalance(cluster?.effectiveBalanceEther ?? 0n) + BigInt(keys.length) * VUNITS_PER_VALIDATOR;
  const balance = cluster?.balance ?? 0n;
  const needed = requiredFunding(balance, terms, vUnits, days * BLOCKS_PER_DAY);
  const value = atMost(needed, mostWei);
  const after = runwayBlocks(balance + value, terms, vUnits);
  const first = keys[0]?.ownerNonce ?? 0n;
  const pubkeys = keys.map(({ pubkey }) => pubkey);
  const shares = keys.map(({ sharesData }) => sharesData);
  const snapshot = cluster?.snapshot ?? NEW_CLUSTER;
  const transaction = await ssvNetwork.bulkRegisterValidator.populateTransaction(pubkeys, ids, shares, snapshot);
  return {
    action: `register ${keys.length} validators with operators ${ids.join(", ")}, and pay in ${showEther(value)}`,
    details: {
      account: owner,
      operators: ids,
      keys: keys.length,
      firstNonce: first,
      validatorsBefore: Number(cluster?.snapshot.validatorCount ?? 0n),
      balanceWei: balance,
      valueWei: value,
      runwayDaysAfter: daysOf(after),
    },
    signer: sender,
    // ssv.network takes shares for any nonce, and its nodes only those for the next one.
    prepare: () => requireNextNonce(ssv, owner, first),
    transaction: { ...transaction, value },
    agreement: {
      terms: { payWei: value, condition: cluster?.condition ?? "new", runwayBlocksAfter: after },
      propose: (most) => planRegistration(ssv, chunk, sender, days, most),
    },
    outcome: () => ({ operators: ids, keys: keys.length, firstNonce: first, paidWei: value }),
  };
}

/** Operators that a key had before must have stopped, or the validator is slashed. */
async function requireNew(ssv: SSVConnection, owner: string, chunks: readonly Chunk[]): Promise<void> {
  const { validators } = await fetchOwnerState(ssv.ssvNetwork, owner, ssv);
  const known = chunks.flatMap(({ keys }) => keys).find(({ pubkey }) => validators.has(pubkey));
  if (known !== undefined)
    throw new InputError(
      "dir",
      known.pubkey,
      "holds a key that was registered before, whose former operators may still sign",
      "register it again with `validators update-operators`, which waits until they have stopped",
    );
}

/** Somebody may take long to agree, and register others meanwhile. */
async function requireNextNonce(ssv: SSVConnection, owner: string, nonce: bigint): Promise<void> {
  const { ownerNonce } = await fetchOwnerState(ssv.ssvNetwork, owner, ssv);
  if (ownerNonce !== nonce)
    throw new InputError(
      "nonce of the shares",
      `${nonce}`,
      `is not the account's next one any more, ${ownerNonce}`,
      "register nothing else meanwhile, and make new shares, for nonces from that one on",
    );
}
