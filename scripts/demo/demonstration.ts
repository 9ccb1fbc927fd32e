import type { NetworkConnection } from "hardhat/types/network";

import { calendar, span } from "./calendar.ts";
import { checksOf, type Check } from "./checks.ts";
import type { Narrator } from "./narrator.ts";
import { readPool, type PoolState } from "./poolState.ts";
import { activateBatch } from "./stages/activating.ts";
import { FIRST_DEPOSITS, LATER_DEPOSITS, takeDeposits } from "./stages/depositing.ts";
import { faceLies } from "./stages/dishonesty.ts";
import { found } from "./stages/founding.ts";
import { leave } from "./stages/leaving.ts";
import { reportDays } from "./stages/reportingDays.ts";
import { slashOne } from "./stages/slashing.ts";
import { createWorld, type World } from "./world.ts";

/** Plays everything, from an empty chain to so many days, and the run on the pool after them. */
export async function play(connection: NetworkConnection, days: number, narrator: Narrator): Promise<World> {
  const world = await createWorld(connection, narrator);
  const { first, second, slashing, end } = calendar(days);

  await found(world);
  await takeDeposits(world, FIRST_DEPOSITS, "2. Four stakers deposit");
  await activateBatch(world, 7, "3. Seven validators start");
  await reportDays(world, first, `4. ${span(1, first)}: daily reports`);
  await takeDeposits(world, LATER_DEPOSITS, "5. Two more stakers deposit");
  await activateBatch(world, 5, "6. Five more validators join the cluster");
  await reportDays(world, second, `7. ${span(first + 1, second)}: twelve validators`);
  await slashOne(world, slashing, `8. ${span(second + 1, slashing)}: a validator is slashed`);
  await faceLies(world, `9. ${span(slashing + 1, slashing + 2)}: members of the committee lie`);
  await reportDays(world, end, `10. ${span(slashing + 3, end)}: the rest of the time`);
  await leave(world);
  return world;
}

/** Reads the final state and compares it with what must hold. */
export async function examine(world: World): Promise<{ state: PoolState; checks: Check[] }> {
  const state = await readPool(world);
  const reports = world.gas.entries().find(({ label }) => label === "report")?.transactions ?? 0n;
  return { state, checks: checksOf(state, reports) };
}
