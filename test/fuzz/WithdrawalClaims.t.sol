// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IWithdrawalRequests} from "../../contracts/interfaces/IWithdrawalRequests.sol";
import {RedemptionFixture} from "../helpers/RedemptionFixture.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @title WithdrawalClaimsTest
/// @notice What claims pay, in every order and with every hint, at rates that do not divide evenly.
contract WithdrawalClaimsTest is RedemptionFixture {
    uint256 private constant MIN_SHARES = 0.01 ether;
    uint256 private constant MAX_SHARES = 100 ether;
    uint256 private constant MAX_REQUESTS = 8;
    uint256 private constant HALF = 5_000;
    address private constant ALICE = address(0xA11CE);
    address private constant RECEIVER = address(0x4ECE1);

    function setUp() external {
        _deployRedemption();
        _depositFor(ALICE, MAX_REQUESTS * MAX_SHARES);
    }

    function testFuzz_H54_aHintIsExactOrReverts(uint256 seed, uint256 id, uint256 hint) external {
        uint256 lastId = _makeQueue(seed);
        (uint256 finalized, uint256 checkpoints) = _finalizeParts(seed, lastId);
        id = bound(id, 1, lastId);
        hint = hint % 4 == 0 ? hint : bound(hint, 0, checkpoints + 1);
        uint256 exact = id <= finalized ? queue.checkpointOf(id) : 0;
        uint256 worth = queue.requestOf(id).ethAmount;

        if (id > finalized)
            vm.expectRevert(abi.encodeWithSelector(IWithdrawalRequests.RequestNotFinalized.selector, id));
        else if (hint != exact)
            vm.expectRevert(abi.encodeWithSelector(IWithdrawalRequests.CheckpointMismatch.selector, id, hint));
        vm.prank(ALICE);
        uint256 paid = queue.claim(id, hint, RECEIVER);

        if (id <= finalized && hint == exact) vm.assertEq(paid, worth, "what the view said");
        vm.assertEq(RECEIVER.balance, paid, "what was said is paid");
    }

    function testFuzz_H56_I29_claimsPayTheSameInEveryOrder(uint256 seed, uint256 order) external {
        uint256 lastId = _makeQueue(seed);
        (uint256 finalized, ) = _finalizeParts(seed, lastId);
        uint256 ethAmount = address(queue).balance;
        uint256[] memory ids = _shuffled(finalized, order);
        uint256[] memory worths = new uint256[](finalized);
        for (uint256 i = 0; i < finalized; ++i) worths[i] = queue.requestOf(ids[i]).ethAmount;
        vm.assertEq(queue.claimableEther(ids), _sum(worths), "the sum of all");

        uint256 paid = _claimEach(ids, worths, order);

        vm.assertEq(paid, _sum(worths), "nothing but what they are worth");
        vm.assertEq(address(queue).balance, ethAmount - paid, "the rest is dust");
        vm.assertLe(address(queue).balance, 1, "of a wei at the most, however many checkpoints there are");
    }

    function testFuzz_H56_dustGoesToTheNextCheckpoint(uint256 seed) external {
        uint256 lastId = _makeQueue(seed);
        _finalizeParts(seed, lastId);
        queue.finalize(lastId, type(uint256).max);
        uint256 dust = address(queue).balance - queue.claimableEther(_shuffled(lastId, 0));

        uint256 id = _request(ALICE, MIN_SHARES);
        uint256 worth = poolETH.toEtherDown(MIN_SHARES);
        queue.finalize(id, type(uint256).max);

        uint256[] memory last = new uint256[](1);
        last[0] = id;
        uint256 newDust = address(queue).balance - queue.claimableEther(_shuffled(id, 0));
        vm.assertLe(newDust, 1, "a wei");
        vm.assertEq(queue.claimableEther(last) + newDust, worth + dust, "the dust of before is paid out");
    }

    function testFuzz_H49_whoCameFirstIsPaidFirst(uint256 seed, uint256 id) external {
        uint256 lastId = _makeQueue(seed);
        (uint256 finalized, ) = _finalizeParts(seed, lastId);
        for (uint256 i = 1; i <= lastId; ++i) {
            bool isClaimable = queue.requestOf(i).state == IWithdrawalRequests.RequestState.Claimable;
            vm.assertTrue(isClaimable == (i <= finalized), "a prefix can be claimed");
        }
        if (finalized == lastId) return;
        id = bound(id, finalized + 1, lastId);
        // Ether that lies there for others does not help.
        vm.deal(address(queue), address(queue).balance + 10_000 ether);
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IWithdrawalRequests.RequestNotFinalized.selector, id));
        queue.claimWithdrawal(id, ALICE);
    }

    function testFuzz_H48_theLastClaimerIsPaidAfterAHalfIsLost(uint256 seed, uint256 order) external {
        uint256 lastId = _makeQueue(seed);
        (uint256 finalized, ) = _finalizeParts(seed, lastId);
        uint256 setAside = address(queue).balance;

        _moveRate(HALF);
        vm.assertEq(address(queue).balance, setAside, "what is set aside is not the pool's");
        queue.finalize(lastId, type(uint256).max);

        uint256[] memory ids = _shuffled(lastId, order);
        uint256[] memory worths = new uint256[](lastId);
        for (uint256 i = 0; i < lastId; ++i) {
            worths[i] = queue.requestOf(ids[i]).ethAmount;
            if (ids[i] <= finalized) continue;
            uint256 atRate = poolETH.toEtherDown(queue.requestOf(ids[i]).shares);
            vm.assertGe(worths[i] + 1, atRate, "the rate of after the loss");
            vm.assertLe(worths[i], atRate + 2, "and no more");
        }

        uint256 paid = _claimEach(ids, worths, order);

        vm.assertEq(RECEIVER.balance, paid, "all are paid");
        vm.assertLe(address(queue).balance, 1, "to the wei");
    }

    /* PRIVATE */

    function _makeQueue(uint256 seed) private returns (uint256 lastId) {
        _moveRate(seed);
        lastId = bound(seed, 1, MAX_REQUESTS);
        for (uint256 i = 1; i <= lastId; ++i) {
            uint256 shares = bound(uint256(keccak256(abi.encode(seed, i))), MIN_SHARES, MAX_SHARES);
            uint256 held = poolETH.sharesOf(ALICE);
            _request(ALICE, shares < held ? shares : held);
        }
    }

    /// @dev Finalizes up to three prefixes, each at another rate.
    function _finalizeParts(uint256 seed, uint256 lastId) private returns (uint256 finalized, uint256 checkpoints) {
        for (uint256 i = 0; i < 3; ++i) {
            uint256 next = bound(uint256(keccak256(abi.encode(seed, "part", i))), 0, lastId);
            if (next <= finalized) continue;
            queue.finalize(next, type(uint256).max);
            (finalized, checkpoints) = (next, checkpoints + 1);
            _moveRate(uint256(keccak256(abi.encode(seed, "rate", i))));
        }
    }

    /// @dev Claims all, each in one of four ways, or several at once.
    function _claimEach(uint256[] memory ids, uint256[] memory worths, uint256 order) private returns (uint256 paid) {
        uint256 half = ids.length / 2;
        for (uint256 i = 0; i < half; ++i) {
            uint256 hint = queue.checkpointOf(ids[i]);
            vm.prank(ALICE);
            uint256 ethAmount =
                (order >> i) % 2 == 0 ? queue.claimWithdrawal(ids[i], RECEIVER) : queue.claim(ids[i], hint, RECEIVER);
            vm.assertEq(ethAmount, worths[i], "what the view said");
            paid += ethAmount;
        }
        uint256[] memory rest = new uint256[](ids.length - half);
        for (uint256 i = half; i < ids.length; ++i) rest[i - half] = ids[i];
        uint256[] memory hints = queue.checkpointsOf(rest);
        vm.prank(ALICE);
        if (order % 2 == 0) paid += queue.claimWithdrawals(rest, RECEIVER);
        else paid += queue.claimMany(rest, hints, RECEIVER);
        vm.assertEq(RECEIVER.balance, paid, "what was said is paid");
    }

    /// @dev The numbers from one on, in some order.
    function _shuffled(uint256 count, uint256 order) private pure returns (uint256[] memory ids) {
        ids = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) ids[i] = i + 1;
        for (uint256 i = count; i > 1; --i) {
            uint256 other = uint256(keccak256(abi.encode(order, i))) % i;
            (ids[i - 1], ids[other]) = (ids[other], ids[i - 1]);
        }
    }

    function _sum(uint256[] memory numbers) private pure returns (uint256 sum) {
        for (uint256 i = 0; i < numbers.length; ++i) sum += numbers[i];
    }
}
