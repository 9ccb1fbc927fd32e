// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {ISSVErrors} from "../interfaces/external/ISSVErrors.sol";
import {IClusterViews} from "../interfaces/IClusterViews.sol";
import {ClusterTerms} from "../libraries/ClusterTerms.sol";
import {Cluster} from "../types/Cluster.sol";
import {ClusterFunding} from "./ClusterFunding.sol";

/// @title ClusterViews
/// @notice What the pool's clusters have, burn and need. It asks ssv.network and changes nothing.
abstract contract ClusterViews is ClusterFunding {
    using ClusterTerms for ClusterTerms.Terms;
    using SafeCast for uint256;

    uint256 private constant BLOCKS_PER_DAY = 7_200;

    /// @inheritdoc IClusterViews
    function clusterStatus(
        uint64[] calldata operatorIds,
        Cluster calldata cluster
    ) external view returns (ClusterStatus memory status) {
        ClusterTerms.Terms memory reported = _termsOf(operatorIds, cluster, 0, 0);
        ClusterTerms.Terms memory maximum = _termsOf(operatorIds, cluster, 0, maxEffectiveBalance());
        status.isLiquidated = !cluster.active;
        status.isLiquidatable = cluster.active && cluster.validatorCount != 0 && reported.balance < reported.collateral;
        status.balance = reported.balance;
        status.reported = _outlook(reported, cluster.active);
        status.maximum = _outlook(maximum, cluster.active);
        status.isShort = cluster.active && status.maximum.runwayBlocks < _clusters().minRunwayBlocks;
        status.missing = maximum.missing(_clusters().runwayBlocks);
    }

    /// @inheritdoc IClusterViews
    function requiredFunding(
        uint64[] calldata operatorIds,
        Cluster calldata cluster,
        uint256 newValidators,
        uint256 periodBlocks
    ) external view returns (uint256) {
        return _termsOf(operatorIds, cluster, newValidators.toUint32(), 0).missing(periodBlocks.toUint32());
    }

    /// @inheritdoc IClusterViews
    function requiredFundingAtMaximum(
        uint64[] calldata operatorIds,
        Cluster calldata cluster,
        uint256 newValidators,
        uint256 periodBlocks
    ) external view returns (uint256) {
        uint256 count = newValidators.toUint32();
        return _termsOf(operatorIds, cluster, count, maxEffectiveBalance()).missing(periodBlocks.toUint32());
    }

    /// @inheritdoc IClusterViews
    function runwayOf(uint64[] calldata operatorIds, Cluster calldata cluster) external view returns (uint256) {
        require(cluster.active, ISSVErrors.ClusterIsLiquidated());
        return _termsOf(operatorIds, cluster, 0, 0).runwayBlocks();
    }

    function _outlook(ClusterTerms.Terms memory terms, bool isActive) private pure returns (Outlook memory outlook) {
        outlook.burnRate = terms.burnRate;
        outlook.collateral = terms.collateral;
        outlook.runwayBlocks = isActive ? terms.runwayBlocks() : 0;
        outlook.runwayDays = outlook.runwayBlocks / BLOCKS_PER_DAY;
    }
}
