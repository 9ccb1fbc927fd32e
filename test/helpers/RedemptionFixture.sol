// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {PoolETH} from "../../contracts/custody/PoolETH.sol";
import {PoolETHDeployer} from "../../contracts/custody/PoolETHDeployer.sol";
import {WithdrawalQueue} from "../../contracts/custody/WithdrawalQueue.sol";
import {IPoolETH} from "../../contracts/interfaces/IPoolETH.sol";
import {Fees} from "../../contracts/types/Fees.sol";
import {bound, vm} from "./Vm.sol";

/// @title RedemptionFixture
/// @notice A pool and its withdrawal queue, whose other peers are the test itself: it moves the share rate and finalizes as
///         `Accounting` does, within the bounds of custody.
abstract contract RedemptionFixture {
    uint256 internal constant START_TIME = 1_800_000_000;
    uint256 internal constant LOCKED = 1e9;
    uint256 internal constant UNIT = 1e9;
    /// @dev A pool may grow by at least a half at once: a hundredfold a year, saved up for a month.
    uint256 private constant MAX_GROWTH_WAD = 100e18;
    uint256 private constant BASIS_POINTS = 10_000;
    uint256 private constant MIN_RATE_CHANGE = 5_000;
    uint256 private constant MAX_RATE_CHANGE = 15_000;
    uint24 private constant CAP_ETH = 10_000_000;

    /// @dev Custody asks its peers for their pool.
    address public POOL_ETH;
    PoolETH internal poolETH;
    WithdrawalQueue internal queue;

    function _deployRedemption() internal {
        vm.warp(START_TIME);
        PoolETHDeployer deployer = new PoolETHDeployer();
        POOL_ETH = deployer.poolETH();
        queue = new WithdrawalQueue(POOL_ETH, address(this));
        IPoolETH.Config memory config = IPoolETH.Config({
            authority: address(new AccessManager(address(this))),
            depositContract: address(this),
            withdrawalVault: address(this),
            rewardsVault: address(this),
            withdrawalQueue: address(queue),
            poolManager: address(this),
            accounting: address(this),
            committee: address(this),
            maxGrowthPerYearWad: MAX_GROWTH_WAD,
            capEth: CAP_ETH
        });
        vm.deal(address(this), LOCKED);
        deployer.deploy{value: LOCKED}(type(PoolETH).creationCode, config);
        poolETH = PoolETH(payable(POOL_ETH));
    }

    function _depositFor(address holder, uint256 ethAmount) internal {
        vm.deal(address(this), ethAmount);
        poolETH.deposit{value: ethAmount}(holder, address(0));
    }

    /// @dev Asks as `holder` for the ether of shares.
    function _request(address holder, uint256 shares) internal returns (uint256 id) {
        vm.prank(holder);
        return queue.requestWithdrawal(shares, holder);
    }

    /// @dev Multiplies the rate by a half to one and a half, with the ether of gains, after announcing losses.
    function _moveRate(uint256 seed) internal {
        uint256 pooled = poolETH.totalPooledEther();
        uint256 newPooled = (pooled * bound(seed, MIN_RATE_CHANGE, MAX_RATE_CHANGE)) / BASIS_POINTS;
        bool isLoss = newPooled < pooled;
        vm.warp(block.timestamp + 30 days);
        if (isLoss) poolETH.announceLoss(uint96(pooled - newPooled));
        vm.warp(block.timestamp + 3 days);
        _rebase(newPooled);
        // A small loss leaves the announcement for a larger one.
        if (isLoss) poolETH.announceLoss(0);
        vm.deal(POOL_ETH, newPooled);
        vm.warp(block.timestamp + 4 days);
    }

    function _rebase(uint256 newPooled) internal {
        Fees memory fees;
        poolETH.rebase(newPooled, fees, 0);
    }
}
