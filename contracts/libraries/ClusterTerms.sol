// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ISSVNetworkViews} from "../interfaces/external/ISSVNetworkViews.sol";
import {Cluster} from "../types/Cluster.sol";
import {SSVQuestions} from "./SSVQuestions.sol";

/// @title ClusterTerms
/// @notice What a cluster of this contract has, burns and must keep, to the wei as ssv.network computes it now.
/// @dev SSV bills a cluster by units of a ten-thousandth of 32 ETH of effective balance: what its oracles reported, rounded
///      up, or 32 ETH for each validator, and for 32 ETH more with each new one.
library ClusterTerms {
    struct Terms {
        /// @dev Wei that the cluster has.
        uint256 balance;
        /// @dev Wei per block.
        uint256 burnRate;
        /// @dev Wei below which anyone may liquidate; zero for no validators.
        uint256 collateral;
    }

    /// @dev What SSV takes a validator to have at least, ETH.
    uint256 internal constant MIN_BALANCE_ETH = 32;
    uint256 private constant UNITS_PER_VALIDATOR = 10_000;
    /// @dev SSV counts fees in units of so many wei.
    uint256 private constant WEI_PER_UNIT = 100_000;

    /// @dev Terms of a cluster that gets `newValidators` of 32 ETH. They are for validators of `maxBalanceEth` each, or for
    ///      what SSV's oracles reported if that is more; with zero they are for what SSV bills now.
    function read(
        address network,
        uint64[] calldata operatorIds,
        Cluster calldata cluster,
        uint256 newValidators,
        uint256 maxBalanceEth
    ) internal view returns (Terms memory terms) {
        uint256 validators = cluster.validatorCount;
        terms.balance = cluster.balance;
        if (validators != 0) {
            bytes memory question = SSVQuestions.aboutCluster(operatorIds, cluster);
            if (cluster.active)
                terms.balance = SSVQuestions.ask(network, ISSVNetworkViews.getBalance.selector, question);
            terms.burnRate = SSVQuestions.ask(network, ISSVNetworkViews.getBurnRate.selector, question);
        }
        // Each validator has 32 ETH at least in what SSV bills, so only more than that could be more.
        if (newValidators != 0 || maxBalanceEth > MIN_BALANCE_ETH) {
            uint256 fees = feesOf(network, operatorIds);
            uint256 units = Math.ceilDiv(
                (validators + newValidators) * maxBalanceEth * UNITS_PER_VALIDATOR,
                MIN_BALANCE_ETH
            );
            terms.burnRate = Math.max(terms.burnRate + newValidators * fees, (fees * units) / UNITS_PER_VALIDATOR);
        }
        if (validators + newValidators != 0) terms.collateral = _collateral(network, terms.burnRate);
    }

    /// @dev Fees of operators and network for 32 ETH, wei per block.
    function feesOf(address network, uint64[] calldata operatorIds) internal view returns (uint256 fees) {
        fees = SSVQuestions.ask(network, ISSVNetworkViews.getNetworkFee.selector);
        for (uint256 i = 0; i < operatorIds.length; ++i)
            fees += ISSVNetworkViews(network).getOperatorFee(operatorIds[i]);
    }

    /// @dev Blocks until anyone may liquidate; zero when he may now, else the largest number when nothing burns.
    function runwayBlocks(Terms memory terms) internal pure returns (uint256) {
        if (terms.balance < terms.collateral) return 0;
        if (terms.burnRate == 0) return type(uint256).max;
        return (terms.balance - terms.collateral) / terms.burnRate;
    }

    /// @dev Wei that a cluster must have to run for so many blocks.
    function needed(Terms memory terms, uint256 blocks) internal pure returns (uint256) {
        return terms.collateral + terms.burnRate * blocks;
    }

    /// @dev Wei that it lacks.
    function missing(Terms memory terms, uint256 blocks) internal pure returns (uint256) {
        return Math.saturatingSub(needed(terms, blocks), terms.balance);
    }

    function _collateral(address network, uint256 burnRate) private view returns (uint256) {
        uint256 minimum = SSVQuestions.ask(network, ISSVNetworkViews.getMinimumLiquidationCollateral.selector);
        uint256 blocks = SSVQuestions.ask(network, ISSVNetworkViews.getLiquidationThresholdPeriod.selector);
        uint256 threshold = burnRate * blocks;
        return Math.max(minimum, threshold - (threshold % WEI_PER_UNIT));
    }
}
