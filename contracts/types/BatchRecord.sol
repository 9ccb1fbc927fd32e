// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev A batch of keys, in one slot: bits 0 to 159 commitment, 160 to 191 batch id, 192 to 215 owner nonce of the first
///      key, 216 to 231 number of keys, 232 to 247 keys activated, 248 to 255 whether the rest is dropped.
type BatchRecord is uint256;

using {
    commitment,
    batchId,
    firstNonce,
    count,
    activated,
    isDiscarded,
    isLive,
    left,
    nextNonce,
    activate,
    discard
} for BatchRecord global;

uint256 constant BATCH_ID_OFFSET = 160;
uint256 constant FIRST_NONCE_OFFSET = 192;
uint256 constant COUNT_OFFSET = 216;
uint256 constant ACTIVATED_OFFSET = 232;
uint256 constant DISCARDED_OFFSET = 248;

/// @dev A new batch.
function batchRecord(
    bytes20 commitment_,
    uint32 batchId_,
    uint24 firstNonce_,
    uint16 count_
) pure returns (BatchRecord) {
    uint256 keys = (uint256(count_) << COUNT_OFFSET) | (uint256(firstNonce_) << FIRST_NONCE_OFFSET);
    return BatchRecord.wrap(keys | (uint256(batchId_) << BATCH_ID_OFFSET) | uint160(commitment_));
}

function commitment(BatchRecord self) pure returns (bytes20) {
    return bytes20(uint160(BatchRecord.unwrap(self)));
}

function batchId(BatchRecord self) pure returns (uint32) {
    return uint32(BatchRecord.unwrap(self) >> BATCH_ID_OFFSET);
}

function firstNonce(BatchRecord self) pure returns (uint24) {
    return uint24(BatchRecord.unwrap(self) >> FIRST_NONCE_OFFSET);
}

/// @dev Zero where no batch was written.
function count(BatchRecord self) pure returns (uint16) {
    return uint16(BatchRecord.unwrap(self) >> COUNT_OFFSET);
}

function activated(BatchRecord self) pure returns (uint16) {
    return uint16(BatchRecord.unwrap(self) >> ACTIVATED_OFFSET);
}

function isDiscarded(BatchRecord self) pure returns (bool) {
    return BatchRecord.unwrap(self) >> DISCARDED_OFFSET != 0;
}

/// @dev Whether keys of it may still be activated.
function isLive(BatchRecord self) pure returns (bool) {
    return !isDiscarded(self) && activated(self) < count(self);
}

/// @dev Keys that were not activated.
function left(BatchRecord self) pure returns (uint256) {
    // No more keys are activated than there are.
    unchecked {
        return count(self) - activated(self);
    }
}

/// @dev Owner nonce of the first key that was not activated.
function nextNonce(BatchRecord self) pure returns (uint256) {
    // Both are far below 256 bits.
    unchecked {
        return uint256(firstNonce(self)) + activated(self);
    }
}

/// @dev The batch with `keys` more activated, no more than are left.
function activate(BatchRecord self, uint256 keys) pure returns (BatchRecord) {
    // So many are left, so the field does not overflow.
    unchecked {
        return BatchRecord.wrap(BatchRecord.unwrap(self) + (keys << ACTIVATED_OFFSET));
    }
}

/// @dev The batch with the rest dropped.
function discard(BatchRecord self) pure returns (BatchRecord) {
    return BatchRecord.wrap(BatchRecord.unwrap(self) | (1 << DISCARDED_OFFSET));
}
