// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Cluster} from "../types/Cluster.sol";

/// @title IClusterViews
/// @notice What the pool's clusters have, burn and need, by what ssv.network says at the moment of the call.
interface IClusterViews {
    /// @dev What a cluster burns and must keep, at one effective balance of its validators.
    struct Outlook {
        /// @dev Wei per block.
        uint256 burnRate;
        /// @dev Wei below which anyone may liquidate it; exactly so much is safe.
        uint256 collateral;
        /// @dev Blocks until anyone may: zero if he may now, and for a liquidated cluster; the largest number when nothing
        ///      burns.
        uint256 runwayBlocks;
        /// @dev The same in days of 7,200 blocks, rounded down.
        uint256 runwayDays;
    }

    /// @dev How a cluster stands.
    struct ClusterStatus {
        /// @dev Whether its validators are off duty until it is reactivated.
        bool isLiquidated;
        bool isLiquidatable;
        /// @dev Whether anyone may top it up, unless it has nothing left.
        bool isShort;
        /// @dev What it has, wei.
        uint256 balance;
        /// @dev Wei that bring it to the runway: by a top-up, or by reactivation if it is liquidated; one that runs and has
        ///      nothing left must be liquidated first, as it may owe more.
        uint256 missing;
        /// @dev At what SSV bills now.
        Outlook reported;
        /// @dev At the largest effective balance that validators are taken to have, or at what SSV bills if that is more.
        Outlook maximum;
    }

    /// @notice How a cluster stands.
    /// @param operatorIds SSV operators, ascending.
    /// @param cluster Newest snapshot of the cluster.
    function clusterStatus(
        uint64[] calldata operatorIds,
        Cluster calldata cluster
    ) external view returns (ClusterStatus memory);

    /// @notice Wei that a cluster lacks to run for `periodBlocks` with `newValidators` more, at what SSV bills now.
    /// @dev For zero blocks it is to the wei what SSV takes, also to reactivate a liquidated cluster. Fees, collateral and
    ///      threshold are read from SSV now. A registration may pay more into a cluster with validators of more than
    ///      32 ETH: it takes the new ones to burn as much as those on average.
    /// @param operatorIds SSV operators, ascending.
    /// @param cluster Newest snapshot of the cluster.
    /// @param newValidators Validators to add, of 32 ETH each, in 32 bits.
    /// @param periodBlocks Blocks, in 32 bits.
    function requiredFunding(
        uint64[] calldata operatorIds,
        Cluster calldata cluster,
        uint256 newValidators,
        uint256 periodBlocks
    ) external view returns (uint256);

    /// @notice The same for validators of the largest effective balance that clusters are funded for.
    /// @param operatorIds SSV operators, ascending.
    /// @param cluster Newest snapshot of the cluster.
    /// @param newValidators Validators to add, in 32 bits.
    /// @param periodBlocks Blocks, in 32 bits.
    function requiredFundingAtMaximum(
        uint64[] calldata operatorIds,
        Cluster calldata cluster,
        uint256 newValidators,
        uint256 periodBlocks
    ) external view returns (uint256);

    /// @notice Blocks until a cluster may be liquidated, at what SSV bills now: zero when it may be now, the largest number
    ///         when nothing burns.
    /// @dev Exact while SSV bills a multiple of 32 ETH; otherwise it may be one block more, because SSV rounds what it
    ///      charges down. It reverts with ClusterIsLiquidated of ssv.network for a liquidated cluster.
    /// @param operatorIds SSV operators, ascending.
    /// @param cluster Newest snapshot of the cluster.
    function runwayOf(uint64[] calldata operatorIds, Cluster calldata cluster) external view returns (uint256);
}
