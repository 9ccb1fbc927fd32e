// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IAccounting} from "../interfaces/IAccounting.sol";
import {Report} from "../types/Report.sol";
import {ReportCounters} from "../types/ReportCounters.sol";

/// @title ReportChecks
/// @notice What a report must satisfy before its numbers count, whoever signed it.
library ReportChecks {
    /// @dev Who signed a report, of how many.
    struct Votes {
        uint256 signers;
        uint256 members;
    }

    uint256 internal constant BASIS_POINTS = 10_000;
    uint256 internal constant STAKE_PER_KEY = 32 ether;
    /// @dev Above this part of the pool a loss needs two thirds of the members.
    uint256 internal constant QUORUM_LOSS_BASIS_POINTS = 5;

    bytes32 internal constant REPORT_TYPEHASH = keccak256(
        "Report(uint64 refSlot,uint64 validatorsGwei,uint64 pendingGwei,uint128 stakedWei,uint128 vaultsReceivedWei,uint32 stakedKeys,uint32 activeKeys,uint32 exitingKeys,uint32 exitedKeys,uint32 slashedKeys,uint32 lostKeys,uint64 finalizeUpTo)"
    );

    /// @dev All fields are static, so they are encoded as they stand in the calldata. A field with bits beyond its type
    ///      would give a hash that nobody signs.
    function hash(Report calldata report) internal pure returns (bytes32 structHash) {
        bytes32 typeHash = REPORT_TYPEHASH;
        // structHash = keccak256(abi.encode(REPORT_TYPEHASH, report))
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, typeHash)
            calldatacopy(add(free, 0x20), report, 0x180)
            structHash := keccak256(free, 0x1a0)
        }
    }

    /// @dev A report stands for the newest frame that has ended, and for each frame at most one is applied.
    function requireCurrent(
        uint256 refSlot,
        uint256 lastRefSlot,
        uint256 slotsPerFrame,
        uint256 currentSlot
    ) internal pure {
        require((refSlot + 1) % slotsPerFrame == 0, IAccounting.RefSlotNotOnFrame(refSlot));
        require(refSlot > lastRefSlot, IAccounting.RefSlotNotIncreasing(refSlot, lastRefSlot));
        require(
            refSlot < currentSlot && currentSlot <= refSlot + slotsPerFrame,
            IAccounting.RefSlotNotCurrent(refSlot, currentSlot)
        );
    }

    /// @dev Stake only grows, up to what was staked by now.
    function requireStaked(Report calldata report, uint256 lastStakedWei, uint256 totalStaked) internal pure {
        uint256 stakedWei = report.stakedWei;
        _requireWithin("stakedWei", stakedWei, lastStakedWei, totalStaked);
        // Deposits are whole Gwei, and so the last report is kept.
        _requireWithin("stakedWei", stakedWei % 1 gwei, 0, 0);
    }

    /// @dev What the vaults received only grows, up to what they received by now.
    function requireReceived(uint256 credited, uint256 lastCredited, uint256 vaultsReceived) internal pure {
        _requireWithin("vaultsReceivedWei", credited, lastCredited, vaultsReceived);
    }

    /// @dev Keys counted since the beginning do not become fewer, and each key staked to is counted once at most.
    function requireKeys(Report calldata report, ReportCounters last) internal pure {
        uint256 staked = report.stakedKeys;
        uint256 lost = report.lostKeys;
        _requireWithin("stakedKeys", staked, last.stakedKeys(), report.stakedWei / STAKE_PER_KEY);
        _requireWithin("slashedKeys", report.slashedKeys, last.slashedKeys(), staked);
        _requireWithin("lostKeys", lost, last.lostKeys(), staked);
        // Each has 32 bits.
        unchecked {
            uint256 notExited = uint256(report.activeKeys) + report.exitingKeys + lost;
            _requireWithin("activeKeys", notExited, 0, staked);
            _requireWithin("exitedKeys", report.exitedKeys, last.exitedKeys(), staked - notExited);
        }
    }

    /// @dev Newly lost keys widen the bound by their stake; an announced loss may be booked in one report.
    function requireLossAllowed(
        uint256 loss,
        uint256 maxLoss,
        uint256 newlyLostKeys,
        uint256 announcedLoss
    ) internal pure {
        uint256 allowed = Math.max(maxLoss + newlyLostKeys * STAKE_PER_KEY, announcedLoss);
        require(loss <= allowed, IAccounting.ReportedLossAboveLimit(loss, allowed));
    }

    function requireSignersForLoss(uint256 loss, uint256 pooledEther, Votes memory votes) internal pure {
        if (loss * BASIS_POINTS <= pooledEther * QUORUM_LOSS_BASIS_POINTS) return;
        uint256 required = Math.ceilDiv(2 * votes.members, 3);
        require(votes.signers >= required, IAccounting.SupermajorityRequired(loss, votes.signers, required));
    }

    function _requireWithin(bytes32 field, uint256 value, uint256 minimum, uint256 maximum) private pure {
        require(
            value >= minimum && value <= maximum,
            IAccounting.ReportFieldOutOfRange(field, value, minimum, maximum)
        );
    }
}
