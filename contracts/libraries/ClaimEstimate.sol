// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPoolETH} from "../interfaces/IPoolETH.sol";

/// @title ClaimEstimate
/// @notice When a request that waits is likely to be paid. An estimate, from a rhythm that nobody promises.
library ClaimEstimate {
    /// @dev Reports come once a day.
    uint256 private constant REPORT_PERIOD = 1 days;
    /// @dev 256 epochs of 32 slots of 12 seconds between the exit of a validator and when it can be withdrawn.
    uint256 private constant WITHDRAWABILITY_DELAY = 256 * 32 * 12;
    /// @dev The sweep, which pays validators out in turn, takes up to about nine days for a round.
    uint256 private constant LONGEST_SWEEP = 9 days;
    /// @dev Finalization is shut for so long by a loss that was announced, and by one that was booked; see `RebaseLimits`.
    uint256 private constant LONGEST_ANNOUNCEMENT = 17 days;
    uint256 private constant SETTLING_TIME = 3 days;

    /// @dev Time when a report is likely to finalize a request, seconds. `shares` are those of all that wait, up to and with
    ///      its own.
    function claimableAt(IPoolETH pool, uint256 shares) internal view returns (uint256 time) {
        (uint256 buffered, , ) = pool.stakingState();
        time = _reportAfter(pool.lastRebase(), _openAfter(pool));
        if (pool.toEtherDown(shares) > buffered) time += WITHDRAWABILITY_DELAY + LONGEST_SWEEP + REPORT_PERIOD;
    }

    /// @dev Time of the first report after another time, seconds. One that is overdue is expected in the same rhythm.
    function _reportAfter(uint256 lastRebase, uint256 time) private pure returns (uint256) {
        return lastRebase + ((time - lastRebase) / REPORT_PERIOD + 1) * REPORT_PERIOD;
    }

    /// @dev Time until which no loss shuts finalization, or now, seconds.
    function _openAfter(IPoolETH pool) private view returns (uint256 time) {
        (, uint256 announcedAt, uint256 lossBookedAt, ) = pool.depositGates();
        time = block.timestamp;
        if (announcedAt != 0) time = announcedAt + LONGEST_ANNOUNCEMENT;
        else if (lossBookedAt != 0 && lossBookedAt + SETTLING_TIME > time) time = lossBookedAt + SETTLING_TIME;
    }
}
