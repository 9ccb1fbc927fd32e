import type { ClusterStatus } from "../../clients/clusterStatus.ts";
import { InputError } from "../input.ts";

type Standing = Pick<ClusterStatus, "condition" | "balance">;

/**
 * Whether a cluster ran out of ether before anybody liquidated it. ssv.network charges on, shows nothing but a balance
 * of zero, and takes first what is owed from what is paid in. A liquidation forgives it.
 */
export function isUsedUp({ condition, balance }: Standing): boolean {
  return condition === "liquidatable" && balance === 0n;
}

/**
 * Refuses to pay into a cluster that has used up its ether.
 * @throws {InputError} If it has.
 */
export function requireNotUsedUp(cluster: Standing & Pick<ClusterStatus, "operatorIds">): void {
  if (!isUsedUp(cluster)) return;
  throw new InputError(
    "operators",
    cluster.operatorIds.join(","),
    "are of a cluster that has used up its ether, so that what is paid in goes to fees that it owes",
    "end it with `cluster liquidate`, which forgives them, and resume it with `cluster reactivate`",
  );
}
