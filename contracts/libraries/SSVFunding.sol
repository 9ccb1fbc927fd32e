// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ISSVNetworkViews} from "../interfaces/external/ISSVNetworkViews.sol";
import {Cluster} from "../types/Cluster.sol";
import {SSVCalldata} from "./SSVCalldata.sol";

/// @title SSVFunding
/// @notice What a cluster costs, by what ssv.network says at the moment of the call.
/// @dev SSV bills in units of a ten-thousandth of 32 ETH of effective balance (`vUnits`), and keeps fees in multiples of
///      100,000 wei. Costs round up here.
library SSVFunding {
    struct Terms {
        /// @dev Fees of the operators and the network, wei per block and 32 ETH.
        uint256 feeRate;
        /// @dev What must be left when liquidation begins, at least, wei.
        uint256 minCollateral;
        /// @dev Blocks of fees that must be left when liquidation begins.
        uint256 thresholdBlocks;
        /// @dev Effective balance that is billed, in ten-thousandths of 32 ETH.
        uint256 vUnits;
        /// @dev What the cluster has now, wei.
        uint256 balance;
    }

    uint256 private constant VUNITS_PER_VALIDATOR = 10_000;
    uint256 private constant STAKE_ETH = 32;
    uint256 private constant FEE_UNIT = 100_000;

    /// @dev Reads the terms of a cluster. Its balance and effective balance need no question while it has no validators.
    function termsOf(
        ISSVNetworkViews network,
        address owner,
        uint64[] calldata operatorIds,
        Cluster calldata cluster
    ) internal view returns (Terms memory terms) {
        terms.minCollateral = network.getMinimumLiquidationCollateral();
        terms.thresholdBlocks = network.getLiquidationThresholdPeriod();
        if (cluster.validatorCount == 0) {
            terms.balance = cluster.balance;
            terms.feeRate = network.getNetworkFee();
            for (uint256 i = 0; i < operatorIds.length; ++i) terms.feeRate += network.getOperatorFee(operatorIds[i]);
            return terms;
        }
        bytes memory question = SSVCalldata.clusterQuestion(owner, operatorIds, cluster);
        terms.balance = SSVCalldata.ask(address(network), ISSVNetworkViews.getBalance.selector, question);
        uint256 effectiveEth = SSVCalldata.ask(
            address(network),
            ISSVNetworkViews.getEffectiveBalance.selector,
            question
        );
        terms.vUnits = Math.ceilDiv(effectiveEth * VUNITS_PER_VALIDATOR, STAKE_ETH);
        // The burn rate is all fees times vUnits over 10,000, so this quotient has no remainder.
        uint256 burnRate = SSVCalldata.ask(address(network), ISSVNetworkViews.getBurnRate.selector, question);
        terms.feeRate = Math.ceilDiv(burnRate * VUNITS_PER_VALIDATOR, terms.vUnits);
    }

    /// @dev Wei that are missing so that the cluster runs for `periodBlocks` with `newValidators` more.
    function missing(Terms memory terms, uint256 newValidators, uint256 periodBlocks) internal pure returns (uint256) {
        uint256 vUnits = terms.vUnits + newValidators * VUNITS_PER_VALIDATOR;
        uint256 running = Math.ceilDiv(terms.feeRate * vUnits * periodBlocks, VUNITS_PER_VALIDATOR);
        return Math.saturatingSub(_collateral(terms, vUnits) + running, terms.balance);
    }

    /// @dev Blocks until the cluster may be liquidated.
    function runwayBlocks(Terms memory terms) internal pure returns (uint256) {
        uint256 burned = terms.feeRate * terms.vUnits;
        if (burned == 0) return type(uint256).max;
        uint256 spendable = Math.saturatingSub(terms.balance, _collateral(terms, terms.vUnits));
        return (spendable * VUNITS_PER_VALIDATOR) / burned;
    }

    function _collateral(Terms memory terms, uint256 vUnits) private pure returns (uint256) {
        uint256 units = Math.ceilDiv(terms.feeRate * terms.thresholdBlocks * vUnits, VUNITS_PER_VALIDATOR * FEE_UNIT);
        return Math.max(terms.minCollateral, units * FEE_UNIT);
    }
}
