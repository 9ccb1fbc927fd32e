// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ISSVNetworkViews} from "../interfaces/external/ISSVNetworkViews.sol";
import {Cluster} from "../types/Cluster.sol";
import {SSVCalldata} from "./SSVCalldata.sol";

/// @title SSVFunding
/// @notice What a cluster of this contract costs, by what ssv.network says at the moment of the call.
/// @dev SSV bills a cluster for its effective balance, which is at least 32 ETH for each validator, and for 32 ETH more
///      with each new one. So what the cluster burns over its validators is what a new one burns, or more where some are
///      larger than 32 ETH, and nothing need be asked about them. Costs round up here, so that SSV, which rounds the
///      collateral down, never finds them short.
library SSVFunding {
    struct Terms {
        /// @dev What the cluster burns now, wei per block.
        uint256 burnRate;
        /// @dev What a new validator burns, wei per block.
        uint256 validatorRate;
        /// @dev What must be left when liquidation begins, at least, wei.
        uint256 minCollateral;
        /// @dev Blocks of fees that must be left when liquidation begins.
        uint256 thresholdBlocks;
        /// @dev What the cluster has now, wei.
        uint256 balance;
    }

    /// @dev Reads the terms of a cluster. While it has no validators it burns nothing, and its balance stands.
    function termsOf(
        ISSVNetworkViews network,
        uint64[] calldata operatorIds,
        Cluster calldata cluster
    ) internal view returns (Terms memory terms) {
        terms.minCollateral = network.getMinimumLiquidationCollateral();
        terms.thresholdBlocks = network.getLiquidationThresholdPeriod();
        uint256 validators = cluster.validatorCount;
        if (validators == 0) {
            terms.balance = cluster.balance;
            terms.validatorRate = network.getNetworkFee();
            for (uint256 i = 0; i < operatorIds.length; ++i)
                terms.validatorRate += network.getOperatorFee(operatorIds[i]);
            return terms;
        }
        bytes memory question = SSVCalldata.clusterQuestion(address(this), operatorIds, cluster);
        terms.balance = SSVCalldata.ask(address(network), ISSVNetworkViews.getBalance.selector, question);
        terms.burnRate = SSVCalldata.ask(address(network), ISSVNetworkViews.getBurnRate.selector, question);
        terms.validatorRate = Math.ceilDiv(terms.burnRate, validators);
    }

    /// @dev Wei that are missing so that the cluster runs for `periodBlocks` with `newValidators` more.
    function missing(Terms memory terms, uint256 newValidators, uint256 periodBlocks) internal pure returns (uint256) {
        uint256 burnRate = terms.burnRate + newValidators * terms.validatorRate;
        return Math.saturatingSub(_collateral(terms, burnRate) + burnRate * periodBlocks, terms.balance);
    }

    /// @dev Blocks until the cluster may be liquidated.
    function runwayBlocks(Terms memory terms) internal pure returns (uint256) {
        if (terms.burnRate == 0) return type(uint256).max;
        return Math.saturatingSub(terms.balance, _collateral(terms, terms.burnRate)) / terms.burnRate;
    }

    function _collateral(Terms memory terms, uint256 burnRate) private pure returns (uint256) {
        return Math.max(terms.minCollateral, burnRate * terms.thresholdBlocks);
    }
}
