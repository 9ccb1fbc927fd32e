import { holds, type Check } from "./checks.ts";
import type { Narrator } from "./narrator.ts";

/** Tells the checks as a table, and expected and actual value of each that fails. */
export function tellChecks(narrator: Narrator, heading: string, checks: readonly Check[]): void {
  narrator.heading(heading);
  const rows = checks.map((check) => [check.statement, holds(check) ? "holds" : "FAILS"]);
  narrator.table(["to the wei", ""], rows, [10]);
  const failed = checks.filter((check) => !holds(check));
  for (const { statement, actual, relation, expected } of failed)
    narrator.say(`FAILED: ${statement}: expected ${relation} ${expected}, actual ${actual}.`);
  narrator.say(
    failed.length === 0 ? `All ${checks.length} checks hold.` : `${failed.length} of ${checks.length} checks fail.`,
  );
}
