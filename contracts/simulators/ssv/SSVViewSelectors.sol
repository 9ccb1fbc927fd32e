// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVNetworkViews} from "../../interfaces/external/ISSVNetworkViews.sol";

/// @title SSVViewSelectors
/// @notice Tells views of the network from its other functions.
library SSVViewSelectors {
    /// @dev Those that a registration asks stand first, because they are compared one by one.
    function isView(bytes4 selector) internal pure returns (bool) {
        return
            selector == ISSVNetworkViews.getMinimumLiquidationCollateral.selector ||
            selector == ISSVNetworkViews.getLiquidationThresholdPeriod.selector ||
            selector == ISSVNetworkViews.getBalance.selector ||
            selector == ISSVNetworkViews.getEffectiveBalance.selector ||
            selector == ISSVNetworkViews.getBurnRate.selector ||
            selector == ISSVNetworkViews.getValidator.selector ||
            selector == ISSVNetworkViews.isLiquidatable.selector ||
            selector == ISSVNetworkViews.isLiquidated.selector ||
            selector == ISSVNetworkViews.getClusterAssetType.selector ||
            selector == ISSVNetworkViews.getOperatorFee.selector ||
            selector == ISSVNetworkViews.getOperatorDeclaredFee.selector ||
            selector == ISSVNetworkViews.getOperatorById.selector ||
            selector == ISSVNetworkViews.getOperatorEarnings.selector ||
            selector == ISSVNetworkViews.getWhitelistedOperators.selector ||
            selector == ISSVNetworkViews.isWhitelistingContract.selector ||
            selector == ISSVNetworkViews.isAddressWhitelistedInWhitelistingContract.selector ||
            selector == ISSVNetworkViews.getNetworkFee.selector ||
            selector == ISSVNetworkViews.getNetworkEarnings.selector ||
            selector == ISSVNetworkViews.getNetworkValidatorsCount.selector ||
            selector == ISSVNetworkViews.getMaximumOperatorFee.selector ||
            selector == ISSVNetworkViews.getMinimumOperatorEthFee.selector ||
            selector == ISSVNetworkViews.getOperatorFeeIncreaseLimit.selector ||
            selector == ISSVNetworkViews.getOperatorFeePeriods.selector ||
            selector == ISSVNetworkViews.getValidatorsPerOperatorLimit.selector ||
            selector == ISSVNetworkViews.getCommittedRoot.selector ||
            selector == ISSVNetworkViews.getOracle.selector ||
            selector == ISSVNetworkViews.getActiveOracleIds.selector ||
            selector == ISSVNetworkViews.getOracleWeight.selector ||
            selector == ISSVNetworkViews.getQuorumBps.selector ||
            selector == ISSVNetworkViews.getVersion.selector;
    }
}
