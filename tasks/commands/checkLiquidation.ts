import { InputError } from "../input.ts";
import { toJson, toText } from "../output.ts";
import type { SSVConnection } from "../ssvConnection.ts";
import type { Terminal } from "../terminal.ts";
import { listClusters } from "./listClusters.ts";

/**
 * Shows the clusters of an account, and fails if one needs something: for scripts that are run by a clock.
 * @throws {InputError} Naming the first cluster that is short, liquidatable or liquidated, after all were shown.
 */
export async function checkLiquidation(ssv: SSVConnection, { json }: { readonly json: boolean }, terminal: Terminal) {
  const listed = await listClusters(ssv);
  const inNeed = listed.clusters.filter(
    ({ condition, validators, runwayBlocks, isShort }) =>
      validators > 0 &&
      (condition !== "active" || (isShort ?? (runwayBlocks !== null && runwayBlocks < listed.minRunwayBlocks))),
  );
  const [first] = inNeed;
  if (first === undefined) return listed;
  terminal.print(json ? toJson(listed) : toText(listed));
  const { operators, condition, runwayDays, runwayDaysAtMaximum = runwayDays, nextAction } = first;
  const state = condition === "active" ? `runs for ${String(runwayDaysAtMaximum)} days` : `is ${condition}`;
  throw new InputError(
    "cluster",
    operators.join(","),
    `${state}, and ${inNeed.length} of ${listed.clusters.length} clusters need something`,
    nextAction,
  );
}
