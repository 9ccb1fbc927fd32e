// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccounting} from "../../contracts/interfaces/IAccounting.sol";
import {ReportChecks} from "../../contracts/libraries/ReportChecks.sol";
import {Report} from "../../contracts/types/Report.sol";
import {CommitteeKeys} from "../helpers/CommitteeKeys.sol";
import {vm} from "../helpers/Vm.sol";
import {QueueModel} from "./QueueModel.sol";

/// @title ReportActions
/// @notice The oracle observes the end of a frame, and applies what it saw some time later.
abstract contract ReportActions is QueueModel {
    struct Before {
        uint256 pooledEther;
        uint256 totalShares;
        uint256 treasuryShares;
        uint256 operationsShares;
        uint256 setAside;
    }

    uint256 private constant RAY = 1e27;
    uint256 private constant NOTICE = 72 hours;

    Report private _observed;
    int256 private _observedEarned;
    uint256 private _observedPenalties;
    /// @dev Highest share rate after fees.
    uint256 private _highestRateRay = RAY;
    /// @dev Highest share rate before any report: rounding lifts it a little above the other.
    uint256 private _peakRateRay = RAY;
    uint256 public modelRefSlot;
    /// @dev While a report books a loss that may need its announcement.
    bool private _isAnnounced;

    /// @dev Ends the frame, and reads everything as of its last slot.
    function observe() public {
        uint256 slot = (block.timestamp - START_TIME) / SECONDS_PER_SLOT;
        uint256 boundary = (slot / SLOTS_PER_FRAME + 1) * SLOTS_PER_FRAME;
        Counts memory counts = _count();
        _observed = Report({
            refSlot: uint64(boundary - 1),
            validatorsGwei: counts.balancesGwei,
            pendingGwei: counts.pendingGwei,
            stakedWei: uint128(modelStaked),
            vaultsReceivedWei: uint128(modelReceived),
            stakedKeys: uint32(validators.length),
            activeKeys: counts.active,
            exitingKeys: counts.exiting,
            exitedKeys: counts.exited,
            slashedKeys: counts.slashed,
            lostKeys: counts.lost,
            finalizeUpTo: 0
        });
        (_observedEarned, _observedPenalties) = (modelEarned, modelPenalties);
        _pass(START_TIME + (boundary + 1) * SECONDS_PER_SLOT - block.timestamp);
    }

    /// @dev Observes first where the last observation was used. One that has become too old is refused and forgotten.
    function report() external {
        if (_observed.refSlot == 0) observe();
        uint256 slot = (block.timestamp - START_TIME) / SECONDS_PER_SLOT;
        if (slot <= _observed.refSlot + SLOTS_PER_FRAME) return _apply();

        bytes memory reason = abi.encodeWithSelector(IAccounting.RefSlotNotCurrent.selector, _observed.refSlot, slot);
        _assertRefused(QUORUM, reason);
        _observed.refSlot = 0;
        _note("report too late");
    }

    /// @dev A loss beyond what reports may book: announced, suffered and booked in one go.
    function bookLargeLoss(uint256 seed) external {
        uint256 lossGwei = (modelEther * (8 + (seed % 7))) / 100 / 1 gwei;
        if (seed % 5 != 0 || modelEther < 100 ether) return;
        uint256 maxLoss = modelPenalties - reportedPenalties + lossGwei * 1 gwei;
        vm.prank(ADMIN);
        poolETH.announceLoss(uint96(maxLoss));
        _pass(NOTICE);
        _lose(_takeFromAll(lossGwei) * 1 gwei);
        observe();
        _isAnnounced = true;
        _apply();
        _isAnnounced = false;

        (, uint256 announcedAt, , ) = poolETH.depositGates();
        // Rewards of before may have covered most of it, and the announcement is still there.
        if (announcedAt == 0) return;
        vm.prank(ADMIN);
        poolETH.announceLoss(0);
    }

    function confirmLoss() external keepsPrice {
        (, , uint256 lossBookedAt, ) = poolETH.depositGates();
        if (lossBookedAt == 0 || block.timestamp <= lossBookedAt + 3 days) return;
        vm.prank(ADMIN);
        poolETH.confirmLoss();
        _note("loss confirmed");
    }

    function _apply() private {
        int256 rewards = _observedEarned - reportedEarned;
        int256 available = rewards + int256(modelOwned - modelEther);
        // Any number will do.
        _observed.finalizeUpTo = uint64(_observed.refSlot % 3 == 0 ? requests.length / 2 : requests.length + 1);
        Before memory before = _before();
        uint256 rateRay = (before.pooledEther * RAY) / before.totalShares;
        if (rateRay > _peakRateRay) _peakRateRay = rateRay;

        uint256 signers = _signersFor(available);
        (bool success, ) = _submit(signers);
        vm.assertTrue(success, "the report is applied");

        modelOwned = uint256(int256(modelOwned) + rewards);
        _assertMoved(before, available);
        _finalizeBooks();
        _remember();
        _assertRefused(
            signers,
            abi.encodeWithSelector(IAccounting.RefSlotNotIncreasing.selector, modelRefSlot, modelRefSlot)
        );
        _observed.refSlot = 0;
    }

    /// @dev Above 0.05 % of the pool a loss needs two thirds of the members.
    function _signersFor(int256 available) private returns (uint256) {
        if (available >= 0 || uint256(-available) * 10_000 <= modelEther * 5) return QUORUM;
        bytes memory reason = abi.encodeWithSelector(
            IAccounting.SupermajorityRequired.selector,
            uint256(-available),
            QUORUM,
            QUORUM + 1
        );
        _assertRefused(QUORUM, reason);
        return QUORUM + 1;
    }

    function _assertMoved(Before memory before, int256 available) private {
        IAccounting.LastReport memory last = accounting.lastReport();
        // Finalization took ether out after the rebase.
        uint256 paid = address(queue).balance - before.setAside;
        uint256 rebased = poolETH.totalPooledEther() + paid;
        if (available < 0) {
            vm.assertEq(before.pooledEther - rebased, uint256(-available), "I15: the whole loss is booked at once");
            // An announcement is left alone while the 5 % suffice.
            (, uint256 announcedAt, , ) = poolETH.depositGates();
            if (_isAnnounced && announcedAt == 0) {
                _note("announced loss");
            } else {
                bookedBillionths += (uint256(-available) * BILLION) / before.pooledEther + 1;
                _note("loss");
            }
        } else {
            uint256 gain = rebased - before.pooledEther;
            vm.assertEq(gain + last.deferredRewards, uint256(available), "I15: gains are booked or deferred");
            uint256 perReport = (before.pooledEther * 10) / 10_000;
            bool isRestored = rebased * RAY <= _peakRateRay * before.totalShares;
            vm.assertTrue(gain <= perReport || isRestored, "I37: a gain stays within its cap, or takes a loss back");
            _note(last.deferredRewards == 0 ? bytes32("gain") : bytes32("deferred gain"));
        }
        modelEther = rebased;
        _assertFees(before, rebased);
    }

    /// @dev The rate that fees are measured at is that of the rebase, before shares were burned.
    function _assertFees(Before memory before, uint256 rebased) private {
        uint256 treasuryShares = poolETH.sharesOf(TREASURY) - before.treasuryShares;
        uint256 operationsShares = poolETH.sharesOf(OPERATIONS) - before.operationsShares;
        modelShares += treasuryShares + operationsShares;
        uint256 costs = (operationsShares * rebased) / modelShares;
        uint256 fee = (treasuryShares * rebased) / modelShares;
        uint256 highest = (_highestRateRay * before.totalShares) / RAY;
        // Rounding lifts the rate too, but only a gain is charged.
        bool isGain = rebased > before.pooledEther;
        uint256 lift = isGain && rebased > costs + highest ? rebased - costs - highest : 0;
        vm.assertLe(fee, lift / 10 + 1, "I19: at most a tenth of what lifts the rate above its highest");
        vm.assertGe(fee + 3, lift / 10, "I19: and no less but for rounding");
        if (isGain) vm.assertLe(costs, rebased - before.pooledEther, "running costs never lower the rate");
        else vm.assertEq(treasuryShares + operationsShares, 0, "no fee without a gain");

        uint256 rateRay = (rebased * RAY) / modelShares;
        if (rateRay > _highestRateRay) _highestRateRay = rateRay;
        if (treasuryShares != 0) _note("fee");
        if (operationsShares != 0) _note("costs");
    }

    /// @dev What the report credited counts as buffered from here on, and pays requests unless a loss shuts it.
    function _finalizeBooks() private {
        modelBuffered += int256(uint256(_observed.vaultsReceivedWei)) - int256(reportedReceived);
        (, uint256 announcedAt, uint256 lossBookedAt, ) = poolETH.depositGates();
        bool isShut = announcedAt != 0 || (lossBookedAt != 0 && block.timestamp <= lossBookedAt + 3 days);
        int256 forced = int256(modelForced - modelSkimmed);
        int256 spendable = modelBuffered + forced;
        uint256 available = isShut || spendable < 0 ? 0 : uint256(spendable);
        _bookFinalized(_observed.finalizeUpTo, available);
        if (isShut && modelFinalized < requests.length) _note("finalization refused");
        bool isCovered = modelBuffered + forced >= 0 || available == 0;
        vm.assertTrue(isCovered, "I33: reports pay no more than is buffered, or was forced in");
    }

    function _remember() private {
        modelRefSlot = _observed.refSlot;
        (reportedEarned, reportedPenalties) = (_observedEarned, _observedPenalties);
        reportedClWei = (uint256(_observed.validatorsGwei) + _observed.pendingGwei) * 1 gwei;
        reportedStaked = _observed.stakedWei;
        reportedReceived = _observed.vaultsReceivedWei;
        IAccounting.LastReport memory last = accounting.lastReport();
        vm.assertEq(last.stakedKeys, _observed.stakedKeys, "I18: staked keys");
        vm.assertEq(last.exitedKeys, _observed.exitedKeys, "I18: exited keys");
        vm.assertEq(last.slashedKeys, _observed.slashedKeys, "I18: slashed keys");
        vm.assertEq(last.lostKeys, _observed.lostKeys, "I18: lost keys");
    }

    function _before() private view returns (Before memory) {
        return
            Before({
                pooledEther: poolETH.totalPooledEther(),
                totalShares: poolETH.totalShares(),
                treasuryShares: poolETH.sharesOf(TREASURY),
                operationsShares: poolETH.sharesOf(OPERATIONS),
                setAside: address(queue).balance
            });
    }

    function _assertRefused(uint256 signers, bytes memory expected) private {
        (bool success, bytes memory reason) = _submit(signers);
        vm.assertFalse(success, "the report is refused");
        vm.assertEq(reason, expected, "and for this reason");
    }

    function _submit(uint256 signers) private returns (bool, bytes memory) {
        Report memory observed = _observed;
        bytes32 structHash = keccak256(abi.encode(ReportChecks.REPORT_TYPEHASH, observed));
        bytes memory signatures = CommitteeKeys.sign(memberKeys, signers, address(committee), structHash);
        return address(poolManager).call(abi.encodeCall(IAccounting.applyReport, (observed, signatures)));
    }
}
