import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import type { Observation } from "../../clients/observation.ts";
import { requireEvent } from "../../clients/receipts.ts";
import {
  fetchExecutionPart,
  fetchSlotClock,
  forecastReport,
  signReport,
  type ReportForecast,
} from "../../clients/report.ts";
import { fetchFinalizableId } from "../../clients/withdrawalQueue.ts";
import type { SlotClock } from "../../src/oracle/frames.ts";
import type { MemberSigner, Report } from "../../src/oracle/messages.ts";
import { WEI_PER_GWEI } from "../../src/units/ether.ts";
import type { Beacon } from "../beaconNode.ts";
import type { PoolConnection } from "../connect.ts";
import { InputError } from "../input.ts";
import { showEther, type PrintableRecord } from "../output.ts";
import type { Plan } from "../transaction.ts";
import { describeObservation, observeReport } from "./observedReport.ts";
import { findReportSlot } from "./reportSlot.ts";

/** A report to make. */
export interface ReportRequest {
  readonly sender: HardhatEthersSigner;
  /** A quorum, who sign. */
  readonly members: readonly MemberSigner[];
  /** What is known; the rest is read from the chain. */
  readonly fields: Partial<Report>;
  /** Shows what the consensus layer knows; without it, that is given by hand. */
  readonly beacon?: Beacon | undefined;
  /** Whether to list what has become of each key. */
  readonly listsKeys?: boolean;
}

/** A report, and what it rests on. */
interface CompleteReport {
  readonly report: Report;
  /** Last request that waits for long enough. */
  readonly finalizableId: bigint;
  readonly observation?: Observation;
}

const STAKE = 32n * 10n ** 18n;
const BEACON_FIELDS = ["validatorsGwei", "pendingGwei", "activeKeys", "exitingKeys", "exitedKeys"] as const;

/**
 * Proposes a report, signed by the members. With a beacon node it is collected from there. On a local chain without one
 * all stake counts as active and unchanged where nothing else is given.
 * @throws {InputError} If a field that only the beacon chain shows is missing on another chain, the reference slot is
 *   older than the pool, or a field contradicts the beacon node.
 * @throws {FieldError} As `observe` does.
 */
export async function planReport(opened: PoolConnection, request: ReportRequest): Promise<Plan> {
  const { accounting, poolETH } = opened.pool;
  const { report, finalizableId, observation } = await completeReport(opened, request);
  const forecast = await forecastReport(accounting, poolETH, report);
  const signatures = await signReport(poolETH, report, request.members);
  const transaction = await accounting.applyReport.populateTransaction({ ...report }, signatures);
  return {
    action: `apply the report for slot ${report.refSlot}`,
    details: {
      accounting: await accounting.getAddress(),
      signers: request.members.length,
      report: printableReport(report),
      ...(observation && { observed: describeObservation(observation, request.listsKeys === true) }),
      expected: {
        rewardsWei: forecast.rewards,
        deferredRewardsWei: forecast.deferredRewards,
        totalPooledEtherBeforeWei: forecast.totalBefore,
        totalPooledEtherWei: forecast.totalAfter,
      },
    },
    warnings: [...warningsOf(forecast), ...warnOfUnpaid(report, finalizableId)],
    signer: request.sender,
    transaction,
    outcome: async (receipt) => {
      const processed = requireEvent(accounting, receipt, "ReportProcessed") as Record<string, bigint>;
      const rebased = requireEvent(poolETH, receipt, "Rebased") as Record<string, bigint>;
      return {
        refSlot: report.refSlot,
        rewardsWei: processed.rewards ?? 0n,
        deferredRewardsWei: processed.deferredRewards ?? 0n,
        totalPooledEtherBeforeWei: rebased.preTotalEther ?? 0n,
        totalPooledEtherWei: rebased.postTotalEther ?? 0n,
        feeShares: rebased.feeShares ?? 0n,
        shareRateRay: await poolETH.shareRateRay(),
      };
    },
  };
}

/** A report as it is shown: counts of keys are numbers, as everywhere. */
export function printableReport(report: Report): PrintableRecord {
  return Object.fromEntries(
    Object.entries(report).map(([name, value]: [string, bigint]) => [
      name,
      name.endsWith("Keys") ? Number(value) : value,
    ]),
  );
}

/** What whoever signs should look at twice: a mistake in the balances has these looks. */
function warningsOf({ rewards, totalBefore, totalAfter }: ReportForecast): string[] {
  const loss = totalBefore - totalAfter;
  if (loss > 0n)
    return [`the pool loses ${showEther(loss)}, ${showPercent(loss, totalBefore)} of it: check the balances`];
  if (rewards * 100n > totalBefore)
    return [
      `rewards of ${showEther(rewards)} are ${showPercent(rewards, totalBefore)} of the pool, more than 1 %: check the balances`,
    ];
  return [];
}

/** Whoever gives another number than the chain does keeps holders waiting, and nobody else says so. */
function warnOfUnpaid({ finalizeUpTo }: Report, finalizableId: bigint): string[] {
  if (finalizeUpTo >= finalizableId) return [];
  return [
    `the report pays requests up to ${finalizeUpTo}, and those up to ${finalizableId} have waited for long enough: leave finalizeUpTo out`,
  ];
}

function showPercent(part: bigint, whole: bigint): string {
  return `${Number((part * 1_000_000n) / whole) / 10_000} %`;
}

/** Fills in what is not given from the beacon node and the chain, as of the block of the reference slot. */
async function completeReport(opened: PoolConnection, { fields, beacon }: ReportRequest): Promise<CompleteReport> {
  const clock = await fetchSlotClock(opened.pool.accounting);
  if (beacon === undefined) return assumeReport(opened, clock, fields);
  const observation = await observeReport(opened, beacon, clock, fields);
  const { finalizeUpTo } = observation.report;
  const report = { ...observation.report, finalizeUpTo: fields.finalizeUpTo ?? finalizeUpTo };
  return { report, finalizableId: finalizeUpTo, observation };
}

/** Without a beacon node: as of the block of the reference slot, where nothing else is given. */
async function assumeReport(
  opened: PoolConnection,
  clock: SlotClock,
  fields: Partial<Report>,
): Promise<CompleteReport> {
  const { accounting, poolETH, withdrawalQueue } = opened.pool;
  const missing = BEACON_FIELDS.find((field) => fields[field] === undefined);
  if (missing !== undefined && !opened.isLocal)
    throw new InputError(
      missing,
      "nothing",
      "is shown by the beacon chain only",
      "name a beacon node with --beacon-node, or give it in --file or as an option",
    );

  const { refSlot, block } = await findReportSlot(opened, clock, fields.refSlot);
  const [last, execution, finalizableId] = await Promise.all([
    accounting.lastReport(),
    fetchExecutionPart(poolETH, block),
    fetchFinalizableId(withdrawalQueue, clock, refSlot, block),
  ]);
  const stakedWei = fields.stakedWei ?? execution.stakedWei;
  const stakedKeys = fields.stakedKeys ?? stakedWei / STAKE;
  const exitingKeys = fields.exitingKeys ?? 0n;
  const exitedKeys = fields.exitedKeys ?? last.exitedKeys;
  const lostKeys = fields.lostKeys ?? last.lostKeys;
  const report = {
    refSlot,
    validatorsGwei: fields.validatorsGwei ?? last.clBalanceGwei + stakedWei / WEI_PER_GWEI - last.stakedGwei,
    pendingGwei: fields.pendingGwei ?? 0n,
    stakedWei,
    vaultsReceivedWei: fields.vaultsReceivedWei ?? execution.vaultsReceivedWei,
    stakedKeys,
    activeKeys: fields.activeKeys ?? stakedKeys - exitingKeys - exitedKeys - lostKeys,
    exitingKeys,
    exitedKeys,
    slashedKeys: fields.slashedKeys ?? last.slashedKeys,
    lostKeys,
    finalizeUpTo: fields.finalizeUpTo ?? finalizableId,
  };
  return { report, finalizableId };
}
