import { BLOCKS_PER_DAY } from "../src/ssv/fees.ts";
import { showEther, type PrintableRecord } from "./output.ts";

/** What somebody agrees to with a plan that depends on how a cluster stands. */
export interface Terms {
  /** What it costs, wei; nothing for what is taken out. */
  readonly payWei: bigint;
  /** What a contract that says the amount itself may add while fees go on, wei. */
  readonly slackWei?: bigint;
  /** How the cluster is before. */
  readonly condition: string;
  /** How long the cluster runs afterwards; null if that has no end, or it does not run. */
  readonly runwayBlocksAfter: bigint | null;
}

/** What a plan was agreed to by, and how it is proposed anew when the cluster has changed. */
export interface Agreement<P> {
  readonly terms: Terms;
  /**
   * The same plan, from how the cluster stands now.
   * @param mostWei What it may cost; as much as it takes if left out.
   * @throws {NothingLeft} If nothing is left to do.
   */
  readonly propose: (mostWei?: bigint) => Promise<P>;
}

/** What is needed, or as much of it as may be paid. */
export function atMost(neededWei: bigint, mostWei: bigint | undefined): bigint {
  return mostWei !== undefined && mostWei < neededWei ? mostWei : neededWei;
}

/** Somebody else has done meanwhile what a plan was for. */
export class NothingLeft extends Error {
  /** What the task returns. */
  readonly result: PrintableRecord;

  /** @param message What there is to know, for people. */
  constructor(message: string, result: PrintableRecord) {
    super(message);
    this.result = result;
  }
}

interface Agreed {
  readonly warnings?: readonly string[];
  readonly agreement: Agreement<unknown>;
}

/**
 * What of a renewed plan nobody has agreed to: another condition, a larger amount, a runway that is shorter by more than
 * a tenth or a day, or a warning that there was not. Fees go on while somebody thinks, and others may pay in.
 * @returns Undefined if what was agreed to still holds.
 */
export function changeOf(agreed: Agreed, renewed: Agreed): string | undefined {
  const [before, now] = [agreed.agreement.terms, renewed.agreement.terms];
  if (before.condition !== now.condition) return `the cluster was ${before.condition}, and is ${now.condition} now`;
  if (now.payWei > before.payWei + (before.slackWei ?? 0n))
    return `it takes ${showEther(now.payWei)} now, instead of ${showEther(before.payWei)}`;
  if (isShorter(before.runwayBlocksAfter, now.runwayBlocksAfter))
    return `the cluster would run for ${showDays(now.runwayBlocksAfter)} then, instead of ${showDays(before.runwayBlocksAfter)}`;
  const known = new Set(agreed.warnings?.map(withoutNumbers));
  return renewed.warnings?.find((warning) => !known.has(withoutNumbers(warning)));
}

function isShorter(before: bigint | null, now: bigint | null): boolean {
  if (now === null) return false;
  if (before === null) return true;
  const tenth = before / 10n;
  return before - now > (tenth < BLOCKS_PER_DAY ? tenth : BLOCKS_PER_DAY);
}

function showDays(blocks: bigint | null): string {
  return blocks === null ? "ever" : `${blocks / BLOCKS_PER_DAY} days`;
}

/** Days and amounts in warnings are compared by themselves. */
function withoutNumbers(warning: string): string {
  return warning.replace(/\d+/g, "0");
}
