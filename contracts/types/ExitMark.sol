// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev What is known of a key's exit, in 32 bits: zero if it was never requested, all bits set once its validator is gone;
///      else the time of the last request in seconds, rounded down to an even number, and in bit 0 whether it was ever
///      requested because withdrawals were overdue.
type ExitMark is uint32;

using {isGone, isRequested, wasOverdue, requestedAt, requestedAgain} for ExitMark global;

ExitMark constant GONE = ExitMark.wrap(type(uint32).max);
uint32 constant OVERDUE_FLAG = 1;

/// @dev Whether the validator is gone, for ever.
function isGone(ExitMark self) pure returns (bool) {
    return ExitMark.unwrap(self) == type(uint32).max;
}

/// @dev Whether its exit was requested, and it is not known to be gone.
function isRequested(ExitMark self) pure returns (bool) {
    return ExitMark.unwrap(self) != 0 && !isGone(self);
}

/// @dev Whether one of the requests was made because withdrawals were overdue.
function wasOverdue(ExitMark self) pure returns (bool) {
    return ExitMark.unwrap(self) & OVERDUE_FLAG != 0;
}

/// @dev Time of the last request, seconds, at most one second too early; zero for none.
function requestedAt(ExitMark self) pure returns (uint256) {
    return ExitMark.unwrap(self) & ~OVERDUE_FLAG;
}

/// @dev The mark after a request at `time`.
function requestedAgain(ExitMark self, uint256 time, bool isOverdue) pure returns (ExitMark) {
    uint32 flag = (ExitMark.unwrap(self) & OVERDUE_FLAG) | (isOverdue ? OVERDUE_FLAG : 0);
    return ExitMark.wrap((uint32(time) & ~OVERDUE_FLAG) | flag);
}
