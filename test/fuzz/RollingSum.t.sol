// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {RollingSum, RollingSumOverflow} from "../../contracts/types/RollingSum.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @title RollingSumTest
/// @notice One slot of seven periods against a list of everything that was ever added.
contract RollingSumTest {
    struct Entry {
        uint256 period;
        uint256 amount;
    }

    uint256 private constant PERIODS = 7;
    uint256 private constant MAX_STEPS = 24;
    uint256 private constant MAX_AMOUNT = 2 ** 26 / MAX_STEPS;
    /// @dev Steps are mostly short, so that the sum spans several periods.
    uint256 private constant MAX_STEP = 3;
    uint256 private constant MAX_SILENCE = 2 ** 17 / MAX_STEPS;
    uint256 private constant MAX_PERIOD = 2 ** 18 - 1;
    /// @dev Four hours fill 18 bits in the year 2089.
    uint256 private constant PERIODS_OF_2089 = 2 ** 18;
    uint256 private constant MAX_SUM = 2 ** 26 - 1;
    uint256 private constant MAX_GRAND = 2 ** 56 - 1;

    Entry[] private _entries;

    function testFuzz_totalIsTheSumOfSevenPeriods(uint16 firstPeriod, uint256[] calldata seeds) external {
        uint256 period = firstPeriod;
        uint256 grand = 0;
        RollingSum sum;
        for (uint256 i = 0; i < seeds.length && i < MAX_STEPS; ++i) {
            bool isSilence = seeds[i] % 10 == 0;
            period += bound(uint128(seeds[i]), 0, isSilence ? MAX_SILENCE : MAX_STEP);
            uint256 amount = bound(seeds[i] >> 128, 0, MAX_AMOUNT);

            sum = sum.advanceTo(period).plus(amount).plusGrand(amount * 1 gwei);
            _entries.push(Entry(period, amount));
            grand += amount * 1 gwei;
            vm.assertEq(sum.grandTotal(), grand, "the total that never forgets");

            vm.assertEq(sum.total(), _naiveTotal(period), "sum after an addition");
            uint256 later = period + (seeds[i] % (PERIODS + 2));
            vm.assertEq(sum.advanceTo(later).total(), _naiveTotal(later), "sum seen later");
        }
    }

    function testFuzz_aSilenceOfAnyLengthForgetsEverything(uint256 silence, uint256 amount) external pure {
        silence = bound(silence, PERIODS, MAX_PERIOD - 1);
        amount = bound(amount, 0, MAX_SUM);
        RollingSum sum;
        sum = sum.advanceTo(1).plus(amount).plusGrand(MAX_GRAND);

        vm.assertEq(sum.advanceTo(1 + silence).total(), 0, "nothing is left");
        vm.assertEq(sum.advanceTo(PERIODS).total(), amount, "the seventh period still counts");
        vm.assertEq(sum.advanceTo(1 + silence).grandTotal(), MAX_GRAND, "the total that never forgets");
    }

    /// @dev Periods are numbered from 1970 on, so a number grows out of its bits while the sum is in use.
    function testFuzz_noPeriodIsTooLate(uint256 period, uint256 elapsed, uint256 amount) external pure {
        period = bound(period, PERIODS_OF_2089 - 2 * PERIODS, type(uint32).max);
        elapsed = bound(elapsed, 0, 2 * PERIODS);
        amount = bound(amount, 0, MAX_SUM);
        RollingSum sum;
        sum = sum.advanceTo(period).plus(amount).plusGrand(MAX_GRAND);
        vm.assertEq(sum.total(), amount, "no more than was added");

        sum = sum.advanceTo(period + elapsed);
        vm.assertEq(sum.total(), elapsed < PERIODS ? amount : 0, "what is left");
        vm.assertEq(sum.grandTotal(), MAX_GRAND, "the total that never forgets");
    }

    function testFuzz_plusRefusesWhatDoesNotFit(uint256 held, uint256 added) external {
        held = bound(held, 1, MAX_SUM);
        added = bound(added, MAX_SUM + 1 - held, type(uint128).max);

        vm.expectRevert(abi.encodeWithSelector(RollingSumOverflow.selector, held + added));
        this.plusTwice(held, added);
    }

    function testFuzz_plusGrandRefusesWhatDoesNotFit(uint256 held, uint256 added) external {
        held = bound(held, 1, MAX_GRAND);
        added = bound(added, MAX_GRAND + 1 - held, type(uint128).max);

        vm.expectRevert(abi.encodeWithSelector(RollingSumOverflow.selector, held + added));
        this.plusGrandTwice(held, added);
    }

    function plusGrandTwice(uint256 held, uint256 added) external pure returns (RollingSum sum) {
        return sum.advanceTo(5).plusGrand(held).plusGrand(added);
    }

    function plusTwice(uint256 held, uint256 added) external pure returns (RollingSum sum) {
        return sum.advanceTo(5).plus(held).plus(added);
    }

    function _naiveTotal(uint256 period) private view returns (uint256 sum) {
        for (uint256 i = 0; i < _entries.length; ++i)
            if (_entries[i].period + PERIODS > period) sum += _entries[i].amount;
    }
}
