// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Savings, savingsOf} from "../../contracts/types/Savings.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @title SavingsTest
/// @notice Three fields in one slot: what changes one leaves the others alone.
contract SavingsTest {
    function testFuzz_aNewRateKeepsTheSavings(
        uint128 rate,
        uint64 growth,
        uint64 costs,
        uint128 newRate
    ) external pure {
        Savings savings = savingsOf(rate, growth, costs);
        _assertFields(savings, rate, growth, costs);
        _assertFields(savings.withRate(newRate), newRate, growth, costs);
    }

    function testFuzz_spendingOneKeepsTheOthers(
        uint128 rate,
        uint64 growth,
        uint64 costs,
        uint256 spent
    ) external pure {
        Savings savings = savingsOf(rate, growth, costs);
        uint256 spentGrowth = bound(spent, 0, growth);
        _assertFields(savings.minusGrowth(spentGrowth), rate, growth - spentGrowth, costs);
        uint256 spentCosts = bound(spent, 0, costs);
        _assertFields(savings.minusCosts(spentCosts), rate, growth, costs - spentCosts);
    }

    function _assertFields(Savings savings, uint256 rate, uint256 growth, uint256 costs) private pure {
        vm.assertEq(savings.highWaterRateRay(), rate, "rate");
        vm.assertEq(savings.growthWad(), growth, "growth");
        vm.assertEq(savings.costsWad(), costs, "costs");
    }
}
