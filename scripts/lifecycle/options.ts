import { parseArgs } from "node:util";

import { WEEKS } from "./plan.ts";
import type { LifecycleOptions } from "./run.ts";

const PAGE = "lifecycle-report.html";

/** What the options are. */
export const HELP = `Plays the whole life of a pool on a devnet of its own: deposits, weeks of rewards, operators offline, a
slashing, and a run in which everybody leaves. Ends with checks to the wei; exits with 1 if one fails.

npm run demo -- [options]

  --weeks N     weeks of rewards alone, before anything goes wrong, ${WEEKS.least} to ${WEEKS.most}; ${WEEKS.usual} if left out
  --json        print record and checks for machines, and nothing for people
  --html FILE   where to write the page with charts; ${PAGE} if left out
  --no-html     write no page
  --help        show this

A picture of the pool is redrawn on the standard error, where that is a terminal; otherwise a line is written now and then.`;

/**
 * Reads the options of the command line.
 * @throws {Error} If one is unknown, or has a value that cannot be.
 */
export function parseOptions(args: string[]): LifecycleOptions | "help" {
  const { values } = parseArgs({
    args,
    options: {
      weeks: { type: "string" },
      json: { type: "boolean" },
      html: { type: "string" },
      "no-html": { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) return "help";
  const weeks = Number(values.weeks ?? WEEKS.usual);
  if (!/^\d+$/.test(values.weeks ?? "0") || weeks < WEEKS.least || weeks > WEEKS.most)
    throw new Error(
      `--weeks ${String(values.weeks)} is out of range: give a whole number from ${WEEKS.least} to ${WEEKS.most}`,
    );
  if (values["no-html"] === true && values.html !== undefined)
    throw new Error(`--html ${values.html} cannot be had with --no-html: leave one of the two out`);
  return { weeks, json: values.json ?? false, html: values["no-html"] === true ? undefined : (values.html ?? PAGE) };
}
