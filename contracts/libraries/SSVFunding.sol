// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVNetworkViews} from "../interfaces/external/ISSVNetworkViews.sol";
import {Cluster} from "../types/Cluster.sol";
import {ClusterTerms} from "./ClusterTerms.sol";
import {SSVQuestions} from "./SSVQuestions.sol";

/// @title SSVFunding
/// @notice What a registration must pay into a cluster of this contract, by what ssv.network says at the moment of the call.
///         `ClusterTerms` says it to the wei, and asks more.
/// @dev SSV bills a cluster for its effective balance, which is at least 32 ETH for each validator, and for 32 ETH more
///      with each new one. So what the cluster burns over its validators is what a new one burns, or more where some are
///      larger than 32 ETH, and nothing need be asked about them. Costs round up here, so that SSV, which rounds the
///      collateral down, never finds them short.
///      Nothing here overflows: SSV keeps fees in 64 bits of 100,000 wei and effective balances in 64 bits of a
///      ten-thousandth of 32 ETH, so burn rates fit 132 bits, and it counts blocks in 64 bits. Other answers could only
///      change how much of the reserve is paid, which who can make SSV give them decides anyway.
library SSVFunding {
    /// @dev Wei that are missing so that the cluster runs for `periodBlocks` with `newValidators` more.
    function missing(
        address network,
        uint64[] calldata operatorIds,
        Cluster calldata cluster,
        uint32 newValidators,
        uint32 periodBlocks
    ) internal view returns (uint256) {
        (uint256 burnRate, uint256 validatorRate, uint256 balance) = _termsOf(network, operatorIds, cluster);
        // See above: a rate of 132 bits, times 32 bits, times 32 or 64 bits; the difference is of what is no less.
        unchecked {
            burnRate += newValidators * validatorRate;
            uint256 needed = _collateral(network, burnRate) + burnRate * periodBlocks;
            return needed > balance ? needed - balance : 0;
        }
    }

    /// @dev What the cluster burns and what a new validator burns, wei per block, and what the cluster has, wei. While it
    ///      has no validators it burns nothing, and its balance stands.
    function _termsOf(
        address network,
        uint64[] calldata operatorIds,
        Cluster calldata cluster
    ) private view returns (uint256 burnRate, uint256 validatorRate, uint256 balance) {
        uint256 validators = cluster.validatorCount;
        if (validators == 0) return (0, ClusterTerms.feesOf(network, operatorIds), cluster.balance);

        bytes memory question = SSVQuestions.aboutCluster(operatorIds, cluster);
        balance = SSVQuestions.ask(network, ISSVNetworkViews.getBalance.selector, question);
        burnRate = SSVQuestions.ask(network, ISSVNetworkViews.getBurnRate.selector, question);
        // See above: a rate of 132 bits and a number of 32 bits, which is not zero.
        unchecked {
            validatorRate = (burnRate + validators - 1) / validators;
        }
    }

    /// @dev What must be left when liquidation begins, wei.
    function _collateral(address network, uint256 burnRate) private view returns (uint256) {
        uint256 minimum = SSVQuestions.ask(network, ISSVNetworkViews.getMinimumLiquidationCollateral.selector);
        uint256 blocks = SSVQuestions.ask(network, ISSVNetworkViews.getLiquidationThresholdPeriod.selector);
        // See above: a rate of 132 bits, times 32 bits for new validators at most, times 64 bits.
        unchecked {
            uint256 collateral = burnRate * blocks;
            return collateral > minimum ? collateral : minimum;
        }
    }
}
