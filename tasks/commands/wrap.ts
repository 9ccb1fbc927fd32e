import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ZeroAddress } from "ethers";

import { requireEvent } from "../../clients/receipts.ts";
import type { Wei } from "../../src/units/ether.ts";
import type { WrappedPoolETH } from "../../typechain-types/index.ts";
import type { PoolConnection } from "../connect.ts";
import { InputError } from "../input.ts";
import { showEther, type PrintableRecord } from "../output.ts";
import type { Terminal } from "../terminal.ts";
import { carryOut, type Plan, type SendFlags } from "../transaction.ts";

/** poolETH or ether to wrap. */
export interface WrapRequest {
  readonly wrapped: WrappedPoolETH;
  readonly sender: HardhatEthersSigner;
  readonly ethAmount: Wei | "all";
  /** Who receives the units; the sender if left out. */
  readonly receiver: string | undefined;
}

/** A hundredth: what poolETH may be worth more when `all` of it is wrapped than when it is approved. */
const APPROVED_ON_TOP = 100n;

/**
 * Wraps poolETH of the sender. Where its allowance is short, it is approved first, in a transaction of its own.
 * @throws {InputError} If it is nothing, or more than the sender has, and what `carryOut` throws.
 */
export async function wrap(
  opened: PoolConnection,
  request: WrapRequest,
  flags: SendFlags,
  terminal: Terminal,
): Promise<PrintableRecord> {
  const { wrapped, sender } = request;
  const { plan, assets } = await planWrap(opened, request);
  const allowance = await opened.pool.poolETH.allowance(sender, wrapped);
  if (allowance >= assets) return carryOut(plan, flags, terminal);

  const approved = request.ethAmount === "all" ? assets + assets / APPROVED_ON_TOP : assets;
  terminal.note(
    `the wrapped token may take ${showEther(allowance)} of the account's poolETH, so ${showEther(approved)} are approved first`,
  );
  const approval = await carryOut(await planApproval(opened, request, approved), flags, terminal);
  // Nothing can be simulated that the approval makes possible.
  if (flags.dryRun) return { ...approval, next: { action: plan.action, ...plan.details } };
  const { transactionHash: approvalHash = "" } = approval;
  return { approvalHash, ...(await carryOut((await planWrap(opened, request)).plan, flags, terminal)) };
}

/**
 * Proposes to stake ether and receive wrapped units for it.
 * @throws {InputError} If all of it is asked for.
 */
export async function planWrapEther(
  { pool: { poolETH } }: PoolConnection,
  { wrapped, sender, ethAmount, receiver = sender.address }: WrapRequest,
  referral = ZeroAddress,
): Promise<Plan> {
  if (ethAmount === "all")
    throw new InputError("amount", ethAmount, "is for poolETH alone", "give an amount, and keep ether for gas");
  const expectedShares = await poolETH.toSharesDown(ethAmount);
  // Rewards that come first make shares dearer by far less than this.
  const minShares = expectedShares - expectedShares / 100n;
  const transaction = await wrapped.depositEther.populateTransaction(receiver, referral, minShares);
  return {
    action: `stake ${showEther(ethAmount)} and wrap it`,
    details: { wrapped: await wrapped.getAddress(), receiver, valueWei: ethAmount, expectedShares, minShares },
    signer: sender,
    transaction: { ...transaction, value: ethAmount },
    outcome: (receipt) => wrappedOutcome(wrapped, receipt, receiver),
  };
}

async function planWrap(
  { pool: { poolETH } }: PoolConnection,
  { wrapped, sender, ethAmount, receiver = sender.address }: WrapRequest,
): Promise<{ plan: Plan; assets: bigint }> {
  const [balance, held] = await Promise.all([poolETH.balanceOf(sender), poolETH.sharesOf(sender)]);
  const isAll = ethAmount === "all";
  const assets = isAll ? await wrapped.previewMint(held) : ethAmount;
  if (assets === 0n) throw new InputError("amount", isAll ? ethAmount : "0", "is nothing", "wrap something");
  if (!isAll && assets > balance)
    throw new InputError(
      "amount",
      showEther(assets),
      `is more than the ${showEther(balance)} of poolETH that ${sender.address} has`,
      "wrap less, or `all`; --ether stakes ether and wraps it",
    );
  const expectedShares = isAll ? held : await wrapped.previewDeposit(assets);
  const plan: Plan = {
    action: `wrap ${isAll ? `all poolETH, ${showEther(balance)}` : `${showEther(assets)} of poolETH`}`,
    details: { wrapped: await wrapped.getAddress(), receiver, expectedShares },
    signer: sender,
    transaction: isAll
      ? await wrapped.mint.populateTransaction(held, receiver)
      : await wrapped.deposit.populateTransaction(assets, receiver),
    outcome: (receipt) => wrappedOutcome(wrapped, receipt, receiver),
  };
  return { plan, assets };
}

async function planApproval(
  { pool: { poolETH } }: PoolConnection,
  { wrapped, sender }: WrapRequest,
  approved: bigint,
): Promise<Plan> {
  const spender = await wrapped.getAddress();
  return {
    action: `approve ${showEther(approved)} of poolETH for the wrapped token`,
    details: { spender },
    signer: sender,
    transaction: await poolETH.approve.populateTransaction(spender, approved),
    outcome: () => ({ approvedWei: approved }),
  };
}

async function wrappedOutcome(
  wrapped: WrappedPoolETH,
  receipt: Parameters<Plan["outcome"]>[0],
  receiver: string,
): Promise<PrintableRecord> {
  const { assets, shares } = requireEvent(wrapped, receipt, "Deposit") as { assets: bigint; shares: bigint };
  return { receiver, wrappedWei: assets, shares, wrappedShares: await wrapped.balanceOf(receiver) };
}
