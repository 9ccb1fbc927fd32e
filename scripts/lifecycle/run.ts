import hre from "hardhat";

import { Interruption } from "../../tasks/devnet/interruption.ts";
import type { Check } from "../demo/checks.ts";
import type { Narrator } from "../demo/narrator.ts";
import { readAccount, type LifecycleAccount } from "./account.ts";
import { checksOf } from "./checks.ts";
import { Lifecycle } from "./lifecycle.ts";
import { StreamView, type LifecycleView } from "./lifecycleView.ts";
import { LivePool } from "./livePool.ts";
import { planOf, SLOTS_PER_DAY, totalSlots, type Plan } from "./plan.ts";
import { play } from "./play.ts";
import type { LifecycleRecord } from "./record.ts";

/** How to run a lifecycle. */
export interface LifecycleOptions {
  /** Of rewards, before anything goes wrong. */
  readonly weeks: number;
  readonly json: boolean;
  /** File for the page; none is written if left out. */
  readonly html: string | undefined;
}

/** All that is known at the end. */
export interface LifecycleResult {
  readonly record: LifecycleRecord;
  readonly account: LifecycleAccount;
  readonly checks: readonly Check[];
}

/** Days that a cluster is funded for, and below which it is short. */
const RUNWAY_DAYS = { wanted: 20n, least: 10n };

/**
 * Plays a lifecycle on a devnet of its own, which ends with it whatever happens.
 * @param note Takes a line for people.
 * @returns Nothing if it was ended by a signal.
 */
export async function runLifecycle(
  { weeks }: Pick<LifecycleOptions, "weeks">,
  narrator: Narrator,
  note: (line: string) => void,
): Promise<LifecycleResult | undefined> {
  const plan = planOf(weeks);
  const view = new StreamView(process.stderr, printTo(narrator), totalSlots(plan));
  const interruption = new Interruption();
  const stopping = new AbortController();
  let pool: LivePool | undefined;
  const played = (async () => {
    pool = await startPool(plan, interruption.signal, (line) => {
      view.end();
      note(line);
    });
    return stopping.signal.aborted ? undefined : await playOn(pool, plan, view);
  })();
  try {
    const reason = await Promise.race([interruption.reason, played.then(() => ENDED)]);
    if (reason === ENDED) return await played;
    view.end();
    note(`${reason}: stopping`);
    return undefined;
  } finally {
    interruption.ignore();
    stopping.abort();
    await stopPool(() => pool, played);
    view.end();
  }
}

const ENDED = "ended";

async function startPool(
  { foreignValidators }: Plan,
  signal: AbortSignal,
  note: (line: string) => void,
): Promise<LivePool> {
  const parameters = {
    runwayBlocks: Number(RUNWAY_DAYS.wanted * SLOTS_PER_DAY),
    minRunwayBlocks: Number(RUNWAY_DAYS.least * SLOTS_PER_DAY),
  };
  return LivePool.start(hre, { foreignValidators, parameters, signal, note });
}

/** Ends a pool, also one that is only being started; what it was doing fails when its chain is gone. */
async function stopPool(started: () => LivePool | undefined, played: Promise<unknown>): Promise<void> {
  const rest = played.catch(() => undefined);
  const early = started();
  await early?.stop();
  await rest;
  if (early === undefined) await started()?.stop();
}

async function playOn(pool: LivePool, plan: Plan, view: LifecycleView): Promise<LifecycleResult> {
  const life = await Lifecycle.of(pool, view);
  const course = await play(life, plan);
  view.end();
  const account = await readAccount(life, course);
  return { record: life.record, account, checks: checksOf(account) };
}

/** Prints what is told with the parts numbered. */
function printTo(narrator: Narrator): (part: string, text: string) => void {
  let [number, current] = [0, ""];
  return (part, text) => {
    if (part !== current) narrator.heading(`${++number}. ${part.charAt(0).toUpperCase()}${part.slice(1)}`);
    current = part;
    narrator.say(text);
  };
}
