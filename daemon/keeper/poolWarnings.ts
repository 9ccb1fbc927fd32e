import { parseEther } from "ethers";

import { formatEther, wei } from "../../src/units/ether.ts";
import type { KeeperConfig } from "../config/keeperConfig.ts";
import type { PoolFigures } from "./poolFigures.ts";

const DAY = 86_400;

/** Something that runs low. */
export interface PoolWarning {
  /** What runs low: one warning of it stands at a time. */
  readonly subject: string;
  readonly text: string;
  readonly fields: Readonly<Record<string, string | number>>;
}

/** What of a pool runs low, by the limits of the configuration. */
export function warningsOf(figures: PoolFigures, limits: KeeperConfig["warnings"]): PoolWarning[] {
  const { keysAvailable, reserveWei, walletWei, clusters } = figures;
  const warnings: PoolWarning[] = [];
  if (keysAvailable < limits.keys)
    warnings.push({
      subject: "keys",
      text: "few keys are left: register more",
      fields: { keys: keysAvailable, limit: limits.keys },
    });
  if (reserveWei < weiOfEther(limits.reserveEth))
    warnings.push({
      subject: "reserve",
      text: "the operating reserve runs low: pay into it",
      fields: { reserveEth: formatEther(wei(reserveWei)), limitEth: limits.reserveEth },
    });
  if (walletWei !== undefined && walletWei < weiOfEther(limits.walletEth))
    warnings.push({
      subject: "wallet",
      text: "the keeper's account runs low: send ether to it",
      fields: { walletEth: formatEther(wei(walletWei)), limitEth: limits.walletEth },
    });
  for (const { name, runwaySeconds } of clusters)
    if (runwaySeconds !== null && Number(runwaySeconds) < limits.runwayDays * DAY)
      warnings.push({
        subject: `cluster ${name}`,
        text: runwaySeconds === 0n ? "a cluster is, or may be, liquidated" : "the runway of a cluster is short",
        fields: { cluster: name, runwayDays: Math.floor(Number(runwaySeconds) / DAY), limitDays: limits.runwayDays },
      });
  return warnings;
}

/** Ether as people write it, in wei: it may have more digits than that, and an exponent. */
export function weiOfEther(ether: number): bigint {
  return parseEther(ether.toFixed(18));
}
