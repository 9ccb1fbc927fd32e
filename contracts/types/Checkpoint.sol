// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev Requests that were finalized together, in one slot: bits 0 to 31 the first of them, 32 to 63 the last, 64 to 255 wei
///      for a share of 1e18, scaled by 1e27.
type Checkpoint is uint256;

using {firstId, lastId, rateRay, covers} for Checkpoint global;

uint256 constant LAST_ID_OFFSET = 32;
uint256 constant RATE_OFFSET = 64;

/// @dev A new checkpoint. The caller has checked that the rate has 192 bits and each id 32.
function checkpoint(uint256 firstId_, uint256 lastId_, uint256 rateRay_) pure returns (Checkpoint) {
    return Checkpoint.wrap((rateRay_ << RATE_OFFSET) | (lastId_ << LAST_ID_OFFSET) | firstId_);
}

function firstId(Checkpoint self) pure returns (uint256) {
    return uint32(Checkpoint.unwrap(self));
}

function lastId(Checkpoint self) pure returns (uint256) {
    return uint32(Checkpoint.unwrap(self) >> LAST_ID_OFFSET);
}

function rateRay(Checkpoint self) pure returns (uint256) {
    return Checkpoint.unwrap(self) >> RATE_OFFSET;
}

/// @dev Whether a request is one of those.
function covers(Checkpoint self, uint256 id) pure returns (bool) {
    return id >= firstId(self) && id <= lastId(self);
}
