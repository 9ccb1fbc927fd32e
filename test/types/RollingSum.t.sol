// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {RollingSum, RollingSumOverflow} from "../../contracts/types/RollingSum.sol";

contract RollingSumTest {
    uint256 private constant PERIODS = 7;
    uint256 private constant STEPS = 24;

    uint256[] private _periods;
    uint256[] private _amounts;

    function test_total_isZeroAtFirst() external pure {
        assert(RollingSum.wrap(0).total() == 0);
        assert(RollingSum.wrap(0).advanceTo(type(uint32).max).total() == 0);
    }

    function test_advanceTo_keepsSixPeriodsAndDropsTheSeventh() external pure {
        RollingSum sum = RollingSum.wrap(0).advanceTo(1_000).plus(5);
        assert(sum.advanceTo(1_006).total() == 5);
        assert(sum.advanceTo(1_007).total() == 0);
        assert(sum.advanceTo(1_000_000).total() == 0);
    }

    function test_plus_fillsOnePeriodUpTo32Bits() external {
        RollingSum full = RollingSum.wrap(0).advanceTo(9).plus(type(uint32).max);
        assert(full.total() == type(uint32).max);
        assert(full.advanceTo(10).plus(type(uint32).max).total() == 2 * uint256(type(uint32).max));

        try this.plus(full, 1) {
            assert(false);
        } catch (bytes memory reason) {
            bytes memory expected = abi.encodeWithSelector(RollingSumOverflow.selector, uint256(type(uint32).max) + 1);
            assert(keccak256(reason) == keccak256(expected));
        }
    }

    function test_advanceTo_revertsWhenTimeRunsBackwards() external {
        RollingSum sum = RollingSum.wrap(0).advanceTo(10);
        try this.advanceTo(sum, 9) {
            assert(false);
        } catch Panic(uint256 code) {
            assert(code == 0x11);
        }
    }

    function testFuzz_total_isTheSumOfSevenPeriods(uint256 seed) external {
        uint256 period = seed % 2 ** 31;
        RollingSum sum = RollingSum.wrap(0).advanceTo(period);
        for (uint256 i = 0; i < STEPS; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            period += (seed >> 32) % 4;
            uint256 amount = uint256(uint32(seed)) / STEPS;
            sum = sum.advanceTo(period).plus(amount);
            _periods.push(period);
            _amounts.push(amount);

            assert(sum.total() == _expectedAt(period));
        }
    }

    function plus(RollingSum sum, uint256 amount) external pure returns (RollingSum) {
        return sum.plus(amount);
    }

    function advanceTo(RollingSum sum, uint256 period) external pure returns (RollingSum) {
        return sum.advanceTo(period);
    }

    function _expectedAt(uint256 period) private view returns (uint256 expected) {
        for (uint256 i = 0; i < _periods.length; ++i) {
            if (_periods[i] + PERIODS > period) expected += _amounts[i];
        }
    }
}
