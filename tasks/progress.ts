import { Presets, SingleBar } from "cli-progress";

import type { Terminal } from "./terminal.ts";

/** From so many on, work is long enough to be watched. */
const WATCHED = 10;
/** Between two lines where the output is no terminal, milliseconds. */
const LINE_INTERVAL = 5_000;

/**
 * Shows how far work is, how quick, and how long it still takes; nothing for less than ten things.
 * @param label What is done to what, such as `split keys`.
 * @param body Calls `advance` with the number of things that are done since.
 */
export async function withProgress<T>(
  terminal: Terminal,
  label: string,
  total: number,
  body: (advance: (done: number) => void) => Promise<T>,
): Promise<T> {
  if (total < WATCHED) return body(() => undefined);
  const bar = new SingleBar(
    {
      format: `${label} {bar} {value}/{total} · {rate} per second · {eta_formatted} left`,
      stream: terminal.progress,
      noTTYOutput: true,
      notTTYSchedule: LINE_INTERVAL,
      // Ctrl-C ends the task, which draws no further.
      gracefulExit: false,
      // Nothing would show the cursor or wrap lines again after Ctrl-C. Without wrapping, lines are cut to the width.
      hideCursor: false,
      linewrap: true,
    },
    Presets.shades_classic,
  );
  const began = performance.now();
  let done = 0;
  bar.start(total, 0, { rate: "0" });
  try {
    return await body((more) => {
      done += more;
      bar.increment(more, { rate: rateOf(done, performance.now() - began) });
    });
  } finally {
    bar.stop();
  }
}

function rateOf(done: number, milliseconds: number): string {
  const rate = (done * 1_000) / Math.max(milliseconds, 1);
  return rate < 10 ? rate.toFixed(1) : rate.toFixed(0);
}
