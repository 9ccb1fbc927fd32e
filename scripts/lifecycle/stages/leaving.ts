import { ether } from "../../demo/figures.ts";
import { askForAll, claim } from "../../demo/leavers.ts";
import { exitByOperators, exitByVault, exitOverdue } from "../exits.ts";
import type { Lifecycle } from "../lifecycle.ts";
import { tellCorrelation, type SlashedBalance } from "./slashing.ts";

/** Which keys the operators exit, and which the vault; the last one was slashed, those between are left to anyone. */
const [BY_VAULT, BY_OPERATORS] = [5, 5];
const OVERDUE_SECONDS = 7n * 86_400n;
/** Far more than the oldest request, the exits and the sweep take. */
const MOST_SLOTS = 1_200n;

/** Every staker leaves: validators exit in three ways, and the last one is paid from what they pay out. */
export async function leave(life: Lifecycle, slashed: SlashedBalance): Promise<void> {
  const { pool, suite, view, stakers, batch } = life;
  view.begin("everybody leaves");
  const reports = life.record.reports.length;
  const requests: bigint[] = [];
  for (const [i, staker] of stakers.entries()) requests.push(await askForAll(life, staker, i === 0));
  await life.mark("a run: everybody asks for all");
  const last = requests.at(-1) ?? 0n;
  const { requestedAt } = await suite.withdrawalQueue.requestOf(last);
  const end = (await pool.slot()) + MOST_SLOTS;

  const keys = batch.ceremony.keys.length;
  await exitByVault(life, 0, BY_VAULT);
  await exitByOperators(life, keys - 1 - BY_OPERATORS, keys - 1);
  await life.mark("exits requested by role");
  await life.passUntil(() => life.now.time > requestedAt + OVERDUE_SECONDS, end);

  let triggered = 0;
  let tried = 0;
  const isPaid = async () => {
    if ((await suite.withdrawalQueue.queueState()).lastFinalizedId >= last) return true;
    // A report tells of exits that were asked for before, so that none is asked for twice.
    if (life.record.reports.length > tried) {
      tried = life.record.reports.length;
      const more = await exitOverdue(life, last);
      if (more > 0) await life.mark("anyone triggers overdue exits");
      triggered += more;
    }
    return false;
  };
  if (!(await life.passUntil(isPaid, end))) throw new Error(`not everybody was paid after ${MOST_SLOTS} slots`);
  const worst = life.record.reports
    .slice(reports)
    .reduce((most, report) => (report.afterWei - report.beforeWei < most.afterWei - most.beforeWei ? report : most));
  tellCorrelation(life, slashed, worst);
  await life.mark("all requests are paid");
  for (const [i, staker] of stakers.entries())
    await claim(life, staker, { id: requests[i] ?? 0n, isHinted: i % 2 === 0 });
  await life.mark("everybody has claimed");
  await life.pass(1n);
  const claimed = life.claims.map(({ name, received }) => `${name} ${ether(received, 6)} ETH`);
  view.tell(
    `All six asked for everything. The operator had ${BY_VAULT} validators exit through the withdrawal vault (EIP-7002), ` +
      `the SSV operators signed exits of ${BY_OPERATORS}, and when seven days had passed somebody triggered ${triggered} ` +
      `more. The queue pays requests that are 640 slots old, at the rate of the report: ${claimed.join(", ")}.`,
  );
}
