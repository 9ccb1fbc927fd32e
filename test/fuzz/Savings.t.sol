// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Savings, savingsOf} from "../../contracts/types/Savings.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @title SavingsTest
/// @notice Four fields in one slot: what changes one leaves the others alone.
contract SavingsTest {
    function testFuzz_aNewRateKeepsTheOthers(
        uint128 rate,
        uint40 growth,
        uint24 costs,
        int64 unbuffered,
        uint128 newRate
    ) external pure {
        Savings savings = savingsOf(rate, growth, costs);
        _assertFields(savings, rate, growth, costs, 0);
        savings = savings.withUnbuffered(unbuffered);
        _assertFields(savings, rate, growth, costs, unbuffered);
        _assertFields(savings.withRate(newRate), newRate, growth, costs, unbuffered);
    }

    function testFuzz_spendingOneKeepsTheOthers(
        uint128 rate,
        uint40 growth,
        uint24 costs,
        int64 unbuffered,
        uint256 spent
    ) external pure {
        Savings savings = savingsOf(rate, growth, costs).withUnbuffered(unbuffered);
        uint256 spentGrowth = bound(spent, 0, growth);
        _assertFields(savings.minusGrowth(spentGrowth), rate, growth - spentGrowth, costs, unbuffered);
        uint256 spentCosts = bound(spent, 0, costs);
        _assertFields(savings.minusCosts(spentCosts), rate, growth, costs - spentCosts, unbuffered);
    }

    function _assertFields(
        Savings savings,
        uint256 rate,
        uint256 growth,
        uint256 costs,
        int256 unbuffered
    ) private pure {
        vm.assertEq(savings.highWaterRateRay(), rate, "rate");
        vm.assertEq(savings.growth(), growth, "growth");
        vm.assertEq(savings.costs(), costs, "costs");
        vm.assertTrue(savings.unbufferedGwei() == unbuffered, "unbuffered");
    }
}
