// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPoolETH} from "../../contracts/interfaces/IPoolETH.sol";
import {Fees} from "../../contracts/types/Fees.sol";
import {PoolFixture} from "../helpers/PoolFixture.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @title ShareMathsTest
/// @notice What holders can win or lose by rounding, at share rates that do not divide evenly.
contract ShareMathsTest is PoolFixture {
    uint256 private constant MIN_DEPOSIT = 0.001 ether;
    uint256 private constant MAX_DEPOSIT = 5_000 ether;
    uint256 private constant MAX_REQUEST = 1_000 ether;
    uint256 private constant MAX_FORCED = 1_000 ether;
    uint256 private constant MAX_LOSS_BASIS_POINTS = 499;
    uint256 private constant BASIS_POINTS = 10_000;
    address private constant ATTACKER = address(0xA77AC);
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);

    function setUp() external {
        _deployPool();
    }

    function testFuzz_H21_donationsTakeNothingFromTheNextDepositor(
        uint256 attackerDeposit,
        uint256 forced,
        uint256 victimDeposit
    ) external {
        attackerDeposit = bound(attackerDeposit, MIN_DEPOSIT, MAX_DEPOSIT);
        forced = bound(forced, 1, MAX_FORCED);
        victimDeposit = bound(victimDeposit, MIN_DEPOSIT, MAX_DEPOSIT);
        _deposit(ATTACKER, attackerDeposit);
        vm.deal(address(poolETH), address(poolETH).balance + forced);
        vm.deal(address(rewardsVault), forced);
        rewardsVault.collect();

        _deposit(ALICE, victimDeposit);

        vm.assertGe(poolETH.balanceOf(ALICE) + 2, victimDeposit, "the victim loses at most 2 wei");
        vm.assertLe(poolETH.balanceOf(ATTACKER), attackerDeposit, "the attacker wins nothing");
        vm.assertEq(poolETH.totalPooledEther(), INITIAL_ETHER + attackerDeposit + victimDeposit, "no donation counts");
    }

    function testFuzz_H22_theDepositItselfDoesNotMoveItsPrice(uint256 rate, uint256 first, uint256 second) external {
        _moveRate(rate);
        first = bound(first, MIN_DEPOSIT, MAX_DEPOSIT);
        second = bound(second, MIN_DEPOSIT, MAX_DEPOSIT);

        _deposit(ALICE, first);
        _deposit(BOB, second);

        _assertWorth(ALICE, first);
        _assertWorth(BOB, second);
    }

    function testFuzz_H23_transferMovesTheAmountButForTwoWei(uint256 rate, uint256 balance, uint256 sent) external {
        _moveRate(rate);
        balance = bound(balance, MIN_DEPOSIT, MAX_DEPOSIT);
        _deposit(ALICE, balance);
        sent = bound(sent, 1, poolETH.balanceOf(ALICE));
        uint256 before = poolETH.balanceOf(ALICE);
        uint256 totalBefore = poolETH.sharesOf(ALICE) + poolETH.sharesOf(BOB);

        vm.prank(ALICE);
        poolETH.transfer(BOB, sent);

        uint256 received = poolETH.balanceOf(BOB);
        vm.assertLe(received, sent, "never more than sent");
        vm.assertLe(sent - received, 2, "at most 2 wei less than sent");
        // Rounding both balances down may take one wei more or less off the sender than arrives.
        vm.assertLe(before - poolETH.balanceOf(ALICE), sent + 1, "the sender pays what he sent");
        vm.assertEq(poolETH.sharesOf(ALICE) + poolETH.sharesOf(BOB), totalBefore, "shares are kept");
    }

    function testFuzz_H23_transferSharesIsExact(uint256 rate, uint256 balance, uint256 shares) external {
        _moveRate(rate);
        _deposit(ALICE, bound(balance, MIN_DEPOSIT, MAX_DEPOSIT));
        uint256 held = poolETH.sharesOf(ALICE);
        shares = bound(shares, 0, held);

        vm.prank(ALICE);
        uint256 ethAmount = poolETH.transferShares(BOB, shares);

        vm.assertEq(poolETH.sharesOf(BOB), shares, "all shares arrive");
        vm.assertEq(poolETH.sharesOf(ALICE), held - shares, "and leave");
        vm.assertEq(ethAmount, poolETH.balanceOf(BOB), "the amount told is their worth");
    }

    function testFuzz_H24_everyShareCostsAllowance(uint256 rate, uint256 shares) external {
        _moveRate(rate);
        _deposit(ALICE, MAX_DEPOSIT);
        shares = bound(shares, 1, poolETH.sharesOf(ALICE));
        uint256 cost = poolETH.toEtherUp(shares);
        vm.assertGt(cost, 0, "no share is free");
        vm.prank(ALICE);
        poolETH.approve(BOB, cost - 1);

        vm.prank(BOB);
        vm.expectRevert(
            abi.encodeWithSignature("ERC20InsufficientAllowance(address,uint256,uint256)", BOB, cost - 1, cost)
        );
        poolETH.transferSharesFrom(ALICE, BOB, shares);

        vm.prank(ALICE);
        poolETH.approve(BOB, cost);
        vm.prank(BOB);
        poolETH.transferSharesFrom(ALICE, BOB, shares);
        vm.assertEq(poolETH.allowance(ALICE, BOB), 0, "the allowance is spent");
        vm.assertEq(poolETH.sharesOf(BOB), shares, "the shares moved");
    }

    function testFuzz_H25_dustIsRefusedInsteadOfLost(uint256 dust) external {
        dust = bound(dust, 0, MIN_DEPOSIT - 1);
        vm.deal(ALICE, dust);

        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IPoolETH.DepositBelowMinimum.selector, dust, MIN_DEPOSIT));
        poolETH.deposit{value: dust}(ALICE, address(0));

        vm.assertEq(ALICE.balance, dust, "the ether stays with its owner");
    }

    function testFuzz_H25_sharesWorthNothingAreNotBurned(uint256 loss) external {
        _deposit(ALICE, MAX_DEPOSIT);
        _rebase(poolETH.totalPooledEther() - bound(loss, 1e9, (MAX_DEPOSIT * MAX_LOSS_BASIS_POINTS) / BASIS_POINTS));
        vm.warp(block.timestamp + 4 days);
        vm.prank(ALICE);
        poolETH.transferShares(address(queue), 1);
        vm.assertEq(poolETH.toEtherDown(1), 0, "a share is worth less than a wei");

        vm.prank(address(queue));
        vm.expectRevert(abi.encodeWithSelector(IPoolETH.NothingToExchange.selector));
        poolETH.payForShares(1);
    }

    function testFuzz_I8_depositMintsSharesAtTheRateBeforeIt(uint256 rate, uint256 ethAmount) external {
        _moveRate(rate);
        ethAmount = bound(ethAmount, MIN_DEPOSIT, MAX_DEPOSIT);
        uint256 expected = (ethAmount * poolETH.totalShares()) / poolETH.totalPooledEther();

        uint256 shares = _deposit(ALICE, ethAmount);

        vm.assertEq(shares, expected, "shares returned");
        vm.assertEq(poolETH.sharesOf(ALICE), expected, "shares minted");
        _assertWorth(ALICE, ethAmount);
    }

    function testFuzz_I9_splittingADepositIsNotProfitable(uint256 rate, uint256 first, uint256 second) external {
        _moveRate(rate);
        first = bound(first, MIN_DEPOSIT, MAX_DEPOSIT);
        second = bound(second, MIN_DEPOSIT, MAX_DEPOSIT);
        uint256 whole = poolETH.toSharesDown(first + second);

        uint256 split = _deposit(ALICE, first);
        // What the first deposit lost to rounding is everybody's, and the second pays a price that contains it.
        uint256 rounding = 2 + second / poolETH.totalPooledEther();
        split += _deposit(ALICE, second);

        vm.assertLe(split, whole, "two deposits mint no more than one");
        vm.assertGe(split + rounding, whole, "and only rounding less");
    }

    function testFuzz_I10_aRoundTripNeverProfits(uint256 rate, uint256 ethAmount, uint256 part) external {
        _moveRate(rate);
        ethAmount = bound(ethAmount, 3 * MIN_DEPOSIT, MAX_REQUEST);
        uint256 shares = _deposit(ALICE, ethAmount);
        uint256 redeemed = bound(part, shares / 2, shares);
        vm.prank(ALICE);
        uint256 id = queue.requestWithdrawal(redeemed, ALICE);

        vm.prank(address(accounting));
        queue.finalize(id, type(uint256).max);
        vm.prank(ALICE);
        uint256 paid = queue.claim(id, 1, ALICE);

        vm.assertEq(ALICE.balance, paid, "the claim pays the holder");
        vm.assertLe(paid + poolETH.balanceOf(ALICE), ethAmount, "ether and shares together are worth no more");
        vm.assertLe(ethAmount - paid - poolETH.balanceOf(ALICE), 3, "and at most rounding less");
    }

    /// @dev Up by a reward, or down by a small loss, by an amount that leaves no round rate.
    function _moveRate(uint256 seed) private {
        _deposit(ATTACKER, 1_000 ether + (seed % 1 ether));
        uint256 pooled = poolETH.totalPooledEther();
        vm.warp(block.timestamp + 13 days);
        uint256 moved = seed % ((pooled * 30) / BASIS_POINTS);
        _rebase(seed % 2 == 0 ? pooled + moved : pooled - moved);
    }

    function _rebase(uint256 pooledEther) private {
        Fees memory none;
        vm.prank(address(accounting));
        poolETH.rebase(pooledEther, none, 0);
    }

    function _deposit(address holder, uint256 ethAmount) private returns (uint256 shares) {
        vm.deal(holder, ethAmount);
        vm.prank(holder);
        return poolETH.deposit{value: ethAmount}(holder, address(0));
    }

    function _assertWorth(address holder, uint256 ethAmount) private view {
        uint256 balance = poolETH.balanceOf(holder);
        vm.assertLe(balance, ethAmount, "worth no more than paid");
        vm.assertLe(ethAmount - balance, 2, "worth at most 2 wei less than paid");
    }
}
