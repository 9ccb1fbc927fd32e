import type { Course } from "./account.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { Plan } from "./plan.ts";
import { earn } from "./stages/earning.ts";
import { enter } from "./stages/entering.ts";
import { leave } from "./stages/leaving.ts";
import { loseOperators } from "./stages/offline.ts";
import { slashOne } from "./stages/slashing.ts";

/** Plays all parts of a lifecycle, and returns what was seen of operators offline. */
export async function play(life: Lifecycle, plan: Plan): Promise<Course> {
  await enter(life, plan.validators);
  if (plan.earningSlots > 0n) await earn(life, plan.earningSlots);
  const course = await loseOperators(life, plan.outage);
  const slashed = await slashOne(life, plan.slashingSlots);
  await leave(life, slashed);
  return course;
}
