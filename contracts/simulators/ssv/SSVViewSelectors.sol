// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVNetworkViews} from "../../interfaces/external/ISSVNetworkViews.sol";

/// @title SSVViewSelectors
/// @notice Tells views of the network from its other functions.
library SSVViewSelectors {
    function isView(bytes4 selector) internal pure returns (bool) {
        // One comparison after the other, so those that a registration asks come first.
        if (_isAskedByRegistrations(selector)) return true;
        return _isOtherView(selector);
    }

    function _isAskedByRegistrations(bytes4 selector) private pure returns (bool) {
        return
            selector == ISSVNetworkViews.getMinimumLiquidationCollateral.selector ||
            selector == ISSVNetworkViews.getLiquidationThresholdPeriod.selector ||
            selector == ISSVNetworkViews.getBalance.selector ||
            selector == ISSVNetworkViews.getBurnRate.selector;
    }

    function _isOtherView(bytes4 selector) private pure returns (bool) {
        return
            selector == ISSVNetworkViews.getValidator.selector ||
            selector == ISSVNetworkViews.getEffectiveBalance.selector ||
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
