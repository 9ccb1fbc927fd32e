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
        /// @dev Whole ether staked in the last 24 to 28 hours.
        RollingSum stakedEth;
    }

    /// @dev Seven of these cover any 24 hours.
    uint256 internal constant PERIOD = 4 hours;
    uint256 internal constant MIN_LIMIT = 1_600 ether;
    uint256 internal constant POOL_FRACTION = 10;
    uint256 internal constant MIN_GWEI = 32e9;
    uint256 internal constant MAX_GWEI = 2_048e9;

    /// @dev Records `ethAmount` wei; counts whole ether, rounded up.
    function spend(Context storage self, uint256 ethAmount, uint256 pooledEther) internal {
        RollingSum staked = _recent(self);
        uint256 allowed = _allowance(staked, pooledEther);
        uint256 rounded = Math.ceilDiv(ethAmount, 1 ether);
        require(rounded * 1 ether <= allowed, IPoolETH.StakingLimitExceeded(ethAmount, allowed));
        self.stakedEth = staked.plus(rounded);
    }

    /// @dev Wei that may be staked now.
    function allowance(Context storage self, uint256 pooledEther) internal view returns (uint256) {
        return _allowance(_recent(self), pooledEther);
    }

    /// @dev Whether a validator with these credentials takes a deposit of `amountGwei`.
    function isAmountValid(uint256 amountGwei, bool compounding) internal pure returns (bool) {
        return amountGwei == MIN_GWEI || (compounding && amountGwei > MIN_GWEI && amountGwei <= MAX_GWEI);
    }

    function _recent(Context storage self) private view returns (RollingSum) {
        return self.stakedEth.advanceTo(block.timestamp / PERIOD);
    }

    function _allowance(RollingSum staked, uint256 pooledEther) private pure returns (uint256) {
        uint256 limit = Math.max(MIN_LIMIT, pooledEther / POOL_FRACTION);
        return Math.saturatingSub(limit, staked.total() * 1 ether);
    }
}
