import type { Interface, TransactionReceipt } from "ethers";

import { fetchExecutionPart, signReport } from "../../clients/report.ts";
import { frameEnd } from "../../src/oracle/frames.ts";
import type { Report } from "../../src/oracle/messages.ts";
import { WEI_PER_GWEI } from "../../src/units/ether.ts";
import type { World } from "./world.ts";

/** What the contracts made of a report, wei. */
export interface ReportOutcome {
  /** As reported; negative for a loss. */
  readonly rewards: bigint;
  /** Held back after it. */
  readonly deferred: bigint;
  /** Total pooled ether before and after. */
  readonly before: bigint;
  readonly after: bigint;
  /** What the fee shares minted with it are worth. */
  readonly fees: bigint;
}

/** A quorum of the committee, and more or fewer of them. */
export function members({ suite }: World, count: number) {
  return suite.members.slice(0, count);
}

/**
 * Ends a day: the model lets it pass, withdrawals and tips arrive in the vaults, and empty blocks follow up to the
 * reference slot. Returns what every honest member reads there.
 */
export async function closeDay(world: World): Promise<Report> {
  const { chain, connection, model, slots, suite } = world;
  const refSlot = frameEnd(slots, chain.slot);
  const { withdrawnGwei, tipsWei } = model.advance();
  if (tipsWei > 0n) {
    await chain.nextSlot();
    await world.searcher.sendTransaction({ to: suite.rewardsVault, value: tipsWei });
  }
  if (withdrawnGwei > 0n) {
    // Withdrawals credit an account without a transaction, so nothing on the execution layer could do this.
    const vault = await suite.withdrawalVault.getAddress();
    const balance = await connection.ethers.provider.getBalance(vault);
    await connection.networkHelpers.setBalance(vault, balance + withdrawnGwei * WEI_PER_GWEI);
  }
  await chain.mineTo(refSlot);
  // Everybody who has asked for ether is to be paid.
  const { lastId: finalizeUpTo } = await suite.withdrawalQueue.queueState();
  return { refSlot, ...model.observe(), ...(await fetchExecutionPart(suite.poolETH, "latest")), finalizeUpTo };
}

/** Signs and applies a report. */
export async function applyReport(world: World, report: Report, signers = members(world, 3)): Promise<ReportOutcome> {
  const { accounting, poolETH } = world.suite;
  const signatures = await signReport(poolETH, report, signers);
  await world.chain.nextSlot();
  const receipt = await world.gas.confirm("report", await accounting.applyReport({ ...report }, signatures));
  const processed = numbersOf(accounting.interface, receipt, "ReportProcessed");
  const rebased = numbersOf(poolETH.interface, receipt, "Rebased");
  const [shares, after] = [rebased("postTotalShares"), rebased("postTotalEther")];
  return {
    rewards: processed("rewards"),
    deferred: processed("deferredRewards"),
    before: rebased("preTotalEther"),
    after,
    fees: (rebased("feeShares") * after) / shares,
  };
}

/** The numbers that an event of a transaction carries, by their names. */
function numbersOf(contract: Interface, receipt: TransactionReceipt, event: string): (name: string) => bigint {
  const parsed = receipt.logs.map((log) => contract.parseLog(log)).find((each) => each?.name === event);
  if (parsed == null) throw new Error(`the report emitted no ${event}`);
  return (name) => parsed.args.getValue(name) as bigint;
}
