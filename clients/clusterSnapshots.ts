import type { Provider } from "ethers";

import { CLUSTER_EVENTS, foldClusterEvents, newestSnapshot, type ClusterEvent } from "../src/ssv/clusterEvents.ts";
import type { ClusterSnapshot } from "../src/ssv/cluster.ts";
import { firstBlockOfSSV } from "../src/ssv/deployments.ts";
import { ISSVNetwork__factory } from "../typechain-types/index.ts";
import { fetchLogs } from "./logs.ts";

/** A cluster of an owner, by its newest snapshot. */
export interface OwnedCluster {
  readonly operatorIds: readonly bigint[];
  readonly snapshot: ClusterSnapshot;
}

const OWNED_EVENTS: ReadonlySet<string> = new Set(CLUSTER_EVENTS);

/** Newest snapshot of a cluster, from the logs of ssv.network; that of a new cluster where there is none. */
export async function fetchClusterSnapshot(
  chain: Provider,
  ssvNetwork: string,
  owner: string,
  operatorIds: readonly bigint[],
  fromBlock = firstBlockOfSSV(ssvNetwork),
): Promise<ClusterSnapshot> {
  const events = await fetchClusterEvents(chain, ssvNetwork, owner, fromBlock);
  return newestSnapshot(foldClusterEvents(events), owner, operatorIds);
}

/** All clusters that an owner has ever had, in the order of their first event. */
export async function fetchClusters(chain: Provider, ssvNetwork: string, owner: string): Promise<OwnedCluster[]> {
  const events = await fetchClusterEvents(chain, ssvNetwork, owner, firstBlockOfSSV(ssvNetwork));
  const state = foldClusterEvents(events);
  const committees = new Map(events.map(({ operatorIds }) => [operatorIds.join(), operatorIds]));
  return [...committees.values()].map((operatorIds) => ({
    operatorIds,
    snapshot: newestSnapshot(state, owner, operatorIds),
  }));
}

async function fetchClusterEvents(
  chain: Provider,
  ssvNetwork: string,
  owner: string,
  fromBlock: number,
): Promise<ClusterEvent[]> {
  const network = ISSVNetwork__factory.connect(ssvNetwork, chain);
  const ownerTopic = `0x${owner.slice(2).toLowerCase().padStart(64, "0")}`;
  const logs = await fetchLogs(chain, { address: ssvNetwork, topics: [null, ownerTopic] }, fromBlock);
  const events: ClusterEvent[] = [];
  for (const log of logs) {
    const parsed = network.interface.parseLog(log);
    if (parsed === null || !OWNED_EVENTS.has(parsed.name)) continue;
    const { operatorIds: ids, cluster } = parsed.args.toObject(true) as {
      operatorIds: bigint[];
      cluster: ClusterSnapshot;
    };
    events.push({
      name: parsed.name as ClusterEvent["name"],
      owner,
      operatorIds: ids,
      cluster,
      blockNumber: log.blockNumber,
      logIndex: log.index,
    });
  }
  return events;
}
