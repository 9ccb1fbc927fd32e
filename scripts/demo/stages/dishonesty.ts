import { z } from "zod";

import { signReport } from "../../../clients/report.ts";
import type { Report } from "../../../src/oracle/messages.ts";
import { WEI_PER_GWEI } from "../../../src/units/ether.ts";
import { ether, percent } from "../figures.ts";
import { readPool } from "../poolState.ts";
import { showPool } from "../poolTable.ts";
import { applyReport, closeDay, members } from "../reporting.ts";
import { keepRunway } from "../ssvAccount.ts";
import type { World } from "../world.ts";

/** Given with transactions that are to fail, so that nobody estimates them. */
const GAS_LIMIT = 1_000_000n;

/** How the chain tells of a revert. */
const reverted = z.object({ data: z.string() });

/** Members lie about the pool's balance: what the contracts refuse, and what little they let through for a day. */
export async function faceLies(world: World, heading: string): Promise<void> {
  const { gas, narrator, suite } = world;
  const before = gas.entries();
  const truth = await closeDay(world);
  const start = await readPool(world);
  const twentieth = start.totalPooledEther / 20n / WEI_PER_GWEI;
  const tooMuch: Report = { ...truth, validatorsGwei: truth.validatorsGwei + twentieth };
  const tooLittle: Report = { ...truth, validatorsGwei: truth.validatorsGwei - twentieth };

  const refusals = [
    ["5 % more than there is", "2 of 5", await refusalOf(world, tooMuch, 2, "QuorumNotReached")],
    ["5 % less than there is", "3 of 5", await refusalOf(world, tooLittle, 3, "SupermajorityRequired")],
    ["5 % less than there is", "5 of 5", await refusalOf(world, tooLittle, 5, "ReportedLossAboveLimit")],
  ];
  const unchanged = (await suite.poolETH.totalPooledEther()) === start.totalPooledEther;
  if (!unchanged) throw new Error("a refused report changed the pool");

  const lied = await applyReport(world, tooMuch);
  await keepRunway(world);
  const correction = await closeDay(world);
  const refusedCorrection = await refusalOf(world, correction, 3, "SupermajorityRequired");
  const corrected = await applyReport(world, correction, members(world, 4));
  await keepRunway(world);

  narrator.heading(heading);
  narrator.say(
    "Some members sign false numbers. These reports were sent and refused, and changed nothing; amounts are wei:",
  );
  narrator.table(["the report says", "signed by", "why the contracts refused it"], refusals, [11, 60], "left");
  narrator.say(
    `Then three members, a quorum, say that there is 5 % more: ${ether(lied.rewards, 6)} ETH of rewards. The ` +
      `contracts applied that report, but booked only ${ether(lied.after - lied.before, 6)} ETH of it, which is ` +
      `${percent(lied.after - lied.before, lied.before)} of the pool, the most that one report may add, and deferred ` +
      `${ether(lied.deferred, 6)} ETH. No ether left the pool.`,
  );
  narrator.say(
    `The next day honest members report the truth. With three signatures it is refused, because it takes back a gain ` +
      `and so looks like a loss: ${refusedCorrection}. With four it is applied: the deferred ether is gone, and the ` +
      `pool's total falls by ${ether(corrected.before - corrected.after, 6)} ETH to what is really there. What ` +
      `treasury and operations received in shares for the false gain, ${ether(lied.fees, 6)} ETH, stays with them; the ` +
      "high-water mark keeps the same rise from being charged twice.",
  );
  showPool(narrator, await readPool(world));
  narrator.gas(gas.since(before));
}

/** Sends a report that must be refused, and returns the error that the contracts give, with its arguments. */
async function refusalOf(world: World, report: Report, signers: number, expected: string): Promise<string> {
  const { accounting, committee, poolETH } = world.suite;
  const signatures = await signReport(poolETH, report, members(world, signers));
  await world.chain.nextSlot();
  try {
    await accounting.applyReport({ ...report }, signatures, { gasLimit: GAS_LIMIT });
  } catch (error) {
    const { success, data: revert } = reverted.safeParse(error);
    if (!success) throw error;
    const parsed = accounting.interface.parseError(revert.data) ?? committee.interface.parseError(revert.data);
    if (parsed?.name !== expected) throw new Error(`refused by ${parsed?.name ?? revert.data} instead of ${expected}`);
    const named = parsed.fragment.inputs.map((input, i) => `${input.name} ${String(parsed.args[i])}`);
    return `${parsed.name}: ${named.join(", ")}`;
  }
  throw new Error(`a report with ${signers} signatures was not refused by ${expected}`);
}
