// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {RebaseLimits} from "../../contracts/libraries/RebaseLimits.sol";
import {Fees} from "../../contracts/types/Fees.sol";
import {PoolFixture} from "../helpers/PoolFixture.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @title LossLimitTest
/// @notice How much a captured policy may take off the share rate, or add to it, over years.
contract LossLimitTest is PoolFixture {
    struct Loss {
        uint256 time;
        /// @dev Part of the rate, scaled by 1e18 and rounded down.
        uint256 partWad;
    }

    uint256 private constant WAD = 1e18;
    uint256 private constant POOL = 10_000 ether;
    uint256 private constant MAX_REBASES = 40;
    uint256 private constant MAX_STEP = 50 days;
    uint256 private constant MAX_LOSS_WAD = 0.06e18;
    uint256 private constant LIMIT_WAD = 0.05e18;
    /// @dev What rounding a loss up to billionths of the rate may add.
    uint256 private constant ROUNDING_WAD = 1e9;
    uint256 private constant LONGEST_MEMORY = uint256(7 * 365 days) / 6;
    uint256 private constant FRACTION = 1e11;
    uint256 private constant GROWTH_PER_YEAR = 0.1e11;
    uint256 private constant SAVED_PERIOD = 30 days;

    Loss[] private _losses;

    function setUp() external {
        _deployPool();
        vm.deal(address(this), POOL);
        poolETH.deposit{value: POOL}(address(this), address(0));
    }

    function testFuzz_I37_unannouncedLossesStayWithinFivePercentInAnyYear(uint256[] calldata seeds) external {
        for (uint256 i = 0; i < seeds.length && i < MAX_REBASES; ++i) {
            vm.warp(block.timestamp + bound(uint128(seeds[i]), 0, MAX_STEP));
            uint256 pooled = poolETH.totalPooledEther();
            uint256 lossWad = _lossOf(seeds[i] >> 128);
            uint256 loss = (pooled * lossWad) / WAD;
            if (loss == 0) continue;

            bool isBooked = _tryRebase(pooled - loss);

            uint256 remembered = _sumSince(LONGEST_MEMORY) + _losses.length * ROUNDING_WAD;
            bool mustBeBooked = remembered + lossWad + ROUNDING_WAD <= LIMIT_WAD;
            vm.assertTrue(isBooked || !mustBeBooked, "a loss within the limit is booked");
            if (!isBooked) continue;
            _losses.push(Loss(block.timestamp, (loss * WAD) / pooled));
            vm.assertLe(_sumSince(365 days), LIMIT_WAD, "a year's losses stay within the limit");
        }
    }

    function testFuzz_I37_growthAccruesAndIsSpent(uint256[] calldata seeds) external {
        // At deployment nothing is saved up, and a month's growth is the most that ever is.
        uint256 saved = 0;
        for (uint256 i = 0; i < seeds.length && i < MAX_REBASES; ++i) {
            uint256 elapsed = bound(uint128(seeds[i]), 0, MAX_STEP);
            vm.warp(block.timestamp + elapsed);
            saved += (GROWTH_PER_YEAR * elapsed) / 365 days;
            uint256 most = (GROWTH_PER_YEAR * SAVED_PERIOD) / 365 days;
            if (saved > most) saved = most;
            uint256 pooled = poolETH.totalPooledEther();
            uint256 allowed = (saved * pooled) / FRACTION;
            vm.assertEq(poolETH.rebaseState().maxGain, allowed, "what is told is what is saved up");

            vm.assertFalse(_tryRebase(pooled + allowed + 1 + pooled / FRACTION), "more than is saved up is refused");
            uint256 gain = bound(seeds[i] >> 128, 0, allowed);
            vm.assertTrue(_tryRebase(pooled + gain), "all that is saved up may be used");
            saved -= (gain * FRACTION + pooled - 1) / pooled;
        }
    }

    /// @dev Mostly small losses, so that many fit.
    function _lossOf(uint256 seed) private pure returns (uint256) {
        return bound(seed / 4, 0, seed % 4 == 0 ? MAX_LOSS_WAD : MAX_LOSS_WAD / 12);
    }

    function _tryRebase(uint256 pooledEther) private returns (bool) {
        Fees memory none;
        vm.prank(address(accounting));
        try poolETH.rebase(pooledEther, none, 0) {
            return true;
        } catch (bytes memory reason) {
            bytes4 selector = bytes4(reason);
            bool isLimit =
                selector == RebaseLimits.LossAboveLimit.selector || selector == RebaseLimits.GainAboveLimit.selector;
            vm.assertTrue(isLimit, "refused for the limit and nothing else");
            return false;
        }
    }

    function _sumSince(uint256 window) private view returns (uint256 sum) {
        for (uint256 i = 0; i < _losses.length; ++i)
            if (_losses[i].time + window > block.timestamp) sum += _losses[i].partWad;
    }
}
