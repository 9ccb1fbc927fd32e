import { isUsedUp, type ClusterStatus } from "../../../clients/clusterStatus.ts";
import { clusterHash } from "../../../src/ssv/cluster.ts";
import type { Errand, KeeperAction } from "../keeperAction.ts";

/** Fills clusters up whose runway is short, from the operating reserve. */
export const topUp: KeeperAction = {
  name: "topUp",
  plan: async (round) => {
    const { clusterManager } = round.pool;
    const short = (await round.clusters()).filter(({ maximum }) => maximum?.isShort === true);
    if (short.length === 0) return { errands: [], idle: "no cluster is short" };
    const reserve = await clusterManager.reserve();
    const usedUp = short
      .filter(isUsedUp)
      .map((cluster) => `${nameOf(cluster)} is used up: liquidate and reactivate it`);
    const fillable = short.filter((cluster) => !isUsedUp(cluster));
    if (reserve === 0n && fillable.length > 0)
      return { errands: [], idle: "the reserve is empty", warnings: [...usedUp, "the reserve is empty"] };
    const errands: Errand[] = [];
    let missing = 0n;
    for (const cluster of fillable) {
      const { operatorIds, snapshot } = cluster;
      missing += (await clusterManager.clusterStatus([...operatorIds], snapshot)).missing;
      const { to, data } = await clusterManager.topUp.populateTransaction([...operatorIds], snapshot);
      const key = `topUp:${operatorIds.join("-")}:${clusterHash(snapshot)}`;
      errands.push({ key, to, data, details: { operators: operatorIds } });
    }
    const warnings = reserve < missing ? [...usedUp, "the reserve is less than short clusters lack"] : usedUp;
    return { errands, warnings };
  },
};

function nameOf({ operatorIds }: ClusterStatus): string {
  return `the cluster of operators ${operatorIds.join(", ")}`;
}
