import { BLOCKS_PER_DAY } from "../../src/ssv/fees.ts";
import { WEI_PER_ETHER } from "../../src/units/ether.ts";
import type { PoolConnection } from "../connect.ts";
import { InputError } from "../input.ts";
import { planRoleCall } from "../roleCall.ts";
import type { Plan } from "../transaction.ts";
import { daysOf } from "./clusterFields.ts";

/** For how long the pool's clusters are to be funded; what is left out stays as it is. */
export interface RunwayRequest {
  readonly days: bigint | undefined;
  readonly minDays: bigint | undefined;
  readonly from: string | undefined;
}

/**
 * Proposes to change for how long the pool's clusters are funded, and below what a cluster is short.
 * @throws {InputError} If the runway is not longer than the least one, nothing changes, or nobody may.
 */
export async function planRunway(opened: PoolConnection, { days, minDays, from }: RunwayRequest): Promise<Plan> {
  const { clusterManager } = opened.pool;
  const old = await clusterManager.runway();
  const runwayBlocks = days === undefined ? old.runwayBlocks : days * BLOCKS_PER_DAY;
  const minRunwayBlocks = minDays === undefined ? old.minRunwayBlocks : minDays * BLOCKS_PER_DAY;
  const [field, value] = days === undefined ? ["minDays", minDays] : ["days", days];
  const refuse = (problem: string, remedy: string) => new InputError(field, String(value), problem, remedy);
  if (runwayBlocks <= minRunwayBlocks)
    throw refuse(
      `does not leave the runway, ${String(daysOf(runwayBlocks))} days, longer than the least one, ${String(daysOf(minRunwayBlocks))} days`,
      "give more --days or fewer --min-days",
    );
  if (runwayBlocks === old.runwayBlocks && minRunwayBlocks === old.minRunwayBlocks)
    throw refuse("changes nothing", "look at the settings with `reserve show`");
  const after = { runwayDays: daysOf(runwayBlocks), minRunwayDays: daysOf(minRunwayBlocks) };
  return planRoleCall(opened, {
    contract: clusterManager,
    method: "setRunway",
    from,
    action: `fund the pool's clusters for ${String(after.runwayDays)} days, and count them as short below ${String(after.minRunwayDays)} days`,
    details: {
      clusterManager: await clusterManager.getAddress(),
      runwayDays: daysOf(old.runwayBlocks),
      runwayDaysAfter: after.runwayDays,
      minRunwayDays: daysOf(old.minRunwayBlocks),
      minRunwayDaysAfter: after.minRunwayDays,
    },
    warnings:
      minRunwayBlocks > old.minRunwayBlocks
        ? ["anybody may have clusters topped up that are short now, and is paid for the gas from the operating reserve"]
        : [],
    transaction: await clusterManager.setRunway.populateTransaction(runwayBlocks, minRunwayBlocks),
    outcome: () => ({ runwayBlocks, minRunwayBlocks, ...after }),
  });
}

/** For how large validators the pool's clusters are to be funded. */
export interface MaxEffectiveBalanceRequest {
  readonly ethEach: bigint;
  readonly from: string | undefined;
}

/**
 * Proposes to change for how large validators the pool's clusters are funded.
 * @throws {InputError} If nothing changes, or nobody may.
 */
export async function planMaxEffectiveBalance(
  opened: PoolConnection,
  { ethEach, from }: MaxEffectiveBalanceRequest,
): Promise<Plan> {
  const { clusterManager } = opened.pool;
  const old = await clusterManager.maxEffectiveBalance();
  if (ethEach === old)
    throw new InputError("eth", ethEach.toString(), "changes nothing", "look at the settings with `reserve show`");
  return planRoleCall(opened, {
    contract: clusterManager,
    method: "setMaxEffectiveBalance",
    from,
    action: `fund the pool's clusters for validators of up to ${ethEach} ETH`,
    details: {
      clusterManager: await clusterManager.getAddress(),
      maxEffectiveBalanceWei: old * WEI_PER_ETHER,
      maxEffectiveBalanceAfterWei: ethEach * WEI_PER_ETHER,
    },
    warnings:
      ethEach < old
        ? ["ssv.network liquidates a cluster as soon as it learns of validators that the cluster cannot bear"]
        : ["runways count as shorter at once, so that clusters may be short"],
    transaction: await clusterManager.setMaxEffectiveBalance.populateTransaction(ethEach),
    outcome: () => ({ maxEffectiveBalanceWei: ethEach * WEI_PER_ETHER }),
  });
}
