// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {bound, vm} from "../helpers/Vm.sol";
import {PoolModel} from "./PoolModel.sol";

/// @title StakerActions
/// @notice What holders do: deposit through each door, transfer, and redeem at once.
abstract contract StakerActions is PoolModel {
    uint256 private constant MIN_DEPOSIT = 0.001 ether;
    uint256 private constant MAX_DEPOSIT = 2_000 ether;
    uint256 private constant MIN_REDEEMED = 1e9;
    uint256 private constant FRACTION = 1e11;

    function deposit(uint256 actor, uint256 door, uint256 amountSeed) external keepsPrice {
        address holder = actorOf(actor);
        uint256 ethAmount = _magnitude(amountSeed, MIN_DEPOSIT, MAX_DEPOSIT);
        bool mustFit = modelEther + ethAmount <= poolETH.cap();
        uint256 sharesBefore = poolETH.sharesOf(holder);

        bool isTaken = _depositThrough(door % 3, holder, ethAmount);

        vm.assertTrue(
            isTaken == (mustFit && _areGatesOpen()),
            "I39: deposits pass exactly while gates and cap let them"
        );
        uint256 minted = isTaken ? (ethAmount * modelShares) / modelEther : 0;
        vm.assertEq(poolETH.sharesOf(holder) - sharesBefore, minted, "I8: shares at the rate before the deposit");
        if (!isTaken) return _note("deposit refused");

        (modelEther, modelShares) = (modelEther + ethAmount, modelShares + minted);
        modelOwned += ethAmount;
        modelBuffered += int256(ethAmount);
        _note("deposit");
    }

    function transfer(uint256 from, uint256 to, uint256 ethAmount) external keepsPrice {
        (address sender, address receiver) = (actorOf(from), actorOf(to));
        ethAmount = bound(ethAmount, 0, poolETH.balanceOf(sender));
        vm.prank(sender);
        poolETH.transfer(receiver, ethAmount);
    }

    function transferShares(uint256 from, uint256 to, uint256 shares) external keepsPrice {
        (address sender, address receiver) = (actorOf(from), actorOf(to));
        shares = bound(shares, 0, poolETH.sharesOf(sender));
        vm.prank(sender);
        poolETH.transferShares(receiver, shares);
    }

    function transferFrom(uint256 from, uint256 to, uint256 shares, bool inShares) external keepsPrice {
        (address owner, address spender, address receiver) = (
            actorOf(from),
            actorOf((from % ACTOR_COUNT) + 1),
            actorOf(to)
        );
        shares = bound(shares, 0, poolETH.sharesOf(owner));
        uint256 cost = inShares ? poolETH.toEtherUp(shares) : poolETH.toEtherDown(shares);
        vm.prank(owner);
        poolETH.approve(spender, cost);

        vm.prank(spender);
        if (inShares) poolETH.transferSharesFrom(owner, receiver, shares);
        else poolETH.transferFrom(owner, receiver, cost);

        vm.assertEq(poolETH.allowance(owner, spender), 0, "the allowance is spent exactly");
    }

    function redeem(uint256 actor, uint256 shares) external {
        (uint256 fee, uint256 available) = poolETH.redemptionTerms();
        address holder = actorOf(actor);
        uint256 most = poolETH.toSharesDown(available);
        if (poolETH.sharesOf(holder) < most) most = poolETH.sharesOf(holder);
        if (fee >= FRACTION || most < MIN_REDEEMED) return;
        shares = bound(shares, MIN_REDEEMED, most);
        uint256 paid = (((shares * modelEther) / modelShares) * (FRACTION - fee)) / FRACTION;
        (uint256 before, uint256 rateRay) = (holder.balance, poolETH.shareRateRay());

        vm.prank(holder);
        poolETH.redeem(shares, paid, holder);

        vm.assertEq(holder.balance - before, paid, "H40: the worth less the fee");
        (modelEther, modelShares) = (modelEther - paid, modelShares - shares);
        modelOwned -= paid;
        modelBuffered -= int256(paid);
        vm.assertGe(uint256(modelBuffered), poolETH.balanceOf(address(queue)), "what requests wait for stays");
        vm.assertGe(poolETH.shareRateRay(), rateRay, "I7: the share rate does not fall");
        modelLiftRay += poolETH.shareRateRay() - rateRay + 1;
        _note("instant redemption");
    }

    function _depositThrough(uint256 door, address holder, uint256 ethAmount) private returns (bool isTaken) {
        vm.deal(holder, ethAmount);
        bytes memory call = abi.encodeWithSignature("deposit(address,address)", holder, address(0xBEEF));
        address target = door == 1 ? address(poolManager) : address(poolETH);
        vm.prank(holder);
        (isTaken, ) = target.call{value: ethAmount}(door == 2 ? bytes("") : call);
        vm.assertEq(holder.balance, isTaken ? 0 : ethAmount, "refused ether stays with its owner");
    }

    function _areGatesOpen() private view returns (bool) {
        (uint256 pausedUntil, uint256 announcedAt, uint256 lossBookedAt, bool isStale) = poolETH.depositGates();
        return pausedUntil == 0 && announcedAt == 0 && lossBookedAt == 0 && !isStale;
    }
}
