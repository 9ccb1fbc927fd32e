import type { BeaconNode } from "../../../clients/beaconNode.ts";
import type { KeeperConfig } from "../../config/keeperConfig.ts";
import type { ActionLedger } from "../actionLedger.ts";
import type { KeeperAction } from "../keeperAction.ts";
import { activateAction } from "./activate.ts";
import { finalizeStale } from "./finalizeStale.ts";
import { reportExitsAction } from "./reportExits.ts";
import { retryExitsAction } from "./retryExits.ts";
import { submitReportAction } from "./submitReport.ts";
import { topUp } from "./topUp.ts";
import { triggerExitsAction } from "./triggerExits.ts";

/**
 * The actions that are switched on, in the order in which they are done: clusters that may be liquidated first, then
 * what holders wait for. Exits that were dropped are requested again before those of other keys.
 */
export function configuredActions(
  actions: KeeperConfig["actions"],
  beacons: readonly BeaconNode[],
  ledger: ActionLedger,
): KeeperAction[] {
  const { maxFeeGwei } = actions.triggerExits;
  const all: readonly KeeperAction[] = [
    topUp,
    submitReportAction(ledger, actions.submitReport.afterSeconds),
    finalizeStale,
    reportExitsAction(),
    retryExitsAction(beacons, maxFeeGwei),
    triggerExitsAction(maxFeeGwei),
    activateAction(ledger, actions.activate.everySeconds),
  ];
  return all.filter(({ name }) => actions[name].enabled);
}
