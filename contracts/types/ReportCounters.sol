// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {Report} from "./Report.sol";

/// @dev Counters of the last report, in one slot: bits 0 to 31 reference slot, 32 to 95 balance on the consensus layer in
///      Gwei, 96 to 159 stake reported in Gwei, then 24 bits each for keys staked, exited, slashed and lost.
type ReportCounters is uint256;

using {
    refSlot,
    clBalanceGwei,
    clBalanceWei,
    stakedGwei,
    stakedWei,
    stakedKeys,
    exitedKeys,
    slashedKeys,
    lostKeys,
    keysLostSince
} for ReportCounters global;

uint256 constant CL_BALANCE_OFFSET = 32;
uint256 constant STAKED_OFFSET = 96;
uint256 constant STAKED_KEYS_OFFSET = 160;
uint256 constant EXITED_KEYS_OFFSET = 184;
uint256 constant SLASHED_KEYS_OFFSET = 208;
uint256 constant LOST_KEYS_OFFSET = 232;

/// @dev Counters of `report`, of which is checked that it counts no more keys of any kind than were staked to.
function reportCounters(Report calldata report) pure returns (ReportCounters) {
    uint256 first =
        SafeCast.toUint32(report.refSlot) |
            (uint256(report.validatorsGwei + report.pendingGwei) << CL_BALANCE_OFFSET) |
            (uint256(SafeCast.toUint64(report.stakedWei / 1 gwei)) << STAKED_OFFSET);
    uint256 keys =
        (uint256(SafeCast.toUint24(report.stakedKeys)) << STAKED_KEYS_OFFSET) |
            (uint256(report.exitedKeys) << EXITED_KEYS_OFFSET) |
            (uint256(report.slashedKeys) << SLASHED_KEYS_OFFSET) |
            (uint256(report.lostKeys) << LOST_KEYS_OFFSET);
    return ReportCounters.wrap(keys | first);
}

function refSlot(ReportCounters self) pure returns (uint256) {
    return uint32(ReportCounters.unwrap(self));
}

/// @dev Validators and own pending deposits, Gwei.
function clBalanceGwei(ReportCounters self) pure returns (uint256) {
    return uint64(ReportCounters.unwrap(self) >> CL_BALANCE_OFFSET);
}

/// @dev Validators and own pending deposits, wei.
function clBalanceWei(ReportCounters self) pure returns (uint256) {
    unchecked {
        return clBalanceGwei(self) * 1 gwei;
    }
}

/// @dev `PoolETH.totalStaked` at the reference slot, Gwei.
function stakedGwei(ReportCounters self) pure returns (uint256) {
    return uint64(ReportCounters.unwrap(self) >> STAKED_OFFSET);
}

/// @dev `PoolETH.totalStaked` at the reference slot, wei.
function stakedWei(ReportCounters self) pure returns (uint256) {
    unchecked {
        return stakedGwei(self) * 1 gwei;
    }
}

function stakedKeys(ReportCounters self) pure returns (uint256) {
    return uint24(ReportCounters.unwrap(self) >> STAKED_KEYS_OFFSET);
}

function exitedKeys(ReportCounters self) pure returns (uint256) {
    return uint24(ReportCounters.unwrap(self) >> EXITED_KEYS_OFFSET);
}

function slashedKeys(ReportCounters self) pure returns (uint256) {
    return uint24(ReportCounters.unwrap(self) >> SLASHED_KEYS_OFFSET);
}

function lostKeys(ReportCounters self) pure returns (uint256) {
    return ReportCounters.unwrap(self) >> LOST_KEYS_OFFSET;
}

/// @dev Keys lost after `earlier`, of which is checked that it counts no more of them.
function keysLostSince(ReportCounters self, ReportCounters earlier) pure returns (uint256) {
    unchecked {
        return lostKeys(self) - lostKeys(earlier);
    }
}
