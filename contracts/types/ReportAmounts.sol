// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @dev What the last report left beside its counters, in one slot: bits 0 to 95 ether credited from the vaults and 96 to 191
///      deferred rewards, both in wei, 192 to 231 when running costs were charged last, in seconds, 232 to 255 keys exiting.
type ReportAmounts is uint256;

using {creditedFromVaults, deferredRewards, costsChargedAt, exitingKeys} for ReportAmounts global;

uint256 constant DEFERRED_OFFSET = 96;
uint256 constant CHARGED_OFFSET = 192;
uint256 constant EXITING_KEYS_OFFSET = 232;

/// @dev Puts them together. `chargedAt` is a time of a block, and of the keys exiting is checked that they have 24 bits.
function reportAmounts(
    uint256 credited,
    uint256 deferred,
    uint256 chargedAt,
    uint256 exiting
) pure returns (ReportAmounts) {
    uint256 amounts = SafeCast.toUint96(credited) | (uint256(SafeCast.toUint96(deferred)) << DEFERRED_OFFSET);
    return ReportAmounts.wrap((exiting << EXITING_KEYS_OFFSET) | (chargedAt << CHARGED_OFFSET) | amounts);
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
    return uint40(ReportAmounts.unwrap(self) >> CHARGED_OFFSET);
}

/// @dev Keys of validators on their way out.
function exitingKeys(ReportAmounts self) pure returns (uint256) {
    return ReportAmounts.unwrap(self) >> EXITING_KEYS_OFFSET;
}
