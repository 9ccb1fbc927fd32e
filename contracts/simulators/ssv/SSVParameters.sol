// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev What a simulated network starts with. Fees are wei per block per 32 ETH of effective balance; they and the
/// collateral are divisible by 100,000.
struct SSVParameters {
    /// Blocks; may be shorter than what the owner could set later.
    uint64 liquidationThresholdPeriod;
    /// Wei.
    uint256 minimumLiquidationCollateral;
    uint32 validatorsPerOperatorLimit;
    /// Seconds.
    uint64 declareOperatorFeePeriod;
    /// Seconds.
    uint64 executeOperatorFeePeriod;
    /// Basis points.
    uint64 operatorFeeIncreaseLimit;
    uint256 networkFee;
    uint256 maximumOperatorFee;
    uint256 minimumOperatorEthFee;
}
