// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {bound, vm} from "../helpers/Vm.sol";
import {PoolModel} from "./PoolModel.sol";

/// @title StakerActions
/// @notice What holders do: deposit through each door, transfer, redeem and claim.
abstract contract StakerActions is PoolModel {
    uint256 private constant MIN_DEPOSIT = 0.001 ether;
    uint256 private constant MAX_DEPOSIT = 2_000 ether;
    uint256 private constant MIN_REQUEST = 0.001 ether;

    uint256 public claimed;

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
        modelBuffered += ethAmount;
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

    /// @dev No more than a quarter of the pool waits, so that losses measured before a redemption stay within the limits
    ///      after it.
    function requestWithdrawal(uint256 actor, uint256 shares) external keepsPrice {
        address holder = actorOf(actor);
        uint256 waiting = poolETH.sharesOf(address(queue));
        uint256 room = modelShares / 4 > waiting ? modelShares / 4 - waiting : 0;
        uint256 most = poolETH.sharesOf(holder) < room ? poolETH.sharesOf(holder) : room;
        uint256 least = poolETH.toSharesDown(MIN_REQUEST) + 1;
        if (most < least) return;

        vm.prank(holder);
        queue.requestWithdrawal(bound(shares, least, most), holder);
        _note("request");
    }

    function claim() external keepsPrice {
        if (claimed == queue.queueState().lastFinalizedId) return;
        uint256 before = address(queue).balance;
        uint256 id = ++claimed;
        address owner = queue.ownerOf(id);
        uint256 checkpointId = queue.checkpointOf(id);

        vm.prank(owner);
        uint256 payout = queue.claim(id, checkpointId, owner);

        vm.assertEq(before - address(queue).balance, payout, "the queue pays what it says");
        modelSetAside -= payout;
        _note("claim");
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
