// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev What a rebase reads and writes of the limits, in one slot: bits 0 to 127 highest share rate after fees, 1e27, 128
///      to 191 growth and 192 to 255 running costs that were saved up, as fractions of the pool, 1e18.
type Savings is uint256;

using {highWaterRateRay, growthWad, costsWad, minusGrowth, minusCosts, withRate} for Savings global;

uint256 constant GROWTH_OFFSET = 128;
uint256 constant COSTS_OFFSET = 192;

/// @dev Puts the three together. The caller has checked that they fit.
function savingsOf(uint256 rateRay, uint256 growth, uint256 costs) pure returns (Savings) {
    return Savings.wrap((costs << COSTS_OFFSET) | (growth << GROWTH_OFFSET) | rateRay);
}

/// @dev Highest share rate after fees, 1e27.
function highWaterRateRay(Savings self) pure returns (uint256) {
    return uint128(Savings.unwrap(self));
}

/// @dev Growth saved up and not yet used.
function growthWad(Savings self) pure returns (uint256) {
    return uint64(Savings.unwrap(self) >> GROWTH_OFFSET);
}

/// @dev Running costs saved up and not yet charged.
function costsWad(Savings self) pure returns (uint256) {
    return Savings.unwrap(self) >> COSTS_OFFSET;
}

/// @dev Spends growth. The caller has checked that it is there.
function minusGrowth(Savings self, uint256 wad) pure returns (Savings) {
    return Savings.wrap(Savings.unwrap(self) - (wad << GROWTH_OFFSET));
}

/// @dev Spends running costs. The caller has checked that they are there.
function minusCosts(Savings self, uint256 wad) pure returns (Savings) {
    return Savings.wrap(Savings.unwrap(self) - (wad << COSTS_OFFSET));
}

/// @dev Sets the highest share rate, which the caller has checked to have 128 bits.
function withRate(Savings self, uint256 rateRay) pure returns (Savings) {
    return Savings.wrap(((Savings.unwrap(self) >> GROWTH_OFFSET) << GROWTH_OFFSET) | rateRay);
}
