import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { TransactionReceipt } from "ethers";

import { changeOf, NothingLeft, type Agreement } from "./agreement.ts";
import { InputError } from "./input.ts";
import { toText, type PrintableRecord } from "./output.ts";
import { estimate, send, type PlannedTransaction } from "./sendTransaction.ts";
import { whileStale, type Renewable } from "./staleCluster.ts";
import type { Terminal } from "./terminal.ts";

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
  /** Where amounts and warnings are those of a cluster that others can change: takes the place of `renew`. */
  readonly agreement?: Agreement<Plan>;
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

const QUESTION = "Type yes to send this transaction: ";

/**
 * Simulates a plan, shows it with its cost, asks, simulates it once more, sends it and waits for its receipt. Where its
 * cluster has changed meanwhile, it is renewed, and asked for again if what was agreed to does not hold any more.
 * @throws {InputError} If the account has too little ether, nobody agrees, or nobody can be asked again.
 */
export async function carryOut(plan: Plan, flags: SendFlags, terminal: Terminal): Promise<PrintableRecord> {
  try {
    return await carryOutNewest(plan, flags, terminal);
  } catch (error) {
    if (!(error instanceof NothingLeft)) throw error;
    terminal.note(error.message);
    return error.result;
  }
}

async function carryOutNewest(first: Plan, { dryRun, yes }: SendFlags, terminal: Terminal): Promise<PrintableRecord> {
  const { provider } = first.signer;
  const simulated = await whileStale(first, ({ signer, transaction }) => estimate(signer, transaction), {
    // Who looks at the plan sees the newest; who does not has relied on what there was when the command began.
    renew: (stale) => (yes && !dryRun ? renewAgreed(first, stale, yes, terminal) : renew(stale)),
    provider,
    terminal,
  });
  const { gas, maxFeeWei } = simulated.result;
  let agreed = simulated.plan;
  const preview = { ...describe(agreed), gas, maxFeeWei };
  if (dryRun) {
    warn(agreed, terminal);
    return { dryRun: true, ...preview };
  }

  terminal.note(toText(preview));
  warn(agreed, terminal);
  if (!yes) await agree(terminal, QUESTION);
  await agreed.prepare?.();
  const attempt = async ({ signer, transaction }: Plan) => {
    const newest = await estimate(signer, transaction);
    return send(signer, { ...transaction, gasLimit: newest.gas }, terminal);
  };
  const { plan: sent, result: receipt } = await whileStale(agreed, attempt, {
    renew: (stale) =>
      renewAgreed(agreed, stale, yes, terminal, (again) => {
        agreed = again;
      }),
    provider,
    terminal,
  });
  return {
    transactionHash: receipt.hash,
    blockNumber: receipt.blockNumber,
    gasUsed: receipt.gasUsed,
    feeWei: receipt.fee,
    ...(await sent.outcome(receipt)),
  };
}

/** The plan as it is to be proposed now; undefined where it does not depend on a cluster. */
function renew(stale: Plan): Promise<Plan> | undefined {
  return stale.agreement?.propose() ?? stale.renew?.().then((transaction) => ({ ...stale, transaction }));
}

/**
 * Renews a plan that was agreed to.
 * @param onAgreed Told of the plan that somebody agreed to instead.
 * @throws {InputError} If it does not hold any more, and nobody is asked or agrees.
 */
function renewAgreed(
  agreed: Plan,
  stale: Plan,
  yes: boolean,
  terminal: Terminal,
  onAgreed: (again: Plan) => void = () => undefined,
): Promise<Plan> | undefined {
  const { agreement } = agreed;
  return agreement === undefined ? renew(stale) : renewTerms({ ...agreed, agreement }, yes, terminal, onAgreed);
}

async function renewTerms(
  agreed: Plan & { readonly agreement: Agreement<Plan> },
  yes: boolean,
  terminal: Terminal,
  onAgreed: (again: Plan) => void,
): Promise<Plan> {
  const { propose, terms } = agreed.agreement;
  const renewed = await propose(terms.payWei);
  const change = renewed.agreement && changeOf(agreed, { ...renewed, agreement: renewed.agreement });
  if (change === undefined) {
    if (renewed.action !== agreed.action) terminal.note(`what is left: ${renewed.action}`);
    await renewed.prepare?.();
    return renewed;
  }
  if (yes)
    throw new InputError(
      "plan",
      agreed.action,
      `does not hold any more, because the cluster has changed meanwhile: ${change}`,
      "nothing was done; run the command again, and look at what it proposes",
    );
  const again = await propose();
  terminal.note(`the plan has changed: ${change}`);
  terminal.note(toText(describe(again)));
  warn(again, terminal);
  await agree(terminal, QUESTION);
  await again.prepare?.();
  onAgreed(again);
  return again;
}

function describe({ action, signer, details }: Plan): PrintableRecord {
  return { action, from: signer.address, ...details };
}

function warn({ warnings = [] }: Plan, terminal: Terminal): void {
  for (const warning of warnings) terminal.note(`warning: ${warning}`);
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
