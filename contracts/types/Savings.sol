// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev What a rebase reads and writes of the limits, in one slot: bits 0 to 127 highest share rate after fees, 1e27; 128 to
///      167 growth and 168 to 191 running costs that were saved up, as fractions of the pool, 1e11; 192 to 255 what part of
///      the pooled ether is neither buffered nor counted as staked, Gwei, signed.
type Savings is uint256;

using {
    highWaterRateRay,
    growth,
    costs,
    unbufferedGwei,
    minusGrowth,
    minusCosts,
    withRate,
    withUnbuffered
} for Savings global;

uint256 constant GROWTH_OFFSET = 128;
uint256 constant COSTS_OFFSET = 168;
uint256 constant UNBUFFERED_OFFSET = 192;

/// @dev Puts the first three together. The caller has checked that they fit.
function savingsOf(uint256 rateRay, uint256 growth_, uint256 costs_) pure returns (Savings) {
    return Savings.wrap((costs_ << COSTS_OFFSET) | (growth_ << GROWTH_OFFSET) | rateRay);
}

/// @dev Highest share rate after fees, 1e27.
function highWaterRateRay(Savings self) pure returns (uint256) {
    return uint128(Savings.unwrap(self));
}

/// @dev Growth saved up and not yet used.
function growth(Savings self) pure returns (uint256) {
    return uint40(Savings.unwrap(self) >> GROWTH_OFFSET);
}

/// @dev Running costs saved up and not yet charged.
function costs(Savings self) pure returns (uint256) {
    return uint24(Savings.unwrap(self) >> COSTS_OFFSET);
}

/// @dev Balance on the consensus layer, less stake reported, less deferred rewards, Gwei, rounded up.
function unbufferedGwei(Savings self) pure returns (int256) {
    return int64(uint64(Savings.unwrap(self) >> UNBUFFERED_OFFSET));
}

/// @dev Spends growth. The caller has checked that it is there.
function minusGrowth(Savings self, uint256 spent) pure returns (Savings) {
    return Savings.wrap(Savings.unwrap(self) - (spent << GROWTH_OFFSET));
}

/// @dev Spends running costs. The caller has checked that they are there.
function minusCosts(Savings self, uint256 spent) pure returns (Savings) {
    return Savings.wrap(Savings.unwrap(self) - (spent << COSTS_OFFSET));
}

/// @dev Sets the highest share rate, which the caller has checked to have 128 bits.
function withRate(Savings self, uint256 rateRay) pure returns (Savings) {
    return Savings.wrap(((Savings.unwrap(self) >> GROWTH_OFFSET) << GROWTH_OFFSET) | rateRay);
}

/// @dev Sets what is neither buffered nor counted as staked, where nothing was set before.
function withUnbuffered(Savings self, int64 gweiAmount) pure returns (Savings) {
    return Savings.wrap((uint256(uint64(gweiAmount)) << UNBUFFERED_OFFSET) | Savings.unwrap(self));
}
