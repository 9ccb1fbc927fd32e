// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ISSVErrors} from "../interfaces/external/ISSVErrors.sol";
import {ISSVNetwork} from "../interfaces/external/ISSVNetwork.sol";
import {IClusterFunding} from "../interfaces/IClusterFunding.sol";
import {ClusterTerms} from "../libraries/ClusterTerms.sol";
import {SSVCalldata} from "../libraries/SSVCalldata.sol";
import {Cluster} from "../types/Cluster.sol";
import {ClusterSettings} from "./ClusterSettings.sol";
import {OperatingReserve} from "./OperatingReserve.sol";

/// @title ClusterFunding
/// @notice Moves ether between the operating reserve and the pool's clusters at ssv.network, which it calls.
abstract contract ClusterFunding is ClusterSettings, OperatingReserve {
    using ClusterTerms for ClusterTerms.Terms;

    /// @dev Gas of a top-up, by the number of operators that SSV looks up.
    uint256 private constant COMPENSATED_GAS = 115_000;
    uint256 private constant COMPENSATED_GAS_PER_OPERATOR = 8_000;
    uint256 private constant MAX_COMPENSATED_TIP = 2 gwei;
    uint256 private constant MAX_COMPENSATION = 0.01 ether;
    /// @dev A week. Without it a cluster that was withdrawn from would be short in the next block, and a withdrawal and a
    ///      top-up in each block would turn the reserve into compensations.
    uint256 private constant WITHDRAWAL_MARGIN_BLOCKS = 50_400;

    /* EVERYBODY */

    /// @inheritdoc IClusterFunding
    function topUp(
        uint64[] calldata operatorIds,
        Cluster calldata cluster
    ) external returns (uint256 ethAmount, uint256 compensation) {
        require(cluster.active, ISSVErrors.ClusterIsLiquidated());
        ClusterTerms.Terms memory terms = _termsOf(operatorIds, cluster, 0, maxEffectiveBalance());
        (uint256 runwayBlocks, uint256 minRunwayBlocks) = (terms.runwayBlocks(), _clusters().minRunwayBlocks);
        require(runwayBlocks < minRunwayBlocks, RunwaySufficient(runwayBlocks, minRunwayBlocks));
        // SSV charges on below zero and does not say how far, so what is paid in then may all be owed already.
        require(terms.balance != 0, ClusterUsedUp());

        uint256 missing = terms.missing(_clusters().runwayBlocks);
        ethAmount = Math.min(missing, address(this).balance);
        require(ethAmount != 0, InsufficientReserve(0, missing));
        _requireSaved(terms, ethAmount);
        _pay(operatorIds, cluster, ethAmount);
        if (ethAmount == missing) compensation = _compensate(operatorIds.length);
        emit ClusterToppedUp(msg.sender, ethAmount, compensation);
    }

    /* OPERATOR */

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
            uint256 required = terms.needed(_clusters().minRunwayBlocks + WITHDRAWAL_MARGIN_BLOCKS);
            require(left >= required, RunwayNotKept(left, required));
        }
        SSVCalldata.send(SSV_NETWORK, SSVCalldata.withdraw(operatorIds, cluster, ethAmount), 0);
    }

    /// @inheritdoc IClusterFunding
    function reactivate(
        uint64[] calldata operatorIds,
        Cluster calldata cluster
    ) external restricted returns (uint256 ethAmount) {
        ethAmount = _termsOf(operatorIds, cluster, 0, maxEffectiveBalance()).missing(_clusters().runwayBlocks);
        _requireReserve(ethAmount);
        emit ReactivationFunded(ethAmount);
        ISSVNetwork(SSV_NETWORK).reactivate{value: ethAmount}(operatorIds, cluster);
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

    /// @dev Whoever liquidates a cluster gets all that is in it, be it in the same transaction. So one that has less than its
    ///      collateral gets nothing unless that gives it the least runway.
    function _requireSaved(ClusterTerms.Terms memory terms, uint256 ethAmount) private view {
        if (terms.balance >= terms.collateral) return;
        uint256 saving = terms.missing(_clusters().minRunwayBlocks);
        require(ethAmount >= saving, InsufficientReserve(ethAmount, saving));
    }

    function _pay(uint64[] calldata operatorIds, Cluster calldata cluster, uint256 ethAmount) private {
        ISSVNetwork(SSV_NETWORK).deposit{value: ethAmount}(address(this), operatorIds, cluster);
    }

    /// @dev Pays the caller last, so that his code finds the cluster topped up. Whether he takes it does not matter.
    function _compensate(uint256 operators) private returns (uint256 compensation) {
        uint256 gasPrice = Math.min(tx.gasprice, block.basefee + MAX_COMPENSATED_TIP);
        compensation = (COMPENSATED_GAS + COMPENSATED_GAS_PER_OPERATOR * operators) * gasPrice;
        compensation = Math.min(Math.min(compensation, MAX_COMPENSATION), address(this).balance);
        (bool success, ) = msg.sender.call{value: compensation}("");
        if (!success) compensation = 0;
    }
}
