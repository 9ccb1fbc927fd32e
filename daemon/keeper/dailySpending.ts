import type { KeeperConfig } from "../config/keeperConfig.ts";
import type { DailyLimit } from "../service/dailyLimit.ts";
import type { ActionName } from "./keeperAction.ts";
import { weiOfEther } from "./poolWarnings.ts";

/** Without them clusters are liquidated, or withdrawals stop. */
const URGENT: readonly ActionName[] = ["topUp", "submitReport"];
/** Part of the limit that is kept for them. */
const KEPT = { part: 1n, of: 4n };

/** What a keeper may spend within 24 hours: others can cause activations and exits, and must not use up all of it. */
export function dailyLimit({ dailySpendEth }: Pick<KeeperConfig, "dailySpendEth">): DailyLimit {
  const wei = weiOfEther(dailySpendEth);
  return { wei, kept: { wei: (wei * KEPT.part) / KEPT.of, purposes: URGENT } };
}
