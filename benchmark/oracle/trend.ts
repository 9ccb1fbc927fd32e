import type { Held } from "./held.ts";

/** What was held after some rounds. */
export interface Sample extends Held {
  readonly rounds: number;
}

/** Where the line through samples begins and ends. */
export interface Trend {
  readonly begin: number;
  readonly end: number;
}

/** The line that fits samples best (least squares): one sample that is out of line does not make a trend. */
export function trendOf(samples: readonly Sample[], what: keyof Held): Trend {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || first.rounds === last.rounds)
    throw new Error("a trend takes two samples");
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(samples.map(({ rounds }) => rounds)), mean(samples.map((sample) => sample[what]))];
  const slope =
    mean(samples.map((sample) => (sample.rounds - x) * (sample[what] - y))) /
    mean(samples.map(({ rounds }) => (rounds - x) ** 2));
  return { begin: y + slope * (first.rounds - x), end: y + slope * (last.rounds - x) };
}
