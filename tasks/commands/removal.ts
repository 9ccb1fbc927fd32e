import type { OwnedCluster } from "../../src/ssv/ownerEvents.ts";
import type { ClusterOwner } from "../clusterAccount.ts";
import type { PoolConnection } from "../connect.ts";
import type { ClusterKeys } from "./registeredKeys.ts";

/** Keys of one cluster that are to be removed. */
export interface Removal extends ClusterOwner {
  readonly keys: ClusterKeys;
  readonly cluster: OwnedCluster;
}

/** Keys of a pool. */
export interface PoolRemoval extends Removal {
  readonly opened: PoolConnection;
}

/** A removal, for people and programs. */
export function describeRemoval({ owner, keys: { operatorIds, validators }, cluster }: Removal) {
  return {
    account: owner,
    operators: [...operatorIds],
    keys: validators.length,
    pubkeys: validators.map(({ pubkey }) => pubkey),
    validatorsLeft: Number(cluster.snapshot.validatorCount) - validators.length,
  };
}
