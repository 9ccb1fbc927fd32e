import { ether } from "../figures.ts";
import { readPool } from "../poolState.ts";
import { showPool } from "../poolTable.ts";
import { applyReport, closeDay } from "../reporting.ts";
import { keepRunway } from "../ssvAccount.ts";
import type { World } from "../world.ts";
import { passDays } from "./reportingDays.ts";

/** Days on which the table looks, counted from the slashing. */
const LOOKS = [0, 1, 10, 18, 30, 37, 46];

/** One validator signs two blocks for one slot. */
export async function slashOne(world: World, lastDay: number, heading: string): Promise<void> {
  const { gas, model, narrator } = world;
  const before = gas.entries();
  const yesterday = await applyReport(world, await closeDay(world));
  await keepRunway(world);
  const victim = model.validators.find(({ phase }) => phase === "active");
  if (victim === undefined) throw new Error("no validator is active yet");
  model.slash(victim.pubkey);
  const slashedOn = model.day;
  const today = await applyReport(world, await closeDay(world));
  await keepRunway(world);

  const rows: string[][] = [];
  const look = (afterDays: number) =>
    rows.push([
      `day ${model.day}, ${afterDays} after`,
      victim.phase,
      `${ether(victim.balanceGwei * 1_000_000_000n, 9)} ETH`,
      `${ether(victim.penaltiesGwei * 1_000_000_000n, 9)} ETH`,
    ]);
  look(1);
  for (const afterDays of LOOKS.filter((days) => days > 1)) {
    if (slashedOn + afterDays > lastDay) break;
    await passDays(world, slashedOn + afterDays);
    look(afterDays);
  }
  await passDays(world, lastDay);
  const collected = await collectVaults(world);

  narrator.heading(heading);
  narrator.say(
    `Validator ${victim.pubkey.slice(0, 18)}… is slashed. It loses 1/4096 of its stake at once, its votes count as ` +
      "missed until it may leave 37 days later, half-way a correlation penalty falls due, and then the sweep pays its " +
      `balance into the withdrawal vault. The report of the day before brought ${ether(yesterday.rewards, 9)} ETH, ` +
      `this one ${ether(today.rewards, 9)} ETH: all holders bear the loss in proportion, and the rest of the pool ` +
      "goes on earning.",
  );
  narrator.table(["after the slashing", "state", "balance", "penalties so far"], rows, [20, 24, 24]);
  narrator.say(
    `Then somebody sends what the vaults hold on to PoolETH, as anyone may: ${ether(collected, 9)} ETH. That changes no ` +
      "balance, because the vaults' ether was counted when it arrived.",
  );
  showPool(narrator, await readPool(world));
  narrator.gas(gas.since(before));
}

/** Collects both vaults and returns the wei that moved. */
async function collectVaults({ chain, gas, searcher, suite }: World): Promise<bigint> {
  const before = await suite.poolETH.totalCollected();
  for (const vault of [suite.withdrawalVault, suite.rewardsVault]) {
    await chain.nextSlot();
    await gas.confirm("collect a vault", await vault.connect(searcher).collect());
  }
  return (await suite.poolETH.totalCollected()) - before;
}
