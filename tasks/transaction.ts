import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { isError, type TransactionReceipt, type TransactionRequest } from "ethers";

import { InputError } from "./input.ts";
import { showEther, toText, type PrintableRecord } from "./output.ts";
import { whileStale, type Renewable } from "./staleCluster.ts";
import type { Terminal } from "./terminal.ts";

type PlannedTransaction = Pick<TransactionRequest, "to" | "data"> & { readonly value?: bigint };

/** A transaction that a command proposes. */
export interface Plan extends Renewable<PlannedTransaction> {
  /** What it does, as an imperative, with amounts and accounts. */
  readonly action: string;
  /** What else to know before agreeing to it. */
  readonly details: PrintableRecord;
  /** What to look at twice before agreeing to it. */
  readonly warnings?: readonly string[];
  readonly signer: HardhatEthersSigner;
  /** What must be done first, once it is agreed to. */
  readonly prepare?: () => Promise<void>;
  /** What it has brought about. */
  readonly outcome: (receipt: TransactionReceipt) => Promise<PrintableRecord> | PrintableRecord;
}

/** How a plan is carried out. */
export interface SendFlags {
  /** Send nothing. */
  readonly dryRun: boolean;
  /** Do not ask. */
  readonly yes: boolean;
}

/**
 * Simulates a plan, shows it with its cost, asks, sends it and waits for its receipt.
 * @throws {InputError} If the account has too little ether, or nobody agrees.
 */
export async function carryOut(plan: Plan, { dryRun, yes }: SendFlags, terminal: Terminal): Promise<PrintableRecord> {
  const { signer, warnings = [] } = plan;
  const { transaction, result: cost } = await whileStale(plan, (newest) => estimate(signer, newest), terminal);
  const preview: PrintableRecord = {
    action: plan.action,
    from: signer.address,
    ...plan.details,
    gas: cost.gas,
    maxFeeWei: cost.maxFeeWei,
  };
  const warn = () => {
    for (const warning of warnings) terminal.note(`warning: ${warning}`);
  };
  if (dryRun) {
    warn();
    return { dryRun: true, ...preview };
  }

  terminal.note(toText(preview));
  warn();
  if (!yes) await agree(terminal, "Type yes to send this transaction: ");
  await plan.prepare?.();
  const { result: receipt } = await whileStale(
    { ...plan, transaction },
    async (newest) => {
      const { gas } = newest === transaction ? cost : await estimate(signer, newest);
      return send(signer, { ...newest, gasLimit: gas }, terminal);
    },
    terminal,
  );
  return {
    transactionHash: receipt.hash,
    blockNumber: receipt.blockNumber,
    gasUsed: receipt.gasUsed,
    feeWei: receipt.fee,
    ...(await plan.outcome(receipt)),
  };
}

/** Sends a transaction and waits until it is mined. */
async function send(
  signer: HardhatEthersSigner,
  transaction: TransactionRequest,
  terminal: Terminal,
): Promise<TransactionReceipt> {
  const sent = await signer.sendTransaction(transaction);
  // Whoever stops waiting, or loses the node, has the hash to look it up by, and does not send twice.
  terminal.note(`sent as ${sent.hash}, waiting for a block …`);
  const receipt = await sent.wait().catch((error: unknown) => {
    if (isError(error, "CALL_EXCEPTION")) return error.receipt ?? null;
    throw error;
  });
  if (receipt?.status === 1) return receipt;
  // Where what it failed of is still so, that is the reason to give.
  await signer.estimateGas(transaction);
  throw new InputError("transaction", sent.hash, "was mined and failed", "run the command again with --dry-run");
}

async function estimate(
  signer: HardhatEthersSigner,
  transaction: PlannedTransaction,
): Promise<{ gas: bigint; maxFeeWei: bigint }> {
  const { provider } = signer;
  if (provider === null) throw new Error("the account is not connected to a chain: take it from the connection");
  const value = transaction.value ?? 0n;
  const balance = await provider.getBalance(signer.address);
  // Nodes answer an estimate that the account cannot pay in many ways, so this is checked first.
  if (balance < value) throw insufficient(signer.address, balance, value);
  const [estimated, fees] = await Promise.all([signer.estimateGas({ ...transaction }), provider.getFeeData()]);
  // State may change until the transaction is mined; what is not used is not paid.
  const gas = (estimated * 5n) / 4n;
  const maxFeeWei = gas * (fees.maxFeePerGas ?? fees.gasPrice ?? 0n);
  if (balance < value + maxFeeWei) throw insufficient(signer.address, balance, value + maxFeeWei);
  return { gas, maxFeeWei };
}

/** What to say when nobody agrees. */
export interface Disagreement {
  /** What did not happen. */
  readonly undone: string;
  /** What to do where nobody can be asked. */
  readonly remedy: string;
}

const NOT_SENT: Disagreement = {
  undone: "nothing was sent",
  remedy:
    "run it in a terminal; a task goes ahead without being asked with --yes, and shows what it would do with --dry-run",
};

/**
 * Asks, and takes nothing but yes for an agreement; Ctrl-C and the end of input are none.
 * @throws {InputError} If nobody is there to answer, or the answer is another one.
 */
export async function agree(terminal: Terminal, question: string, otherwise = NOT_SENT): Promise<void> {
  requireTerminal(terminal, otherwise);
  const answer = await terminal.ask(question).catch((error: unknown) => {
    if (!(error instanceof Error && error.name === "AbortError")) throw error;
    // The cursor still stands behind the question.
    terminal.note("");
    return "";
  });
  if (answer.trim().toLowerCase() !== "yes")
    throw new InputError("confirmation", answer, "was not given", otherwise.undone);
}

function requireTerminal({ isInteractive }: Terminal, { undone, remedy }: Disagreement): void {
  if (!isInteractive) throw new InputError("confirmation", "no terminal", `cannot be asked for, so ${undone}`, remedy);
}

function insufficient(account: string, balance: bigint, needed: bigint): InputError {
  return new InputError(
    "balance",
    showEther(balance),
    `of ${account} is less than the ${showEther(needed)} needed`,
    "send ether to the account, or use another with --from",
  );
}
