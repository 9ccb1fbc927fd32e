// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {RollingSum} from "../types/RollingSum.sol";
import {Savings, savingsOf} from "../types/Savings.sol";

/// @title RebaseLimits
/// @notice How far a report may move the share rate, whatever policy says: growth, fees and losses.
/// @dev Fractions of the pool are scaled by 1e11, and losses by 1e9 (`Billionth`), so that they share slots. Everything
///      rounds against the one who reports.
library RebaseLimits {
    using SafeCast for uint256;

    struct Context {
        Savings savings;
        /// @dev Losses of the last 365 to 426 days that used no announcement, in billionths of the rate.
        RollingSum losses;
        /// @dev Highest share rate since the present episode of losses began, 1e27; up to here a large loss can be taken
        ///      back.
        uint128 episodeRateRay;
        /// @dev When the episode's first loss was booked, seconds.
        uint32 episodeStart;
        /// @dev When its last large loss was booked, seconds; zero for none.
        uint32 largeLossAt;
        /// @dev When a loss was announced, seconds; zero for none.
        uint32 announcedAt;
        /// @dev Share rate from which the next large loss is measured, 1e27, so that many small ones add up to one.
        uint128 referenceRateRay;
        /// @dev Largest loss announced, wei.
        uint96 announcedLoss;
    }

    uint256 internal constant RAY = 1e27;
    uint256 internal constant FRACTION = 1e11;
    uint256 internal constant BASIS_POINTS = 10_000;
    uint256 internal constant BILLION = 1e9;

    /// @dev Growth and running costs may be saved up for this long.
    uint256 internal constant SAVED_PERIOD = 30 days;
    uint256 internal constant MAX_COSTS_PER_YEAR = 0.002e11;
    uint256 internal constant MAX_FEE_BASIS_POINTS = 2_000;
    /// @dev Seven of these cover any 365 days.
    uint256 internal constant LOSS_PERIOD = 365 days / uint256(6);
    uint256 internal constant MAX_LOSSES_BILLIONTH = 0.05e9;
    uint256 internal constant LARGE_LOSS_BILLIONTH = 0.005e9;
    uint256 internal constant EPISODE = 14 days;
    uint256 internal constant LOSS_NOTICE = 72 hours;
    uint256 internal constant ANNOUNCEMENT_VALIDITY = 14 days;
    uint256 internal constant SETTLING_TIME = 3 days;

    /// @notice A gain exceeds the growth that is allowed by now.
    /// @param gain Wei reported.
    /// @param allowed Wei allowed.
    error GainAboveLimit(uint256 gain, uint256 allowed);
    /// @notice A loss exceeds what was announced and what may be booked without an announcement.
    /// @param loss Wei reported.
    /// @param allowed Wei allowed without an announcement.
    error LossAboveLimit(uint256 loss, uint256 allowed);
    /// @notice A fee exceeds its share of what lifts the rate above its highest.
    /// @param fee Wei asked for.
    /// @param allowed Wei allowed.
    error FeeAboveLimit(uint256 fee, uint256 allowed);
    /// @notice Running costs exceed what is allowed by now.
    /// @param costs Wei asked for.
    /// @param allowed Wei allowed.
    error CostsAboveLimit(uint256 costs, uint256 allowed);

    /// @dev What is saved up now, `elapsed` seconds after the last rebase.
    function open(Context storage self, uint256 elapsed, uint256 growthPerYear) internal view returns (Savings) {
        Savings kept = self.savings;
        return
            savingsOf(
                kept.highWaterRateRay(),
                _saved(kept.growth(), elapsed, growthPerYear),
                _saved(kept.costs(), elapsed, MAX_COSTS_PER_YEAR)
            );
    }

    /// @dev Keeps what is left, with the high-water mark raised to the rate after fees, and what is not buffered.
    function close(
        Context storage self,
        Savings savings,
        uint256 pooledEther,
        uint256 shares,
        int64 unbufferedGwei
    ) internal {
        // Ether has 96 bits and RAY 90.
        unchecked {
            uint256 rateRay = (pooledEther * RAY) / shares;
            if (rateRay > savings.highWaterRateRay()) savings = savings.withRate(rateRay.toUint128());
        }
        self.savings = savings.withUnbuffered(unbufferedGwei);
    }

    /// @dev Books a gain from `before` to `afterwards` wei. What takes a large loss back costs no growth;
    ///      `mayRestore` is false where the caller knows that no large loss is open.
    function bookGain(
        Context storage self,
        Savings savings,
        uint256 before,
        uint256 afterwards,
        uint256 shares,
        bool mayRestore
    ) internal returns (Savings) {
        uint256 gain = afterwards - before;
        if (mayRestore && isRestorable(self)) {
            uint256 restored = restorable(self, before, shares);
            if (gain >= restored) self.largeLossAt = 0;
            gain = Math.saturatingSub(gain, restored);
        }
        // Ether has 96 bits, FRACTION 37 and growth 40.
        unchecked {
            uint256 used = (gain * FRACTION + before - 1) / before;
            uint256 growth = savings.growth();
            if (used > growth) revert GainAboveLimit(gain, (growth * before) / FRACTION);
            return savings.minusGrowth(used);
        }
    }

    /// @dev Books a loss from `before` to `afterwards` wei: on the allowance of the year while that suffices, so that no
    ///      small loss uses up an announcement, else on the announcement.
    function bookLoss(Context storage self, uint256 before, uint256 afterwards, uint256 shares) internal {
        uint256 loss = before - afterwards;
        RollingSum losses = self.losses.advanceTo(block.timestamp / LOSS_PERIOD);
        uint256 left = MAX_LOSSES_BILLIONTH - losses.total();
        uint256 billionths = Math.ceilDiv(loss * BILLION, before);
        bool announced = billionths > left && isAnnouncementRipe(self) && loss <= self.announcedLoss;
        if (announced) {
            (self.announcedAt, self.announcedLoss) = (0, 0);
        } else {
            require(billionths <= left, LossAboveLimit(loss, (left * before) / BILLION));
            self.losses = losses.plus(billionths);
        }
        _continueEpisode(self, (before * RAY) / shares, (afterwards * RAY) / shares, announced);
    }

    /// @dev Checks running costs of a rebase to `pooledEther` wei, and spends them.
    function chargeCosts(Savings savings, uint256 pooledEther, uint256 costs) internal pure returns (Savings) {
        uint256 used = Math.ceilDiv(costs * FRACTION, pooledEther);
        uint256 saved = savings.costs();
        require(used <= saved, CostsAboveLimit(costs, (saved * pooledEther) / FRACTION));
        return savings.minusCosts(used);
    }

    /// @dev Checks the fee of a rebase to `pooledEther` wei after costs.
    function requireFee(Savings savings, uint256 pooledEther, uint256 shares, uint256 fee) internal pure {
        // Rates have 128 bits, shares and ether 96.
        unchecked {
            uint256 highest = (savings.highWaterRateRay() * shares + RAY - 1) / RAY;
            uint256 lift = pooledEther > highest ? pooledEther - highest : 0;
            uint256 allowed = (lift * MAX_FEE_BASIS_POINTS) / BASIS_POINTS;
            if (fee > allowed) revert FeeAboveLimit(fee, allowed);
        }
    }

    /// @dev Announces a loss of up to `maxLoss` wei; zero withdraws an announcement.
    function announceLoss(Context storage self, uint96 maxLoss) internal {
        (self.announcedLoss, self.announcedAt) = (maxLoss, maxLoss == 0 ? 0 : uint32(block.timestamp));
    }

    /// @dev Wei by which a gain may take a large loss back.
    function restorable(Context storage self, uint256 pooledEther, uint256 shares) internal view returns (uint256) {
        if (!isRestorable(self)) return 0;
        return Math.saturatingSub(Math.mulDiv(self.episodeRateRay, shares, RAY), pooledEther);
    }

    /// @dev Ends the time in which a large loss can be taken back.
    function confirmLoss(Context storage self) internal {
        (self.largeLossAt, self.episodeStart) = (0, 0);
    }

    /// @dev Whether a large loss can still be taken back; deposits at its rate would share in what is given back.
    function isRestorable(Context storage self) internal view returns (bool) {
        return self.largeLossAt != 0 && block.timestamp <= uint256(self.largeLossAt) + EPISODE;
    }

    /// @dev Whether a large loss was booked within the last three days.
    function isSettling(Context storage self) internal view returns (bool) {
        return self.largeLossAt != 0 && block.timestamp <= uint256(self.largeLossAt) + SETTLING_TIME;
    }

    function isAnnounced(Context storage self) internal view returns (bool) {
        uint256 announcedAt = self.announcedAt;
        return announcedAt != 0 && block.timestamp <= announcedAt + LOSS_NOTICE + ANNOUNCEMENT_VALIDITY;
    }

    /// @dev Whether an announced loss may be booked now.
    function isAnnouncementRipe(Context storage self) internal view returns (bool) {
        return isAnnounced(self) && block.timestamp >= self.announcedAt + LOSS_NOTICE;
    }

    /// @dev Losses of 14 days form one episode, and so do those that follow while a large one can still be taken back.
    function _continueEpisode(Context storage self, uint256 rateBefore, uint256 rateAfter, bool announced) private {
        if (block.timestamp > uint256(self.episodeStart) + EPISODE && !isRestorable(self)) {
            (self.episodeStart, self.largeLossAt) = (uint32(block.timestamp), 0);
            (self.episodeRateRay, self.referenceRateRay) = (0, 0);
        }
        if (rateBefore > self.episodeRateRay) self.episodeRateRay = rateBefore.toUint128();
        if (rateBefore > self.referenceRateRay) self.referenceRateRay = rateBefore.toUint128();

        uint256 referenceRate = self.referenceRateRay;
        bool isLarge = (referenceRate - rateAfter) * BILLION > referenceRate * LARGE_LOSS_BILLIONTH;
        if (isLarge || announced) {
            self.largeLossAt = uint32(block.timestamp);
            self.referenceRateRay = rateAfter.toUint128();
        }
    }

    function _saved(uint256 saved, uint256 elapsed, uint256 perYear) private pure returns (uint256) {
        // What a year adds has 44 bits, times 64.
        unchecked {
            uint256 sum = saved + (perYear * elapsed) / 365 days;
            uint256 most = (perYear * SAVED_PERIOD) / 365 days;
            return sum < most ? sum : most;
        }
    }
}
