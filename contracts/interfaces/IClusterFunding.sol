// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Cluster} from "../types/Cluster.sol";

/// @title IClusterFunding
/// @notice What keeps the pool's clusters at ssv.network running, paid from the operating reserve.
/// @dev Every call on a cluster takes its operators and its newest snapshot, and reverts with IncorrectClusterState of
///      ssv.network when the snapshot is not the newest. Anybody can change it at any time, by paying a wei in.
interface IClusterFunding {
    /// @notice Less would be left in the cluster than its collateral and its least runway.
    /// @param left Wei that would be left.
    /// @param required Wei that must be left.
    error RunwayNotKept(uint256 left, uint256 required);

    /// @notice Pays from the operating reserve into a cluster. By role.
    /// @dev A liquidated cluster takes it, too, and stays liquidated.
    /// @param operatorIds SSV operators, ascending.
    /// @param cluster Newest snapshot of the cluster.
    /// @param ethAmount Wei.
    /// @custom:error InsufficientReserve If the reserve does not suffice.
    function fund(uint64[] calldata operatorIds, Cluster calldata cluster, uint256 ethAmount) external;

    /// @notice Takes ether out of a cluster, into the operating reserve. By role.
    /// @dev A cluster with validators keeps its collateral and its least runway, at the largest effective balance that its
    ///      validators may have. One without validators, or liquidated, gives back all of it.
    /// @param operatorIds SSV operators, ascending.
    /// @param cluster Newest snapshot of the cluster.
    /// @param ethAmount Wei.
    /// @custom:error RunwayNotKept If too little would be left.
    /// @custom:emits ReserveDeposited
    function withdraw(uint64[] calldata operatorIds, Cluster calldata cluster, uint256 ethAmount) external;
}
