// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev Where a queue stands, in one slot: bits 0 to 31 last request, 32 to 63 last one that is finalized, 64 to 95 number
///      of checkpoints, 96 to 127 wei that finalized requests leave over, 128 to 191 shares of all requests in units of 1e9,
///      192 to 255 those of the finalized ones. Ids begin at one.
type QueueHead is uint256;

using {
    lastId,
    lastFinalizedId,
    checkpointCount,
    dust,
    requestedShares,
    finalizedShares,
    withRequest,
    withFinalized
} for QueueHead global;

uint256 constant FINALIZED_ID_OFFSET = 32;
uint256 constant CHECKPOINTS_OFFSET = 64;
uint256 constant DUST_OFFSET = 96;
uint256 constant REQUESTED_OFFSET = 128;
uint256 constant FINALIZED_OFFSET = 192;

/// @dev There is no room for so many requests, or for so many shares.
/// @param id Number of the request.
/// @param requested Shares of all requests, in units of 1e9.
error QueueOverflow(uint256 id, uint256 requested);

function lastId(QueueHead self) pure returns (uint256) {
    return uint32(QueueHead.unwrap(self));
}

function lastFinalizedId(QueueHead self) pure returns (uint256) {
    return uint32(QueueHead.unwrap(self) >> FINALIZED_ID_OFFSET);
}

function checkpointCount(QueueHead self) pure returns (uint256) {
    return uint32(QueueHead.unwrap(self) >> CHECKPOINTS_OFFSET);
}

/// @dev Wei that were paid for finalized requests and belong to none of them; they go to the next ones.
function dust(QueueHead self) pure returns (uint256) {
    return uint32(QueueHead.unwrap(self) >> DUST_OFFSET);
}

/// @dev Shares of all requests ever, in units of 1e9.
function requestedShares(QueueHead self) pure returns (uint256) {
    return uint64(QueueHead.unwrap(self) >> REQUESTED_OFFSET);
}

/// @dev Shares of the requests that are finalized, in units of 1e9.
function finalizedShares(QueueHead self) pure returns (uint256) {
    return QueueHead.unwrap(self) >> FINALIZED_OFFSET;
}

/// @dev With one more request, after which `requested` shares were asked for in all.
function withRequest(QueueHead self, uint256 requested) pure returns (QueueHead) {
    uint256 id = lastId(self) + 1;
    require(id <= type(uint32).max && requested <= type(uint64).max, QueueOverflow(id, requested));
    uint256 others = QueueHead.unwrap(self) & ~((uint256(type(uint64).max) << REQUESTED_OFFSET) | type(uint32).max);
    return QueueHead.wrap(others | (requested << REQUESTED_OFFSET) | id);
}

/// @dev With one more checkpoint, after which requests up to `id` with `finalized` shares are finalized. There are no more
///      checkpoints than requests, and the caller has checked the others.
function withFinalized(QueueHead self, uint256 id, uint256 finalized, uint256 newDust) pure returns (QueueHead) {
    uint256 requests = (uint256(uint64(QueueHead.unwrap(self) >> REQUESTED_OFFSET)) << REQUESTED_OFFSET) | lastId(self);
    uint256 counts = ((checkpointCount(self) + 1) << CHECKPOINTS_OFFSET) | (id << FINALIZED_ID_OFFSET);
    return QueueHead.wrap((finalized << FINALIZED_OFFSET) | requests | (newDust << DUST_OFFSET) | counts);
}
