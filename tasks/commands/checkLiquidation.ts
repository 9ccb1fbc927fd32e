import { InputError } from "../input.ts";
import { toJson, toText } from "../output.ts";
import type { SSVConnection } from "../ssvConnection.ts";
import type { Terminal } from "../terminal.ts";
import { listClusters } from "./listClusters.ts";

/**
 * Shows the clusters of an account, and fails if one needs something: for scripts that are run by a clock.
 * @throws {InputError} If there is none, or naming the first cluster that is short, liquidatable or liquidated, after
 *   all were shown.
 */
export async function checkLiquidation(ssv: SSVConnection, { json }: { readonly json: boolean }, terminal: Terminal) {
  const listed = await listClusters(ssv);
  if (listed.clusters.length === 0)
    throw new InputError(
      "account",
      listed.account,
      "has no cluster at ssv.network, so that there is nothing to watch",
      "check address, pool and network",
    );
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
