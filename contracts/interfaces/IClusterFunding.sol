// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Cluster} from "../types/Cluster.sol";

/// @title IClusterFunding
/// @notice What keeps the pool's clusters at ssv.network running, paid from the operating reserve.
/// @dev Every call on a cluster takes its operators and its newest snapshot, and reverts with IncorrectClusterState of
///      ssv.network when the snapshot is not the newest. Anybody can change it at any time, by paying a wei in.
interface IClusterFunding {
    /// @notice A cluster was filled up to its runway, or as far as the reserve goes.
    /// @param caller Who called.
    /// @param ethAmount Wei paid into the cluster.
    /// @param compensation Wei paid to the caller.
    event ClusterToppedUp(address indexed caller, uint256 ethAmount, uint256 compensation);
    /// @notice A liquidated cluster runs again.
    /// @param ethAmount Wei paid into it.
    event ReactivationFunded(uint256 ethAmount);

    /// @notice The cluster runs for longer than the minimum.
    /// @param runwayBlocks Blocks it runs.
    /// @param minRunwayBlocks Blocks below which it may be topped up.
    error RunwaySufficient(uint256 runwayBlocks, uint256 minRunwayBlocks);
    /// @notice The cluster has nothing left, and may owe fees that ssv.network takes first from what is paid in.
    error ClusterUsedUp();
    /// @notice Less would be left in the cluster than its collateral, its least runway and a week.
    /// @param left Wei that would be left.
    /// @param required Wei that must be left.
    error RunwayNotKept(uint256 left, uint256 required);

    /// @notice Pays from the operating reserve into a cluster. By role.
    /// @dev A liquidated cluster takes it, too, and stays liquidated. One that has used up its ether and is not liquidated
    ///      yet first pays the fees that it owes, which no view of ssv.network shows.
    /// @param operatorIds SSV operators, ascending.
    /// @param cluster Newest snapshot of the cluster.
    /// @param ethAmount Wei.
    /// @custom:error InsufficientReserve If the reserve does not suffice.
    function fund(uint64[] calldata operatorIds, Cluster calldata cluster, uint256 ethAmount) external;

    /// @notice Takes ether out of a cluster, into the operating reserve. By role.
    /// @dev A cluster with validators keeps its collateral, its least runway and 50,400 blocks more, which are a week, at the
    ///      largest effective balance that its validators may have: so it is not short at once. One without validators, or
    ///      liquidated, gives back all of it.
    /// @param operatorIds SSV operators, ascending.
    /// @param cluster Newest snapshot of the cluster.
    /// @param ethAmount Wei.
    /// @custom:error RunwayNotKept If too little would be left.
    /// @custom:emits ReserveDeposited
    function withdraw(uint64[] calldata operatorIds, Cluster calldata cluster, uint256 ethAmount) external;

    /// @notice Fills a cluster up to its runway from the operating reserve, once it runs for less than the minimum. Anyone
    ///         may call and is compensated for it.
    /// @dev Runways are those of validators of the largest effective balance that they can have. When the reserve does not
    ///      suffice, all of it goes into the cluster, and the caller gets nothing; a cluster that has less than its
    ///      collateral gets nothing either then, unless that gives it the least runway, because it would go to whoever
    ///      liquidates. One that has nothing left gets nothing at all: ssv.network charges on, and takes from what is paid in
    ///      later, until somebody liquidates it, which forgives what it owes; then it can be reactivated. The compensation is for 115,000 gas and 8,000 more for each operator, a little more than the call
    ///      takes, at the gas price paid, with a tip of 2 Gwei at most, and 0.01 ETH at most; a caller who refuses it goes
    ///      without.
    /// @param operatorIds SSV operators, ascending.
    /// @param cluster Newest snapshot of the cluster.
    /// @return ethAmount Wei paid into the cluster.
    /// @return compensation Wei paid to the caller.
    /// @custom:error RunwaySufficient If the cluster runs for the minimum or more.
    /// @custom:error ClusterUsedUp If the cluster has nothing left.
    /// @custom:error InsufficientReserve If the reserve is empty, or does not save a cluster below its collateral.
    /// @custom:emits ClusterToppedUp
    function topUp(
        uint64[] calldata operatorIds,
        Cluster calldata cluster
    ) external returns (uint256 ethAmount, uint256 compensation);

    /// @notice Lets a liquidated cluster run again, and pays from the operating reserve what gives it its runway. By role.
    /// @param operatorIds SSV operators, ascending.
    /// @param cluster Newest snapshot of the cluster.
    /// @return ethAmount Wei paid into the cluster.
    /// @custom:error InsufficientReserve If the reserve does not suffice.
    /// @custom:emits ReactivationFunded
    function reactivate(uint64[] calldata operatorIds, Cluster calldata cluster) external returns (uint256 ethAmount);
}
