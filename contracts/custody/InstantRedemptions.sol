// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IInstantRedemptions} from "../interfaces/IInstantRedemptions.sol";
import {PoolTotals} from "../types/PoolTotals.sol";
import {Deposits} from "./Deposits.sol";

/// @title InstantRedemptions
/// @notice How holders get ether at once. It calls the accounting, which tells of gains to come, and receivers.
abstract contract InstantRedemptions is Deposits {
    /// @dev Fractions of the pool and fees are scaled by this.
    uint256 private constant FRACTION = 1e11;
    uint256 private constant MIN_FEE = 0.001e11;
    uint256 private constant LIMIT_FRACTION = 100;
    /// @dev A day, in nanoseconds: in seconds, each of many tiny redemptions would use up one.
    uint256 private constant LIMIT_PERIOD = 1 days * NANO;
    uint256 private constant NANO = 1e9;
    uint256 private constant WATERMARK_FRACTION = 1_000;
    uint256 private constant MAX_RATE_AGE = 3 days;

    /// @dev Time when all that was paid at once will be forgotten, nanoseconds: a full limit is forgotten in a day.
    uint256 private _forgottenAt;

    /* HOLDERS */

    /// @inheritdoc IInstantRedemptions
    function redeem(uint256 shares, uint256 minEther, address receiver) external returns (uint256 ethAmount) {
        (uint256 fee, uint256 available) = redemptionTerms();
        uint256 worth = _burnShares(msg.sender, shares);
        PoolTotals totals = _totals;
        // The worth has 96 bits, and time 32. Where ether is available, there is a limit.
        unchecked {
            if (fee < FRACTION) ethAmount = (worth * (FRACTION - fee)) / FRACTION;
            bool isPayable = ethAmount != 0 && ethAmount >= minEther && ethAmount <= available;
            require(isPayable, RedemptionOutOfRange(ethAmount, minEther, available));

            uint256 limit = totals.pooledEther() / LIMIT_FRACTION;
            _forgottenAt = block.timestamp * NANO + _remembered() + Math.ceilDiv(ethAmount * LIMIT_PERIOD, limit);
        }
        _totals = totals.minus(shares, ethAmount);
        emit Redeemed(msg.sender, shares, ethAmount);

        (bool success, ) = receiver.call{value: ethAmount}("");
        require(success, RedemptionTransferFailed(receiver));
    }

    /* VIEWS */

    /// @inheritdoc IInstantRedemptions
    function redemptionTerms() public view returns (uint256 fee, uint256 available) {
        PoolTotals totals = _totals;
        uint256 pooledEther = totals.pooledEther();
        fee = Math.max(MIN_FEE, Math.ceilDiv(_nextGain() * FRACTION, pooledEther));
        if (block.timestamp > totals.lastRebase() + MAX_RATE_AGE || !_areDepositsOpen()) return (fee, 0);

        (uint256 buffered, uint256 waiting) = _bufferedEther(totals);
        // Ether has 96 bits.
        unchecked {
            uint256 left = ((pooledEther / LIMIT_FRACTION) * (LIMIT_PERIOD - _remembered())) / LIMIT_PERIOD;
            uint256 free = Math.saturatingSub(buffered, waiting + pooledEther / WATERMARK_FRACTION);
            available = Math.min(Math.min(free, left), address(this).balance);
        }
    }

    /* INTERNAL */

    /// @dev Buffered ether as `stakingState` says it, and the worth of what waits in the queue.
    function _bufferedEther(PoolTotals totals) internal view virtual returns (uint256 buffered, uint256 waiting);

    /// @dev As `Accounting` tells it.
    function _nextGain() internal view virtual returns (uint256);

    /* PRIVATE */

    /// @dev Nanoseconds until all that was paid at once is forgotten.
    function _remembered() private view returns (uint256) {
        return Math.saturatingSub(_forgottenAt, block.timestamp * NANO);
    }
}
