// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ISSVNetwork} from "../interfaces/external/ISSVNetwork.sol";
import {IClusterFunding} from "../interfaces/IClusterFunding.sol";
import {ClusterTerms} from "../libraries/ClusterTerms.sol";
import {Cluster} from "../types/Cluster.sol";
import {ClusterSettings} from "./ClusterSettings.sol";
import {OperatingReserve} from "./OperatingReserve.sol";

/// @title ClusterFunding
/// @notice Moves ether between the operating reserve and the pool's clusters at ssv.network, which it calls.
abstract contract ClusterFunding is ClusterSettings, OperatingReserve {
    using ClusterTerms for ClusterTerms.Terms;

    /// @inheritdoc IClusterFunding
    function fund(uint64[] calldata operatorIds, Cluster calldata cluster, uint256 ethAmount) external restricted {
        _requireReserve(ethAmount);
        _pay(operatorIds, cluster, ethAmount);
    }

    /// @inheritdoc IClusterFunding
    function withdraw(uint64[] calldata operatorIds, Cluster calldata cluster, uint256 ethAmount) external restricted {
        if (cluster.active && cluster.validatorCount != 0) {
            ClusterTerms.Terms memory terms = _termsOf(operatorIds, cluster, 0, maxEffectiveBalance());
            uint256 left = Math.saturatingSub(terms.balance, ethAmount);
            uint256 required = terms.needed(_clusters().minRunwayBlocks);
            require(left >= required, RunwayNotKept(left, required));
        }
        ISSVNetwork(SSV_NETWORK).withdraw(operatorIds, ethAmount, cluster);
    }

    /// @dev `maxBalanceEth` of zero is for what SSV bills now.
    function _termsOf(
        uint64[] calldata operatorIds,
        Cluster calldata cluster,
        uint256 newValidators,
        uint256 maxBalanceEth
    ) internal view returns (ClusterTerms.Terms memory) {
        return ClusterTerms.read(SSV_NETWORK, operatorIds, cluster, newValidators, maxBalanceEth);
    }

    function _pay(uint64[] calldata operatorIds, Cluster calldata cluster, uint256 ethAmount) private {
        ISSVNetwork(SSV_NETWORK).deposit{value: ethAmount}(address(this), operatorIds, cluster);
    }
}
