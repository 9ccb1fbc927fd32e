import type { RegisteredOperator } from "../src/ceremony/operators.ts";
import { firstBlockOfSSV } from "../src/ssv/deployments.ts";
import type { ListedOperator } from "../src/ssv/keysharesFile.ts";
import { decodeOperatorPublicKey } from "../src/ssv/operatorKey.ts";
import type { Hex } from "../src/units/hex.ts";
import {
  ISSVNetwork__factory,
  ISSVNetworkViews__factory,
  type ClusterManager,
  type ISSVNetwork,
} from "../typechain-types/index.ts";
import { chainOf } from "./committee.ts";
import { fetchLogs } from "./logs.ts";

/**
 * The keys that operators registered at ssv.network, by their logs, the oldest first.
 * @param ids Of the operators; all if left out.
 */
export async function fetchOperatorKeys(ssvNetwork: ISSVNetwork, ids?: readonly bigint[]): Promise<ListedOperator[]> {
  const { interface: abi } = ssvNetwork;
  const address = await ssvNetwork.getAddress();
  const topics = abi.encodeFilterTopics("OperatorAdded", ids === undefined ? [] : [[...ids]]);
  const logs = await fetchLogs(chainOf(ssvNetwork), { address, topics }, firstBlockOfSSV(address));
  return logs.map((log) => {
    const added = abi.decodeEventLog("OperatorAdded", log.data, log.topics).toObject() as Record<string, unknown>;
    return { id: added.operatorId as bigint, operatorKey: decodeOperatorPublicKey(added.publicKey as Hex) };
  });
}

/** Operators as the ssv.network of a pool has them now, in the order of the ids. */
export async function fetchRegisteredOperators(
  clusterManager: ClusterManager,
  ids: readonly bigint[],
): Promise<RegisteredOperator[]> {
  const chain = chainOf(clusterManager);
  const address = await clusterManager.SSV_NETWORK();
  const network = ISSVNetwork__factory.connect(address, chain);
  const views = ISSVNetworkViews__factory.connect(address, chain);
  const states = await Promise.all(ids.map((id) => views.getOperatorById(id)));
  const keys = new Map((await fetchOperatorKeys(network, ids)).map(({ id, operatorKey }) => [id, operatorKey]));
  return states.map(({ owner, isActive }, i) => {
    const id = ids[i] ?? 0n;
    return { id, owner, isActive, operatorKey: keys.get(id) };
  });
}
