// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {RoleGated} from "../custody/RoleGated.sol";
import {IClusterSettings} from "../interfaces/IClusterSettings.sol";
import {ClusterTerms} from "../libraries/ClusterTerms.sol";
import {ClusterStorage} from "./ClusterStorage.sol";

/// @title ClusterSettings
/// @notice For how long the pool's clusters are funded, and for how large validators. It moves nothing.
abstract contract ClusterSettings is ClusterStorage, RoleGated {
    /// @dev Two years of blocks of 12 seconds.
    uint256 private constant MAX_RUNWAY_BLOCKS = 5_256_000;
    uint256 private constant MAX_BALANCE_ETH = 2_048;

    /// @inheritdoc IClusterSettings
    function setRunway(uint32 runwayBlocks, uint32 minRunwayBlocks) external restricted {
        _setRunway(runwayBlocks, minRunwayBlocks);
    }

    /// @inheritdoc IClusterSettings
    function setMaxEffectiveBalance(uint16 ethEach) external restricted {
        require(
            ethEach >= ClusterTerms.MIN_BALANCE_ETH && ethEach <= MAX_BALANCE_ETH,
            EffectiveBalanceOutOfRange(ethEach)
        );
        _clusters().maxBalanceEth = ethEach;
        emit MaxEffectiveBalanceChanged(ethEach);
    }

    /// @inheritdoc IClusterSettings
    function runway() external view returns (uint256 runwayBlocks, uint256 minRunwayBlocks) {
        return (_clusters().runwayBlocks, _clusters().minRunwayBlocks);
    }

    /// @inheritdoc IClusterSettings
    function maxEffectiveBalance() public view returns (uint256) {
        uint256 ethEach = _clusters().maxBalanceEth;
        return ethEach == 0 ? ClusterTerms.MIN_BALANCE_ETH : ethEach;
    }

    function _setRunway(uint32 runwayBlocks, uint32 minRunwayBlocks) internal {
        require(
            minRunwayBlocks != 0 && runwayBlocks > minRunwayBlocks && runwayBlocks <= MAX_RUNWAY_BLOCKS,
            RunwayOutOfRange(runwayBlocks, minRunwayBlocks)
        );
        (_clusters().runwayBlocks, _clusters().minRunwayBlocks) = (runwayBlocks, minRunwayBlocks);
        emit RunwayChanged(runwayBlocks, minRunwayBlocks);
    }
}
