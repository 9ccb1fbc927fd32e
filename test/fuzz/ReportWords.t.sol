// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {Report} from "../../contracts/types/Report.sol";
import {ReportAmounts, reportAmounts} from "../../contracts/types/ReportAmounts.sol";
import {ReportCounters, reportCounters} from "../../contracts/types/ReportCounters.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @title ReportWordsTest
/// @notice What is kept of a report, in two slots: each field comes back as it was, and none that does not fit is kept.
contract ReportWordsTest {
    uint256 private constant MAX_24 = type(uint24).max;

    function testFuzz_countersComeBack(
        uint32 refSlot,
        uint64 validatorsGwei,
        uint64 pendingGwei,
        uint64 stakedGwei,
        uint256 keys
    ) external view {
        Report memory report;
        report.refSlot = refSlot;
        report.validatorsGwei = validatorsGwei;
        report.pendingGwei = uint64(bound(pendingGwei, 0, type(uint64).max - validatorsGwei));
        report.stakedWei = uint128(uint256(stakedGwei) * 1 gwei);
        report.stakedKeys = uint24(keys);
        report.exitedKeys = uint32(bound(keys >> 64, 0, report.stakedKeys));
        report.slashedKeys = uint32(bound(keys >> 128, 0, report.stakedKeys));
        report.lostKeys = uint32(bound(keys >> 192, 0, report.stakedKeys));

        ReportCounters counters = this.countersOf(report);
        vm.assertEq(counters.refSlot(), refSlot, "slot");
        vm.assertEq(counters.clBalanceGwei(), uint256(validatorsGwei) + report.pendingGwei, "balance");
        vm.assertEq(counters.stakedGwei(), stakedGwei, "stake");
        vm.assertEq(counters.stakedKeys(), report.stakedKeys, "staked keys");
        vm.assertEq(counters.exitedKeys(), report.exitedKeys, "exited keys");
        vm.assertEq(counters.slashedKeys(), report.slashedKeys, "slashed keys");
        vm.assertEq(counters.lostKeys(), report.lostKeys, "lost keys");
    }

    function testFuzz_amountsComeBack(
        uint96 credited,
        uint96 deferred,
        uint40 chargedAt,
        uint24 exiting
    ) external pure {
        ReportAmounts amounts = reportAmounts(credited, deferred, chargedAt, exiting);
        vm.assertEq(amounts.creditedFromVaults(), credited, "credited");
        vm.assertEq(amounts.deferredRewards(), deferred, "deferred");
        vm.assertEq(amounts.costsChargedAt(), chargedAt, "charged");
        vm.assertEq(amounts.exitingKeys(), exiting, "exiting keys");
    }

    function testFuzz_refusesWhatDoesNotFit(uint32 keys, uint64 refSlot, uint256 ethAmount) external {
        Report memory report;
        report.stakedKeys = uint32(bound(keys, MAX_24 + 1, type(uint32).max));
        vm.expectRevert(_overflow(24, report.stakedKeys));
        this.countersOf(report);

        report.refSlot = uint64(bound(refSlot, uint256(type(uint32).max) + 1, type(uint64).max));
        vm.expectRevert(_overflow(32, report.refSlot));
        this.countersOf(report);

        ethAmount = bound(ethAmount, uint256(type(uint96).max) + 1, type(uint256).max);
        vm.expectRevert(_overflow(96, ethAmount));
        this.amountsOf(ethAmount, 0);
        vm.expectRevert(_overflow(96, ethAmount));
        this.amountsOf(0, ethAmount);
    }

    function countersOf(Report calldata report) external pure returns (ReportCounters) {
        return reportCounters(report);
    }

    function amountsOf(uint256 credited, uint256 deferred) external pure returns (ReportAmounts) {
        return reportAmounts(credited, deferred, 1, 1);
    }

    function _overflow(uint8 bits, uint256 value) private pure returns (bytes memory) {
        return abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, bits, value);
    }
}
