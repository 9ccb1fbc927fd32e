// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @dev Amounts that the last report left, in one slot: bits 0 to 95 ether credited from the vaults and 96 to 191 deferred
///      rewards, both in wei, 192 to 255 when running costs were charged last, in seconds.
type ReportAmounts is uint256;

using {creditedFromVaults, deferredRewards, costsChargedAt} for ReportAmounts global;

uint256 constant DEFERRED_OFFSET = 96;
uint256 constant CHARGED_OFFSET = 192;

/// @dev Puts the three together. `chargedAt` is a time of a block.
function reportAmounts(uint256 credited, uint256 deferred, uint256 chargedAt) pure returns (ReportAmounts) {
    uint256 amounts = SafeCast.toUint96(credited) | (uint256(SafeCast.toUint96(deferred)) << DEFERRED_OFFSET);
    return ReportAmounts.wrap((chargedAt << CHARGED_OFFSET) | amounts);
}

/// @dev Ether received by the vaults that buffered ether counts, wei.
function creditedFromVaults(ReportAmounts self) pure returns (uint256) {
    return uint96(ReportAmounts.unwrap(self));
}

/// @dev Rewards that the bounds held back, wei.
function deferredRewards(ReportAmounts self) pure returns (uint256) {
    return uint96(ReportAmounts.unwrap(self) >> DEFERRED_OFFSET);
}

/// @dev When running costs were charged last, seconds.
function costsChargedAt(ReportAmounts self) pure returns (uint256) {
    return ReportAmounts.unwrap(self) >> CHARGED_OFFSET;
}
