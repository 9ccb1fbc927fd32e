import type { Sample } from "./record.ts";

const YEAR_SECONDS = 365 * 86_400;
/** What a rate of growth is taken from: a week. */
const WINDOW_SECONDS = 7n * 86_400n;

/** How much the share rate would grow in a year if it went on as between two samples; nothing if no time lies between. */
export function yearlyGrowth(
  from: Pick<Sample, "time" | "shareRateRay">,
  to: Pick<Sample, "time" | "shareRateRay">,
): number | undefined {
  if (to.time <= from.time) return undefined;
  const growth = Number(to.shareRateRay - from.shareRateRay) / Number(from.shareRateRay);
  return (growth * YEAR_SECONDS) / Number(to.time - from.time);
}

/** Growth of the last week, for each sample; of what there is in the first one. */
export function weeklyGrowth(samples: readonly Pick<Sample, "time" | "shareRateRay">[]): (number | undefined)[] {
  return samples.map((sample, i) => {
    const first = samples.slice(0, i).findLast(({ time }) => time <= sample.time - WINDOW_SECONDS) ?? samples[0];
    return first === undefined ? undefined : yearlyGrowth(first, sample);
  });
}
