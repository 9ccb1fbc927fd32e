import { WEI_PER_ETHER, WEI_PER_GWEI } from "../units/ether.ts";
import { BASIS_POINTS, divideUp, greatest } from "./arithmetic.ts";
import { done, refused, type Outcome } from "./outcome.ts";

/** Figures of a report; `docs/oracle-report.md` says what each means. */
export interface ReportFigures {
  readonly refSlot: bigint;
  readonly validatorsGwei: bigint;
  readonly pendingGwei: bigint;
  readonly stakedWei: bigint;
  readonly vaultsReceivedWei: bigint;
  readonly stakedKeys: bigint;
  readonly activeKeys: bigint;
  readonly exitingKeys: bigint;
  readonly exitedKeys: bigint;
  readonly slashedKeys: bigint;
  readonly lostKeys: bigint;
  readonly finalizeUpTo: bigint;
}

/** What is kept of a report until the next one. */
export interface LastReport {
  readonly refSlot: bigint;
  /** Validators and own pending deposits, Gwei. */
  readonly clBalanceGwei: bigint;
  readonly stakedGwei: bigint;
  readonly stakedKeys: bigint;
  readonly exitedKeys: bigint;
  readonly slashedKeys: bigint;
  readonly lostKeys: bigint;
  /** Ether received by the vaults that buffered ether counts, wei. */
  readonly creditedFromVaults: bigint;
  /** Rewards that the bounds held back, wei. */
  readonly deferredRewards: bigint;
  /** When running costs were charged last, seconds. */
  readonly costsChargedAt: bigint;
}

/** Slots and frames. */
export interface FrameClock {
  /** Time of slot zero, seconds. */
  readonly genesisTime: bigint;
  readonly secondsPerSlot: bigint;
  readonly slotsPerFrame: bigint;
}

/** How many signed, of how many, and how many must. */
export interface Votes {
  readonly signers: bigint;
  readonly members: bigint;
  readonly quorum: bigint;
}

const STAKE_PER_KEY = 32n * WEI_PER_ETHER;
const QUORUM_LOSS_BASIS_POINTS = 5n;

/** A report is due from the slot after its reference slot up to the next reference slot, and once. */
export function checkDue(refSlot: bigint, lastRefSlot: bigint, clock: FrameClock, now: bigint): Outcome<null> {
  if (refSlot % clock.slotsPerFrame !== clock.slotsPerFrame - 1n) return refused("RefSlotNotOnFrame", refSlot);
  if (refSlot <= lastRefSlot) return refused("RefSlotNotIncreasing", refSlot, lastRefSlot);
  const currentSlot = greatest(now - clock.genesisTime, 0n) / clock.secondsPerSlot;
  const age = currentSlot - refSlot;
  if (age < 1n || age > clock.slotsPerFrame) return refused("RefSlotNotCurrent", refSlot, currentSlot);
  return done(null);
}

/** What only grows must not shrink, and nothing exceeds what the execution layer shows when the report is applied. */
export function checkCounters(
  report: ReportFigures,
  last: LastReport,
  totalStaked: bigint,
  vaultsReceived: bigint,
): Outcome<null> {
  const { stakedKeys } = report;
  const present = report.activeKeys + report.exitingKeys + report.lostKeys;
  const ranges: [field: string, value: bigint, minimum: bigint, maximum: bigint][] = [
    ["stakedWei", report.stakedWei, last.stakedGwei * WEI_PER_GWEI, totalStaked],
    ["stakedWei", report.stakedWei % WEI_PER_GWEI, 0n, 0n],
    ["vaultsReceivedWei", report.vaultsReceivedWei, last.creditedFromVaults, vaultsReceived],
    ["stakedKeys", stakedKeys, last.stakedKeys, report.stakedWei / STAKE_PER_KEY],
    ["slashedKeys", report.slashedKeys, last.slashedKeys, stakedKeys],
    ["lostKeys", report.lostKeys, last.lostKeys, stakedKeys],
    ["activeKeys", present, 0n, stakedKeys],
    ["exitedKeys", report.exitedKeys, last.exitedKeys, stakedKeys - present],
  ];
  const wrong = ranges.find(([, value, minimum, maximum]) => value < minimum || value > maximum);
  return wrong === undefined ? done(null) : refused("ReportFieldOutOfRange", ...wrong);
}

/** A loss above 0.05 % of the pool takes two thirds of the members, and none exceeds the bound of one report. */
export function checkLoss(
  loss: bigint,
  pooledEther: bigint,
  votes: Votes,
  limits: { readonly maxLossBasisPoints: bigint; readonly newlyLostKeys: bigint; readonly announcedLoss: bigint },
): Outcome<null> {
  const required = divideUp(2n * votes.members, 3n);
  if (loss * BASIS_POINTS > pooledEther * QUORUM_LOSS_BASIS_POINTS && votes.signers < required)
    return refused("SupermajorityRequired", loss, votes.signers, required);
  const ordinary = (pooledEther * limits.maxLossBasisPoints) / BASIS_POINTS;
  const allowed = greatest(ordinary + limits.newlyLostKeys * STAKE_PER_KEY, limits.announcedLoss);
  return loss <= allowed ? done(null) : refused("ReportedLossAboveLimit", loss, allowed);
}
