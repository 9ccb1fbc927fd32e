// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPoolControls} from "../interfaces/IPoolControls.sol";

/// @title Pauses
/// @notice Pauses of limited length that a guardian may use once each, until an administrator re-arms him.
library Pauses {
    struct Context {
        /// @dev End of the pause of deposits, seconds.
        uint64 depositsUntil;
        /// @dev End of the pause of staking, seconds.
        uint64 stakingUntil;
        bool mayPauseDeposits;
        bool mayPauseStaking;
    }

    uint256 internal constant MAX_PAUSE = 14 days;

    function rearm(Context storage self) internal {
        (self.mayPauseDeposits, self.mayPauseStaking) = (true, true);
    }

    function pauseDeposits(Context storage self, uint256 duration) internal returns (uint64 until) {
        require(self.mayPauseDeposits, IPoolControls.GuardianNotArmed());
        until = _end(duration);
        (self.depositsUntil, self.mayPauseDeposits) = (until, false);
    }

    function pauseStaking(Context storage self, uint256 duration) internal returns (uint64 until) {
        require(self.mayPauseStaking, IPoolControls.GuardianNotArmed());
        until = _end(duration);
        (self.stakingUntil, self.mayPauseStaking) = (until, false);
    }

    function resume(Context storage self) internal {
        (self.depositsUntil, self.stakingUntil) = (0, 0);
    }

    function areDepositsPaused(Context storage self) internal view returns (bool) {
        return block.timestamp < self.depositsUntil;
    }

    function isStakingPaused(Context storage self) internal view returns (bool) {
        return block.timestamp < self.stakingUntil;
    }

    function _end(uint256 duration) private view returns (uint64) {
        require(duration != 0 && duration <= MAX_PAUSE, IPoolControls.PauseDurationOutOfRange(duration, MAX_PAUSE));
        return uint64(block.timestamp + duration);
    }
}
