import type { BeaconApiMethods } from "@lodestar/api/beacon/server";
import { chainConfigToJson, specValuesToJson } from "@lodestar/config";
import { activePreset, presetToJson } from "@lodestar/params";

import type { ApiContext } from "./apiContext.ts";
import { immediate } from "./immediate.ts";
import { SPEC_CONSTANTS } from "./specConstants.ts";

/** The chain's configuration. */
export function configRoutes({ chain: { config } }: ApiContext) {
  const spec = {
    ...specValuesToJson(SPEC_CONSTANTS),
    ...presetToJson(activePreset),
    ...chainConfigToJson(config),
    // Its name before it was given in milliseconds, by which many clients still ask.
    SECONDS_PER_SLOT: String(config.SLOT_DURATION_MS / 1_000),
  };
  const forks = config.forksAscendingEpochOrder.filter(({ epoch }) => epoch !== Infinity);
  const schedule = forks.map(({ prevVersion, version, epoch }) => ({
    previousVersion: prevVersion,
    currentVersion: version,
    epoch,
  }));
  return {
    getSpec: immediate(() => ({ data: spec })),
    getForkSchedule: immediate(() => ({ data: schedule })),
    getDepositContract: immediate(() => ({
      data: { chainId: config.DEPOSIT_CHAIN_ID, address: config.DEPOSIT_CONTRACT_ADDRESS },
    })),
  } satisfies Partial<BeaconApiMethods["config"]>;
}
