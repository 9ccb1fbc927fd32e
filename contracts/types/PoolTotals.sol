// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev What every deposit, transfer and report reads, in one slot: bits 0 to 95 total shares, 96 to 191 total pooled
///      ether in wei, 192 to 223 time of the last rebase in seconds, 224 to 247 cap in whole ether, 248 whether the
///      withdrawal queue has shares, 249 to 255 flags.
///      Shares and ether stay below 2^96 each, so that no product of the two overflows.
type PoolTotals is uint256;

using {
    shares,
    pooledEther,
    lastRebase,
    capEth,
    isQueued,
    flags,
    minus,
    withCap,
    withQueued,
    withFlags,
    rebased
} for PoolTotals global;

uint256 constant MASK_96 = type(uint96).max;
uint256 constant ETHER_OFFSET = 96;
uint256 constant TIME_OFFSET = 192;
uint256 constant CAP_OFFSET = 224;
uint256 constant QUEUED_OFFSET = 248;
uint256 constant FLAGS_OFFSET = 249;

/// @dev Shares do not fit into 96 bits.
/// @param total Sum of the shares.
error TotalSharesOverflow(uint256 total);

/// @dev Total shares.
function shares(PoolTotals self) pure returns (uint256) {
    return PoolTotals.unwrap(self) & MASK_96;
}

/// @dev Total pooled ether, wei.
function pooledEther(PoolTotals self) pure returns (uint256) {
    return (PoolTotals.unwrap(self) >> ETHER_OFFSET) & MASK_96;
}

/// @dev Timestamp of the last rebase, seconds.
function lastRebase(PoolTotals self) pure returns (uint256) {
    return uint32(PoolTotals.unwrap(self) >> TIME_OFFSET);
}

/// @dev Most that the pool takes, whole ether.
function capEth(PoolTotals self) pure returns (uint256) {
    return uint24(PoolTotals.unwrap(self) >> CAP_OFFSET);
}

/// @dev Whether the withdrawal queue has shares, which are looked up only then.
function isQueued(PoolTotals self) pure returns (bool) {
    return (PoolTotals.unwrap(self) >> QUEUED_OFFSET) & 1 != 0;
}

/// @dev Seven bits; zero while nothing restricts deposits.
function flags(PoolTotals self) pure returns (uint256) {
    return PoolTotals.unwrap(self) >> FLAGS_OFFSET;
}

/// @dev Takes shares and ether away. The caller has checked that both are there.
function minus(PoolTotals self, uint256 fewerShares, uint256 lessEther) pure returns (PoolTotals) {
    return PoolTotals.wrap(PoolTotals.unwrap(self) - (lessEther << ETHER_OFFSET) - fewerShares);
}

function withCap(PoolTotals self, uint24 newCapEth) pure returns (PoolTotals) {
    uint256 others = PoolTotals.unwrap(self) & ~(uint256(type(uint24).max) << CAP_OFFSET);
    return PoolTotals.wrap(others | (uint256(newCapEth) << CAP_OFFSET));
}

function withQueued(PoolTotals self, bool queued) pure returns (PoolTotals) {
    uint256 others = PoolTotals.unwrap(self) & ~(uint256(1) << QUEUED_OFFSET);
    return PoolTotals.wrap(others | (queued ? 1 << QUEUED_OFFSET : 0));
}

function withFlags(PoolTotals self, uint8 newFlags) pure returns (PoolTotals) {
    uint256 others = PoolTotals.unwrap(self) & ((1 << FLAGS_OFFSET) - 1);
    return PoolTotals.wrap(others | (uint256(newFlags) << FLAGS_OFFSET));
}

/// @dev Totals after a rebase at `time`. The caller has checked that the ether is below 2^96.
function rebased(PoolTotals self, uint256 newShares, uint256 newEther, uint256 time) pure returns (PoolTotals) {
    require(newShares <= MASK_96, TotalSharesOverflow(newShares));
    uint256 others = (PoolTotals.unwrap(self) >> CAP_OFFSET) << CAP_OFFSET;
    return PoolTotals.wrap(others | (uint256(uint32(time)) << TIME_OFFSET) | (newEther << ETHER_OFFSET) | newShares);
}
