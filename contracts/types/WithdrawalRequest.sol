// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev A request in one slot: bits 0 to 159 owner, 160 to 191 time it was made in seconds, 192 to 255 shares of this and
///      all earlier requests together, in units of 1e9. Without an owner it was claimed, or never made.
type WithdrawalRequest is uint256;

using {owner, requestedAt, cumulative, ownedBy} for WithdrawalRequest global;

uint256 constant REQUESTED_AT_OFFSET = 160;
uint256 constant CUMULATIVE_OFFSET = 192;

/// @dev A new request. The caller has checked that the sum fits.
function withdrawalRequest(address owner_, uint256 time, uint256 cumulative_) pure returns (WithdrawalRequest) {
    uint256 numbers = (cumulative_ << CUMULATIVE_OFFSET) | (uint256(uint32(time)) << REQUESTED_AT_OFFSET);
    return WithdrawalRequest.wrap(numbers | uint160(owner_));
}

function owner(WithdrawalRequest self) pure returns (address) {
    return address(uint160(WithdrawalRequest.unwrap(self)));
}

function requestedAt(WithdrawalRequest self) pure returns (uint256) {
    return uint32(WithdrawalRequest.unwrap(self) >> REQUESTED_AT_OFFSET);
}

/// @dev Shares of this and all earlier requests, in units of 1e9.
function cumulative(WithdrawalRequest self) pure returns (uint256) {
    return WithdrawalRequest.unwrap(self) >> CUMULATIVE_OFFSET;
}

/// @dev The same request of somebody else, or of nobody.
function ownedBy(WithdrawalRequest self, address newOwner) pure returns (WithdrawalRequest) {
    uint256 numbers = (WithdrawalRequest.unwrap(self) >> REQUESTED_AT_OFFSET) << REQUESTED_AT_OFFSET;
    return WithdrawalRequest.wrap(numbers | uint160(newOwner));
}
