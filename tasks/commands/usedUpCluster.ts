import { isUsedUp, type ClusterStatus } from "../../clients/clusterStatus.ts";
import { InputError } from "../input.ts";

/**
 * Refuses to pay into a cluster that has used up its ether.
 * @throws {InputError} If it has.
 */
export function requireNotUsedUp(cluster: Pick<ClusterStatus, "condition" | "balance" | "operatorIds">): void {
  if (!isUsedUp(cluster)) return;
  throw new InputError(
    "operators",
    cluster.operatorIds.join(","),
    "are of a cluster that has used up its ether, so that what is paid in goes to fees that it owes",
    "end it with `cluster liquidate`, which forgives them, and resume it with `cluster reactivate`",
  );
}
