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
    uint256 private constant MAX_AMOUNT = 1e8;
    /// @dev Steps are mostly short, so that the sum spans several periods.
    uint256 private constant MAX_STEP = 3;
    uint256 private constant MAX_SILENCE = 2 ** 31 / MAX_STEPS;

    Entry[] private _entries;

    function testFuzz_totalIsTheSumOfSevenPeriods(uint32 firstPeriod, uint256[] calldata seeds) external {
        uint256 period = firstPeriod / 2;
        RollingSum sum;
        for (uint256 i = 0; i < seeds.length && i < MAX_STEPS; ++i) {
            bool isSilence = seeds[i] % 10 == 0;
            period += bound(uint128(seeds[i]), 0, isSilence ? MAX_SILENCE : MAX_STEP);
            uint256 amount = bound(seeds[i] >> 128, 0, MAX_AMOUNT);

            sum = sum.advanceTo(period).plus(amount);
            _entries.push(Entry(period, amount));

            vm.assertEq(sum.total(), _naiveTotal(period), "sum after an addition");
            uint256 later = period + (seeds[i] % (PERIODS + 2));
            vm.assertEq(sum.advanceTo(later).total(), _naiveTotal(later), "sum seen later");
        }
    }

    function testFuzz_aSilenceOfAnyLengthForgetsEverything(uint256 silence, uint32 amount) external pure {
        silence = bound(silence, PERIODS, type(uint32).max - 1);
        RollingSum sum;
        sum = sum.advanceTo(1).plus(amount);

        vm.assertEq(sum.advanceTo(1 + silence).total(), 0, "nothing is left");
        vm.assertEq(sum.advanceTo(PERIODS).total(), amount, "the seventh period still counts");
    }

    function testFuzz_plusRefusesWhatDoesNotFit(uint256 held, uint256 added) external {
        held = bound(held, 1, type(uint32).max);
        added = bound(added, uint256(type(uint32).max) + 1 - held, type(uint128).max);

        vm.expectRevert(abi.encodeWithSelector(RollingSumOverflow.selector, held + added));
        this.plusTwice(held, added);
    }

    function plusTwice(uint256 held, uint256 added) external pure returns (RollingSum sum) {
        return sum.advanceTo(5).plus(held).plus(added);
    }

    function _naiveTotal(uint256 period) private view returns (uint256 sum) {
        for (uint256 i = 0; i < _entries.length; ++i)
            if (_entries[i].period + PERIODS > period) sum += _entries[i].amount;
    }
}
