// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Fees} from "../../contracts/types/Fees.sol";
import {PoolFixture} from "../helpers/PoolFixture.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @title RebaseArithmeticTest
/// @notice Rebases of a pool whose every field may be at its limit, against the same formulas with checked arithmetic of
///         512 bits: unchecked arithmetic and packed words give the same result, or both refuse.
contract RebaseArithmeticTest is PoolFixture {
    struct State {
        uint256 shares;
        uint256 pooledEther;
        uint256 rateRay;
        uint256 growth;
        uint256 costs;
        uint256 elapsed;
        int64 unbufferedGwei;
    }

    uint256 private constant RAY = 1e27;
    uint256 private constant FRACTION = 1e11;
    uint256 private constant COSTS_PER_YEAR = 0.002e11;
    uint256 private constant MASK_96 = type(uint96).max;
    uint256 private constant TOTALS_SLOT = 8;
    uint256 private constant SAVINGS_SLOT = 12;
    uint256 private constant STEPS = 16;
    uint256 private constant CENTURY = 100 * 365 days;

    uint256 private _seed;

    function setUp() external {
        _deployPool();
    }

    function testFuzz_I19_I21_noFieldIsTooLarge(uint256 seed) external {
        _seed = seed;
        for (uint256 i = 0; i < STEPS; ++i) {
            State memory state = _anyState();
            _store(state);
            uint256 newPooledEther = _anyGain(state);
            Fees memory fees = _anyFees(state, newPooledEther);
            _compare(state, newPooledEther, fees);
        }
    }

    /// @notice What a rebase must lead to: the words of totals and savings. It reverts where a rebase must.
    function expected(
        State memory state,
        uint256 newPooledEther,
        Fees memory fees
    ) public view returns (uint256 totals, uint256 savings) {
        require(newPooledEther >= state.pooledEther && newPooledEther <= MASK_96, "ether");
        uint256 gain = newPooledEther - state.pooledEther;
        uint256 growth = _growth(state) - Math.mulDiv(gain, FRACTION, state.pooledEther, Math.Rounding.Ceil);
        uint256 costs = _costs(state) - Math.mulDiv(fees.costs, FRACTION, newPooledEther, Math.Rounding.Ceil);
        require(fees.fee <= _lift(state, newPooledEther, fees.costs) / 5, "fee");

        uint256 holdersEther = newPooledEther - fees.fee - fees.costs;
        uint256 shares = state.shares + Math.mulDiv(fees.fee, state.shares, holdersEther);
        shares += Math.mulDiv(fees.costs, state.shares, holdersEther);
        uint256 rateRay = Math.max(state.rateRay, Math.mulDiv(newPooledEther, RAY, shares));
        require(shares <= MASK_96 && rateRay <= type(uint128).max, "too large");
        totals = (uint256(uint32(block.timestamp)) << 192) | (newPooledEther << 96) | shares;
        savings = (uint256(uint64(state.unbufferedGwei)) << 192) | (costs << 168) | (growth << 128) | rateRay;
    }

    function _compare(State memory state, uint256 newPooledEther, Fees memory fees) private {
        vm.prank(address(accounting));
        try poolETH.rebase(newPooledEther, fees, state.unbufferedGwei) {
            (uint256 totals, uint256 savings) = expected(state, newPooledEther, fees);
            vm.assertEq(_word(TOTALS_SLOT), bytes32(totals), "totals");
            vm.assertEq(_word(SAVINGS_SLOT), bytes32(savings), "savings");
        } catch {
            try this.expected(state, newPooledEther, fees) {
                vm.assertTrue(false, "nothing forbids this rebase");
            } catch {}
        }
    }

    function _store(State memory state) private {
        vm.warp(START_TIME + state.elapsed);
        uint256 totals = (START_TIME << 192) | (state.pooledEther << 96) | state.shares;
        uint256 savings = (state.costs << 168) | (state.growth << 128) | state.rateRay;
        // What was not buffered before has no influence.
        savings |= _next() << 192;
        vm.store(address(poolETH), bytes32(TOTALS_SLOT), bytes32(totals));
        vm.store(address(poolETH), bytes32(SAVINGS_SLOT), bytes32(savings));
    }

    function _anyState() private returns (State memory state) {
        state.shares = _any(1, MASK_96);
        bool isOrdinary = _next() % 2 == 0;
        state.pooledEther = isOrdinary ? Math.min(MASK_96, state.shares + _any(0, state.shares)) : _any(1, MASK_96);
        uint256 rateRay = Math.mulDiv(state.pooledEther, RAY, state.shares);
        state.rateRay = _next() % 2 == 0 ? Math.min(rateRay, type(uint128).max) : _any(1, type(uint128).max);
        state.growth = _any(0, type(uint40).max);
        state.costs = _any(0, type(uint24).max);
        state.elapsed = _any(0, CENTURY);
        state.unbufferedGwei = int64(uint64(_next()));
    }

    function _anyGain(State memory state) private returns (uint256) {
        uint256 most = state.pooledEther + Math.mulDiv(_growth(state), state.pooledEther, FRACTION);
        if (_next() % 8 == 0) return _any(state.pooledEther, MASK_96 + 1);
        return _next() % 4 == 0 ? most + 1 : _any(state.pooledEther, most);
    }

    function _anyFees(State memory state, uint256 newPooledEther) private returns (Fees memory fees) {
        uint256 mostCosts = Math.mulDiv(_costs(state), newPooledEther, FRACTION);
        fees.costs = _next() % 8 == 0 ? _any(0, type(uint256).max) : _any(0, mostCosts);
        uint256 lift = fees.costs > newPooledEther ? 0 : _lift(state, newPooledEther, fees.costs);
        fees.fee = _next() % 8 == 0 ? _any(0, type(uint256).max) : _any(0, lift / 5);
        (fees.treasury, fees.operations) = (TREASURY, OPERATIONS);
    }

    /// @dev One of the ends, their neighbours, or anything between.
    function _any(uint256 minimum, uint256 maximum) private returns (uint256) {
        uint256 choice = _next() % 6;
        if (minimum == maximum || choice == 0) return minimum;
        if (choice == 1) return maximum;
        if (choice == 2) return minimum + 1;
        if (choice == 3) return maximum - 1;
        return bound(_next(), minimum, maximum);
    }

    function _next() private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed;
    }

    function _word(uint256 slot) private view returns (bytes32) {
        return vm.load(address(poolETH), bytes32(slot));
    }

    function _growth(State memory state) private view returns (uint256) {
        return _saved(state.growth, state.elapsed, poolETH.MAX_GROWTH_PER_YEAR_WAD() / 1e7);
    }

    function _costs(State memory state) private pure returns (uint256) {
        return _saved(state.costs, state.elapsed, COSTS_PER_YEAR);
    }

    function _lift(State memory state, uint256 newPooledEther, uint256 costs) private pure returns (uint256) {
        uint256 highest = Math.mulDiv(state.rateRay, state.shares, RAY, Math.Rounding.Ceil);
        return Math.saturatingSub(newPooledEther - costs, highest);
    }

    function _saved(uint256 saved, uint256 elapsed, uint256 perYear) private pure returns (uint256) {
        return Math.min(saved + (perYear * elapsed) / 365 days, (perYear * 30 days) / 365 days);
    }
}
