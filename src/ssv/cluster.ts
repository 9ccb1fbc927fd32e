import { AbiCoder, keccak256, solidityPacked } from "ethers";

import type { Hex } from "../units/hex.ts";
import { checkOperatorIds } from "./committee.ts";
import { checkOwner } from "./ownerNonce.ts";

/** The struct SSVNetwork wants back on each call on a cluster; its hash alone is on chain (`ISSVNetworkCore.Cluster`). */
export interface ClusterSnapshot {
  readonly validatorCount: bigint;
  readonly networkFeeIndex: bigint;
  readonly index: bigint;
  readonly active: boolean;
  /** Ether at the last change, wei. */
  readonly balance: bigint;
}

/** What SSVNetwork takes for a cluster that was never changed. */
export const NEW_CLUSTER: ClusterSnapshot = {
  validatorCount: 0n,
  networkFeeIndex: 0n,
  index: 0n,
  active: true,
  balance: 0n,
};

/**
 * Key of a cluster in SSVNetwork: keccak256 of `abi.encodePacked(owner, operatorIds)`, where array elements take
 * 32 bytes each (`ClusterLib`).
 * @throws {OwnerNonceError | OperatorIdsError} If owner or ids are none SSV accepts.
 */
export function clusterId(owner: string, operatorIds: readonly bigint[]): Hex {
  checkOperatorIds(operatorIds);
  return keccak256(solidityPacked(["address", "uint64[]"], [checkOwner(owner), operatorIds])) as Hex;
}

/** Hash of a snapshot as SSVNetwork stores it: packed, with the balance before `active`, unlike in the struct. */
export function clusterHash({ validatorCount, networkFeeIndex, index, balance, active }: ClusterSnapshot): Hex {
  const types = ["uint32", "uint64", "uint64", "uint256", "bool"];
  return keccak256(solidityPacked(types, [validatorCount, networkFeeIndex, index, balance, active])) as Hex;
}

/**
 * Leaf of a cluster in the tree of effective balances that SSV's oracles commit:
 * `keccak256(keccak256(abi.encode(clusterId, effectiveBalance)))`.
 * @param effectiveBalanceEther Sum over the cluster's validators, whole ether.
 */
export function effectiveBalanceLeaf(id: Hex, effectiveBalanceEther: bigint): Hex {
  const encoded = AbiCoder.defaultAbiCoder().encode(["bytes32", "uint32"], [id, effectiveBalanceEther]);
  return keccak256(keccak256(encoded)) as Hex;
}
