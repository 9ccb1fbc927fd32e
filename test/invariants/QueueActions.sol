// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IWithdrawalRequests} from "../../contracts/interfaces/IWithdrawalRequests.sol";
import {bound, vm} from "../helpers/Vm.sol";
import {QueueModel} from "./QueueModel.sol";

/// @title QueueActions
/// @notice What holders do with requests, in any order: ask, pass on, claim, and help themselves when reports stop.
abstract contract QueueActions is QueueModel {
    uint256 private constant MIN_REQUEST = 0.001 ether;
    uint256 private constant MAX_REQUEST = 1_000 ether;

    /// @dev No more than a quarter of the pool waits, so that losses measured before a redemption stay within the limits
    ///      after it.
    function requestWithdrawal(uint256 actor, uint256 owner, uint256 shares) external keepsPrice {
        address holder = actorOf(actor);
        uint256 waiting = poolETH.sharesOf(address(queue));
        uint256 most = modelShares / 4 > waiting ? modelShares / 4 - waiting : 0;
        if (poolETH.sharesOf(holder) < most) most = poolETH.sharesOf(holder);
        if (poolETH.toSharesDown(MAX_REQUEST) < most) most = poolETH.toSharesDown(MAX_REQUEST);
        uint256 least = poolETH.toSharesDown(MIN_REQUEST) + 2 * UNIT;
        if (most < least) return;
        shares = bound(shares, least, most);
        uint256 before = poolETH.sharesOf(holder);

        vm.prank(holder);
        uint256 id = queue.requestWithdrawal(shares, actorOf(owner));

        uint256 locked = shares - (shares % UNIT);
        vm.assertEq(before - poolETH.sharesOf(holder), locked, "whole units are locked");
        requests.push(RequestRecord(actorOf(owner), locked, 0, 0));
        vm.assertEq(id, requests.length, "numbers follow each other");
        _note("request");
    }

    function transferRequest(uint256 seed, uint256 to) external keepsPrice {
        (bool found, uint256 id) = _findOwned(seed, requests.length);
        if (!found) return;
        RequestRecord storage request = requests[id - 1];
        vm.prank(request.owner);
        queue.transferFrom(request.owner, actorOf(to), id);
        request.owner = actorOf(to);
        _note("request passed on");
    }

    function claim(uint256 seed) external keepsPrice {
        (bool found, uint256 id) = _findOwned(seed, modelFinalized);
        if (!found) return;
        RequestRecord storage request = requests[id - 1];
        (address owner, uint256 checkpointId) = (request.owner, queue.checkpointOf(id));
        uint256 before = owner.balance;

        vm.prank(owner);
        uint256 payout = queue.claim(id, checkpointId, owner);

        vm.assertEq(owner.balance - before, payout, "the queue pays what it says");
        uint256 part = (request.shares * request.paidTogether) / request.sharesTogether;
        vm.assertLe(payout, part + 1, "I30: no more than its part of what was finalized together, and dust");
        vm.assertGe(payout + 1, part, "I30: and no less but for rounding");
        modelSetAside -= payout;
        request.owner = address(0);
        vm.expectRevert(abi.encodeWithSelector(IWithdrawalRequests.CallerNotOwner.selector, id, owner));
        vm.prank(owner);
        queue.claim(id, checkpointId, owner);
        _note("claim");
    }

    /// @dev Reports stop for eight days; then holders finalize with all the ether there is.
    function fallSilent(uint256 seed) external keepsPrice {
        (, uint256 announcedAt, uint256 lossBookedAt, ) = poolETH.depositGates();
        if (seed % 8 != 0 || announcedAt != 0 || lossBookedAt != 0 || requests.length == modelFinalized) return;
        uint256 lastRebase = poolETH.lastRebase();
        if (block.timestamp <= lastRebase + 7 days) _pass(lastRebase + 7 days + 1 - block.timestamp);
        queue.markStale();
        _pass(1 days);
        withdrawalVault.collect();
        rewardsVault.collect();
        uint256 available = address(poolETH).balance;
        (uint256 id, ) = queue.payableUpTo(requests.length, available);
        if (id == 0) return;

        queue.finalizeStale(id);

        _bookFinalized(requests.length, available);
        vm.assertEq(modelFinalized, id, "H38: nobody needs a report");
        _note("stale finalization");
    }

    /// @dev First request of somebody from `seed` on, round those up to `lastId`.
    function _findOwned(uint256 seed, uint256 lastId) private view returns (bool found, uint256 id) {
        for (uint256 i = 0; i < lastId; ++i) {
            id = (((seed % lastId) + i) % lastId) + 1;
            if (requests[id - 1].owner != address(0)) return (true, id);
        }
    }
}
