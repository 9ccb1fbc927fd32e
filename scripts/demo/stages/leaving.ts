import { parseEther } from "ethers";

import type { ValidatorPhase } from "../beaconModel.ts";
import { span } from "../calendar.ts";
import { ether, percent } from "../figures.ts";
import { forceExits, type ForcedExits } from "../forcedExits.ts";
import { askForAll, claim, FEE_SCALE, redeem, type Redemption } from "../leavers.ts";
import { readPool, type PoolState } from "../poolState.ts";
import { showPool } from "../poolTable.ts";
import type { Staker, World } from "../world.ts";
import { passDays } from "./reportingDays.ts";

/** Who redeems a little at once, by position among the stakers, and how much. */
const [HASTY, HASTY_WEI] = [5, parseEther("0.5")];
/** Who leaves, in this order: half of them. */
const [DAN, ADA, EVE] = [3, 0, 4];
/** Exits may be triggered when a request has waited for more than seven days. */
const OVERDUE_DAYS = 8;
/** No run takes longer: a slashed validator's stake needs 46 days at most. */
const MOST_DAYS = 90;
/** Account that takes what Eve claims. */
const COLD_WALLET = 28;

/** Half of the stakers leave. The operator does nothing, so somebody else has validators exit until all are paid. */
export async function leave(world: World): Promise<void> {
  const { gas, model, narrator } = world;
  const before = gas.entries();
  const first = model.day + 1;
  const hasty = stakerAt(world, HASTY);
  const redemption = await redeem(world, hasty, HASTY_WEI);
  const requests = await ask(world);
  const start = await readPool(world);
  world.ratesOfRun.push(start.shareRateRay);

  const { rows, forced } = await payEverybody(world, start);
  const claimed = await claimAll(world, requests);
  const end = await readPool(world);

  narrator.heading(`11. ${span(first, model.day)}: a run on the pool`);
  tellRequests(world, hasty, redemption, start);
  narrator.table(["the reports of the days", "exiting", "gone", "buffered", "paid"], rows, [12, 12, 24, 12]);
  narrator.say(
    `The operator does nothing. After more than seven days anyone may have the oldest validators exit, as many as are ` +
      `missing, and somebody does: he asked for ${forced.asked} exits, for fees of ${forced.feesWei} wei, through the real ` +
      `predeploy of EIP-7002. The consensus layer obeyed ${forced.obeyed} of them and dropped ${forced.asked - forced.obeyed} ` +
      "without a sign, since the validator that was slashed is among the oldest and left before. A validator that exits can " +
      "be paid out two days later, when the sweep comes by.",
  );
  narrator.say(
    `Then they claim: ${claimed.join(", ")}. Dan names the checkpoint of his request, Ada lets the queue find it, and Eve ` +
      `has hers paid to another account. ${ether(end.queue.claimed, 9)} ETH left the pool at the rates of the reports ` +
      `that paid. Those who stayed lost nothing: the share rate rose by ` +
      `${percent(end.shareRateRay - start.shareRateRay, start.shareRateRay)}.`,
  );
  showPool(narrator, end);
  narrator.gas(gas.since(before));
}

/** Three of six ask for all they have, one of them through the wrapped token. */
async function ask(world: World) {
  return {
    dan: await askForAll(world, stakerAt(world, DAN), false),
    ada: await askForAll(world, stakerAt(world, ADA), true),
    eve: await askForAll(world, stakerAt(world, EVE), false),
  };
}

/** Lets days pass until every request is finalized. Returns what changed on which day, and what it took. */
async function payEverybody(world: World, start: PoolState): Promise<{ rows: string[][]; forced: ForcedExits }> {
  const { model, ratesOfRun, suite } = world;
  const rows: string[][] = [];
  const { requests } = start.queue;
  let [paid, forced, seen] = [0n, { asked: 0, obeyed: 0, feesWei: 0n }, ""];
  while (paid < requests) {
    if (model.day === start.day + MOST_DAYS) throw new Error(`only ${paid} of ${requests} requests are paid`);
    await passDays(world, model.day + 1);
    ratesOfRun.push(await suite.poolETH.shareRateRay());
    paid = (await suite.withdrawalQueue.queueState()).lastFinalizedId;
    if (paid < requests && model.day >= start.day + OVERDUE_DAYS)
      forced = plus(forced, await forceExits(world, requests));

    const counts = [countOf(world, "exiting"), countOf(world, "exited"), `${paid} of ${requests}`] as const;
    if (counts.join() === seen) continue;
    seen = counts.join();
    const [exiting, exited, settled] = counts;
    const buffered = `${ether(await suite.accounting.bufferedEther(), 6)} ETH`;
    rows.push([`day ${model.day}, ${model.day - start.day} after`, exiting, exited, buffered, settled]);
  }
  return { rows, forced };
}

async function claimAll(world: World, { dan, ada, eve }: Record<"dan" | "ada" | "eve", bigint>): Promise<string[]> {
  const receiver = (await world.connection.ethers.getSigners())[COLD_WALLET]?.address;
  if (receiver === undefined) throw new Error("the chain needs 30 accounts: create it with DEMO_CHAIN");
  const received: [Staker, bigint][] = [];
  const take = async (index: number, how: Parameters<typeof claim>[2]) => {
    const staker = stakerAt(world, index);
    received.push([staker, await claim(world, staker, how)]);
  };
  await take(DAN, { id: dan, isHinted: true });
  await take(ADA, { id: ada, isHinted: false });
  await take(EVE, { id: eve, isHinted: true, receiver });
  return received.map(([{ name }, wei]) => `${name} ${ether(wei, 9)} ETH`);
}

function tellRequests({ narrator }: World, { name }: Staker, redemption: Redemption | undefined, start: PoolState) {
  narrator.say(
    redemption === undefined
      ? `${name} wants a little ether at once, but the pool has none to spare.`
      : `${name} wants a little ether at once and redeems ${ether(redemption.worth, 9)} ETH from what is buffered, for a ` +
          `fee of ${percent(redemption.fee, FEE_SCALE)}, which stays with the others: he receives ` +
          `${ether(redemption.received, 9)} ETH.`,
  );
  const waiting = (start.queue.waitingShares * start.totalPooledEther) / start.totalShares;
  narrator.say(
    `Half of the stakers ask for all they have: Dan, Ada through the wrapped token, and Eve. ${start.queue.requests} ` +
      `requests for ${ether(waiting, 9)} ETH wait, which is ${percent(waiting, start.totalPooledEther)} of the pool, and ` +
      `${ether(start.bufferedEther, 9)} ETH are buffered. Each report pays, in the order of the requests, as many as the ` +
      "buffer suffices for; shares that wait go on earning.",
  );
}

function plus(a: ForcedExits, b: ForcedExits): ForcedExits {
  return { asked: a.asked + b.asked, obeyed: a.obeyed + b.obeyed, feesWei: a.feesWei + b.feesWei };
}

function countOf({ model }: World, wanted: ValidatorPhase): string {
  return model.validators.filter(({ phase }) => phase === wanted).length.toString();
}

function stakerAt({ stakers }: World, index: number): Staker {
  const staker = stakers[index];
  if (staker === undefined) throw new Error(`there is no staker ${index}`);
  return staker;
}
