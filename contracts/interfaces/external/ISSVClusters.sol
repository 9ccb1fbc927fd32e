// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Cluster} from "../../types/Cluster.sol";

/// @title ISSVClusters
/// @notice Funding, liquidation, reactivation and effective balance of clusters.
interface ISSVClusters {
    /// @notice Ether was added to a cluster.
    /// @param owner Owner of the cluster.
    /// @param operatorIds Operators concerned.
    /// @param value Wei.
    /// @param cluster State of the cluster after the call.
    event ClusterDeposited(address indexed owner, uint64[] operatorIds, uint256 value, Cluster cluster);
    /// @notice The owner took ether out of a cluster.
    /// @param owner Owner of the cluster.
    /// @param operatorIds Operators concerned.
    /// @param value Wei.
    /// @param cluster State of the cluster after the call.
    event ClusterWithdrawn(address indexed owner, uint64[] operatorIds, uint256 value, Cluster cluster);
    /// @notice A cluster was liquidated and its remaining balance paid to the caller.
    /// @param owner Owner of the cluster.
    /// @param operatorIds Operators concerned.
    /// @param cluster State of the cluster after the call.
    event ClusterLiquidated(address indexed owner, uint64[] operatorIds, Cluster cluster);
    /// @notice A liquidated cluster was funded and resumes.
    /// @param owner Owner of the cluster.
    /// @param operatorIds Operators concerned.
    /// @param cluster State of the cluster after the call.
    event ClusterReactivated(address indexed owner, uint64[] operatorIds, Cluster cluster);
    /// @notice The effective balance of a cluster was updated from the root of `blockNum`.
    /// @param owner Owner of the cluster.
    /// @param operatorIds Operators concerned.
    /// @param blockNum Block that the root describes.
    /// @param effectiveBalance Effective balance of all validators, ETH.
    /// @param cluster State of the cluster after the call.
    event ClusterBalanceUpdated(
        address indexed owner,
        uint64[] operatorIds,
        uint64 indexed blockNum,
        uint32 effectiveBalance,
        Cluster cluster
    );

    /// @notice Adds `msg.value` to the balance of a cluster; anyone may call it. Does not reactivate.
    /// @param clusterOwner Owner of the cluster.
    /// @param operatorIds Operators of the cluster.
    /// @param cluster Newest state of the cluster.
    function deposit(address clusterOwner, uint64[] calldata operatorIds, Cluster calldata cluster) external payable;

    /// @notice Settles fees and sends `amount` wei of the cluster's balance to its owner, the caller.
    /// @param operatorIds Operators of the cluster.
    /// @param amount Wei to take out.
    /// @param cluster Newest state of the cluster.
    function withdraw(uint64[] calldata operatorIds, uint256 amount, Cluster calldata cluster) external;

    /// @notice Adds `msg.value` to a liquidated cluster of the caller and lets its validators resume.
    /// @param operatorIds Operators of the cluster.
    /// @param cluster Newest state of the cluster.
    function reactivate(uint64[] calldata operatorIds, Cluster calldata cluster) external payable;

    /// @notice Liquidates an insolvent cluster, or one's own; the remaining balance goes to the caller.
    /// @param clusterOwner Owner of the cluster.
    /// @param operatorIds Operators of the cluster.
    /// @param cluster Newest state of the cluster.
    function liquidate(address clusterOwner, uint64[] calldata operatorIds, Cluster calldata cluster) external;

    /// @notice Liquidates a cluster that pays its fees in SSV tokens.
    /// @param clusterOwner Owner of the cluster.
    /// @param operatorIds Operators of the cluster.
    /// @param cluster Newest state of the cluster.
    function liquidateSSV(address clusterOwner, uint64[] calldata operatorIds, Cluster calldata cluster) external;

    /// @notice Moves a cluster of the caller from SSV token fees to ether fees.
    /// @param operatorIds Operators of the cluster.
    /// @param cluster Newest state of the cluster.
    function migrateClusterToETH(uint64[] calldata operatorIds, Cluster calldata cluster) external payable;

    /// @notice Sets the effective balance of a cluster from a committed root; liquidates it when that makes it insolvent.
    /// @param blockNum Block that the root was committed for.
    /// @param clusterOwner Owner of the cluster.
    /// @param operatorIds Operators of the cluster.
    /// @param cluster Newest state of the cluster.
    /// @param effectiveBalance Effective balance of all its validators, ETH.
    /// @param merkleProof Proof of (cluster id, effective balance) under the root.
    function updateClusterBalance(
        uint64 blockNum,
        address clusterOwner,
        uint64[] calldata operatorIds,
        Cluster calldata cluster,
        uint32 effectiveBalance,
        bytes32[] calldata merkleProof
    ) external;
}
