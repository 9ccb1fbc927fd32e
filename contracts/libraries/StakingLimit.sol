// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IPoolETH} from "../interfaces/IPoolETH.sol";
import {RollingSum} from "../types/RollingSum.sol";

/// @title StakingLimit
/// @notice How much may go to the deposit contract within a day: the most that a policy and a quorum of the committee
///         together can lose before a guardian pauses.
library StakingLimit {
    struct Context {
        /// @dev Whole ether staked in the last 24 to 28 hours, and Gwei ever staked: a slot less to write.
        RollingSum staked;
    }

    /// @dev Seven of these cover any 24 hours.
    uint256 internal constant PERIOD = 4 hours;
    uint256 internal constant MIN_LIMIT = 1_600 ether;
    uint256 internal constant POOL_FRACTION = 10;
    uint256 internal constant MIN_GWEI = 32e9;
    uint256 internal constant MAX_GWEI = 2_048e9;

    /// @dev Records `ethAmount` wei, whole Gwei; the limit counts whole ether, rounded up.
    function spend(Context storage self, uint256 ethAmount, uint256 pooledEther) internal {
        RollingSum staked = _recent(self);
        uint256 allowed = _allowance(staked, pooledEther);
        uint256 rounded = Math.ceilDiv(ethAmount, 1 ether);
        if (rounded * 1 ether > allowed) revert IPoolETH.StakingLimitExceeded(ethAmount, allowed);
        self.staked = staked.plus(rounded).plusGrand(ethAmount / 1 gwei);
    }

    /// @dev Wei that may be staked now.
    function allowance(Context storage self, uint256 pooledEther) internal view returns (uint256) {
        return _allowance(_recent(self), pooledEther);
    }

    /// @dev Wei ever staked.
    function totalStaked(Context storage self) internal view returns (uint256) {
        return self.staked.grandTotal() * 1 gwei;
    }

    /// @dev Whether a validator with these credentials takes a deposit of `amountGwei`.
    function isAmountValid(uint256 amountGwei, bool compounding) internal pure returns (bool) {
        return amountGwei == MIN_GWEI || (compounding && amountGwei > MIN_GWEI && amountGwei <= MAX_GWEI);
    }

    function _recent(Context storage self) private view returns (RollingSum) {
        return self.staked.advanceTo(block.timestamp / PERIOD);
    }

    function _allowance(RollingSum staked, uint256 pooledEther) private pure returns (uint256) {
        uint256 limit = pooledEther / POOL_FRACTION;
        if (limit < MIN_LIMIT) limit = MIN_LIMIT;
        // The sum has 29 bits.
        unchecked {
            uint256 spent = staked.total() * 1 ether;
            return limit > spent ? limit - spent : 0;
        }
    }
}
