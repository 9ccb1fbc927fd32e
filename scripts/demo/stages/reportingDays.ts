import { span as days } from "../calendar.ts";
import { ether, percent } from "../figures.ts";
import { readPool, type PoolState } from "../poolState.ts";
import { showPool } from "../poolTable.ts";
import { applyReport, closeDay } from "../reporting.ts";
import { keepRunway } from "../ssvAccount.ts";
import type { World } from "../world.ts";

/** What a span of days brought, wei. */
export interface Span {
  readonly first: number;
  readonly last: number;
  readonly rewards: bigint;
  readonly fees: bigint;
  /** Paid into the cluster, and how often. */
  readonly paid: bigint;
  readonly payments: number;
}

/** Lets days pass up to and including `lastDay`: each ends with a report by a quorum and the keeper's round. */
export async function passDays(world: World, lastDay: number): Promise<Span> {
  const first = world.model.day + 1;
  let [rewards, fees, paid, payments] = [0n, 0n, 0n, 0];
  while (world.model.day < lastDay) {
    const outcome = await applyReport(world, await closeDay(world));
    rewards += outcome.rewards;
    fees += outcome.fees;
    const payment = await keepRunway(world);
    paid += payment;
    if (payment > 0n) payments += 1;
  }
  return { first, last: lastDay, rewards, fees, paid, payments };
}

/** Lets days pass and tells what they brought. */
export async function reportDays(world: World, lastDay: number, heading: string): Promise<void> {
  const { gas, narrator } = world;
  const before = gas.entries();
  const start = await readPool(world);
  const span = await passDays(world, lastDay);
  const end = await readPool(world);

  narrator.heading(heading);
  narrator.say(
    `Each day three members sign what they see at the day's last slot, and anyone applies it. ` +
      `${days(span.first, span.last)} brought ${ether(span.rewards, 9)} ETH, of which ${ether(span.fees, 9)} ETH went to treasury and ` +
      `operations in new shares. The share rate rose by ${growth(start, end)}, or ${yearly(start, end)} in a year.`,
  );
  if (span.payments > 0)
    narrator.say(
      `Whenever less than 30 days of runway were left, the keeper topped the cluster up to 90 days from the operating ` +
        `reserve: ${span.payments} ${span.payments === 1 ? "time" : "times"}, ${ether(span.paid, 9)} ETH in all.`,
    );
  showPool(narrator, end);
  narrator.gas(gas.since(before));
}

function growth(start: PoolState, end: PoolState): string {
  return percent(end.shareRateRay - start.shareRateRay, start.shareRateRay);
}

function yearly(start: PoolState, end: PoolState): string {
  return percent((end.shareRateRay - start.shareRateRay) * 365n, start.shareRateRay * BigInt(end.day - start.day));
}
