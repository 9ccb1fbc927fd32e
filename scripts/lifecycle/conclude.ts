import { writeText } from "../../clients/files.ts";
import { FieldError } from "../../src/units/errors.ts";
import { describeError } from "../../tasks/describeError.ts";
import { toJson, type Printable } from "../../tasks/output.ts";
import { openPageFile } from "../../tasks/page/pageFile.ts";
import { renderTimeline } from "../../tasks/page/timelinePage.ts";
import type { Terminal } from "../../tasks/terminal.ts";
import { holds } from "../demo/checks.ts";
import { Narrator } from "../demo/narrator.ts";
import { tellChecks } from "../demo/verdicts.ts";
import { pageContent } from "./pageContent.ts";
import { runLifecycle, type LifecycleOptions, type LifecycleResult } from "./run.ts";

/** What a shell says of a program that Ctrl-C has ended. */
const STOPPED = 130;

/** Plays a lifecycle, prints what came of it, writes its page, and returns the exit code: 0 if all checks hold. */
export async function conclude(options: LifecycleOptions, terminal: Terminal): Promise<number> {
  const print = (text: string) => {
    terminal.print(text);
  };
  const note = (line: string) => {
    terminal.note(line);
  };
  const narrator = new Narrator(options.json ? () => undefined : print);
  try {
    const page = await openPageFile(options.html, terminal);
    const result = await runLifecycle(options, narrator, note);
    if (result === undefined) return STOPPED;
    if (options.json) print(toJson(result as unknown as Printable));
    else tell(narrator, result);
    if (page !== undefined) {
      writeText(page, "html", renderTimeline(pageContent(result, BigInt(Math.floor(Date.now() / 1_000)))));
      note(`wrote ${page}`);
    }
    return result.checks.every(holds) ? 0 : 1;
  } catch (error) {
    note(`error: ${describe(error)}`);
    return 1;
  }
}

/** What was given wrong is said in a line; of anything else it matters where it came about. */
function describe(error: unknown): string {
  if (error instanceof FieldError || !(error instanceof Error)) return describeError(error, "devnet", ["html"]);
  return error.stack ?? error.message;
}

function tell(narrator: Narrator, { checks, record }: LifecycleResult): void {
  narrator.heading("Gas by kind of transaction");
  narrator.gas(record.gas);
  tellChecks(narrator, "Does everything add up?", checks);
}
