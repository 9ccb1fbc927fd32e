import { ether } from "../../demo/figures.ts";
import type { Lifecycle } from "../lifecycle.ts";
import type { Plan } from "../plan.ts";
import type { ReportEntry, Sample } from "../record.ts";

/** What a time with operators offline brought. */
export interface Outage {
  readonly votes: Sample["votes"];
  /** Of the reports that show nothing but that time, wei. */
  readonly rewardsWei: readonly bigint[];
}

/** When it was, and which votes were counted. */
interface Course extends Pick<Outage, "votes"> {
  readonly begin: bigint;
  readonly end: bigint;
}

/** One operator is offline, then two, then none. */
export async function loseOperators(life: Lifecycle, plan: Plan["outage"]): Promise<{ one: Outage; two: Outage }> {
  const { pool, view } = life;
  const [first, second] = life.now.operators.map(({ id }) => id);
  if (first === undefined || second === undefined) throw new Error("there are no operators");
  view.begin("operators offline");
  await pool.devnet.setOperator(first, false);
  await life.mark(`operator ${first} offline`);
  const withoutOne = await passWithout(life, plan.oneSlots);
  await pool.devnet.setOperator(second, false);
  await life.mark(`operators ${first} and ${second} offline`);
  const withoutTwo = await passWithout(life, plan.twoSlots);
  await pool.devnet.setOperator(first, true);
  await pool.devnet.setOperator(second, true);
  await life.mark("all operators online");
  await life.pass(plan.afterSlots);

  // The last frame is reported when the operators are back.
  const [one, two] = [reported(life, withoutOne), reported(life, withoutTwo)];
  const losses = two.rewardsWei.map((wei) => `${ether(wei, 6)} ETH`).join(" and ");
  view.tell(
    `With one of four operators offline the chain has ${one.votes.counted} of ${one.votes.due} votes of the pool's ` +
      `validators: three sign as well as four. With two offline it has ${two.votes.counted} of ${two.votes.due}, balances ` +
      `fall, and the reports say so: ${losses}. Finality went on, somewhat later, as others hold three quarters of the stake.`,
  );
  return { one, two };
}

/** Lets slots pass, and counts the votes of epochs that lie wholly within. */
async function passWithout(life: Lifecycle, slots: bigint): Promise<Course> {
  const begin = await life.pool.slot();
  const samples = life.record.samples.length;
  await life.pass(slots);
  const settled = life.record.samples.slice(samples).filter(({ slot }) => slot >= begin + SETTLED_AFTER_SLOTS);
  const votes = settled.reduce(
    (sum, each) => ({ counted: sum.counted + each.votes.counted, due: sum.due + each.votes.due }),
    { counted: 0, due: 0 },
  );
  return { votes, begin, end: await life.pool.slot() };
}

/** Adds the reports of frames that lie wholly within. */
function reported({ pool, record }: Lifecycle, { votes, begin, end }: Course): Outage {
  const { slotsPerFrame } = pool.clock;
  const isWithin = ({ refSlot }: ReportEntry) => refSlot - slotsPerFrame >= begin && refSlot <= end;
  return { votes, rewardsWei: record.reports.filter(isWithin).map(({ rewardsWei }) => rewardsWei) };
}

/** A sample tells of the votes of two epochs before, and the first epoch began before. */
const SETTLED_AFTER_SLOTS = 32n;
