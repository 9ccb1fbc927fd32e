// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPoolControls} from "../../contracts/interfaces/IPoolControls.sol";
import {IPoolETH} from "../../contracts/interfaces/IPoolETH.sol";
import {Fees} from "../../contracts/types/Fees.sol";
import {ApprovalGuard, StakeKeys} from "../../contracts/types/Stake.sol";
import {ActivationFixture} from "../helpers/ActivationFixture.sol";
import {ValidatorKeys} from "../helpers/ValidatorKeys.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @title GatesTest
/// @notice Whatever roles and reports do, in any order: deposits and staking look at what may stop them only if a flag is
///         set, and the flag is set whenever something does.
contract GatesTest is ActivationFixture {
    uint256 private constant STEPS = 24;
    uint256 private constant ACTIONS = 9;
    uint256 private constant POOL = 10_000 ether;
    uint256 private constant MIN_DEPOSIT = 0.001 ether;
    uint256 private constant MAX_PAUSE = 14 days;
    uint256 private constant MAX_WAIT = 4 days;
    /// @dev Reports come often enough that none is ever stale.
    uint256 private constant MAX_SILENCE = 9 days;
    uint256 private constant STAKE = 32 ether;

    uint256 private _seed;
    uint256 private _stakingUntil;
    uint256 private _depositsUntil;

    function setUp() external {
        _deployPool();
        vm.deal(address(this), 2 * POOL);
        poolETH.deposit{value: POOL}(address(this), address(0));
    }

    function testFuzz_H71_I39_nothingPassesAShutGateInAnyOrder(uint256 seed) external {
        _seed = seed;
        (_stakingUntil, _depositsUntil) = (0, 0);
        for (uint256 i = 0; i < STEPS; ++i) {
            vm.warp(block.timestamp + (_next() % MAX_WAIT));
            if (block.timestamp > poolETH.lastRebase() + MAX_SILENCE) _rebase(0);
            else _act(_next() % ACTIONS);
            _checkDeposit();
            _checkStaking();
        }
    }

    function _act(uint256 action) private {
        if (action == 0) _pauseStaking();
        if (action == 1) _pauseDeposits();
        if (action == 2) _resume();
        if (action == 3) _asAdmin(abi.encodeCall(IPoolControls.rearmGuardian, ()));
        if (action == 4) _asAdmin(abi.encodeCall(IPoolControls.setCap, (uint24(50_000 + (_next() % 1_000)))));
        if (action == 5) _asAdmin(abi.encodeCall(IPoolControls.announceLoss, (uint96((_next() % 3) * 200 ether))));
        if (action == 6) _asAdmin(abi.encodeCall(IPoolControls.confirmLoss, ()));
        if (action > 6) _rebase(_next());
    }

    function _pauseStaking() private {
        uint256 duration = bound(_next(), 1, MAX_PAUSE);
        vm.prank(GUARDIAN);
        try poolETH.pauseStaking(uint32(duration)) {
            _stakingUntil = block.timestamp + duration;
        } catch {}
    }

    function _pauseDeposits() private {
        uint256 duration = bound(_next(), 1, MAX_PAUSE);
        vm.prank(GUARDIAN);
        try poolETH.pauseDeposits(uint32(duration)) {
            _depositsUntil = block.timestamp + duration;
        } catch {}
    }

    function _resume() private {
        vm.prank(GUARDIAN);
        poolETH.resume();
        (_stakingUntil, _depositsUntil) = (0, 0);
    }

    /// @dev It may be refused: a loss can be confirmed only when there is one.
    function _asAdmin(bytes memory callData) private returns (bool success) {
        vm.prank(ADMIN);
        (success, ) = address(poolETH).call(callData);
    }

    /// @dev Small and large losses, gains, and gains that take a loss back, as far as custody allows them.
    function _rebase(uint256 seed) private {
        IPoolETH.RebaseState memory state = poolETH.rebaseState();
        uint256 kind = seed % 4;
        uint256 newPooledEther = state.pooledEther;
        if (kind == 1) newPooledEther += state.maxGain;
        if (kind == 2) newPooledEther -= newPooledEther / 10_000;
        if (kind == 3) newPooledEther -= newPooledEther / 100;
        vm.prank(address(accounting));
        try poolETH.rebase(newPooledEther, Fees(address(0), 0, address(0), 0), 0) {} catch {
            vm.assertTrue(kind > 1, "only a loss is refused");
        }
    }

    /// @dev The view reads all gates without the flag.
    function _checkDeposit() private {
        (uint256 pausedUntil, uint256 announcedAt, uint256 lossBookedAt, bool isStale) = poolETH.depositGates();
        vm.assertFalse(isStale, "reports come often enough");
        vm.assertEq(pausedUntil, block.timestamp < _depositsUntil ? _depositsUntil : 0, "the pause that runs");
        bytes memory refusal;
        if (pausedUntil != 0) refusal = abi.encodeWithSelector(IPoolControls.DepositsArePaused.selector, pausedUntil);
        else if (announcedAt != 0 || lossBookedAt != 0)
            refusal = abi.encodeWithSelector(IPoolControls.ShutByLoss.selector, announcedAt, lossBookedAt);
        (bool success, bytes memory answer) = address(poolETH).call{value: MIN_DEPOSIT}("");
        vm.assertTrue(success == (refusal.length == 0), "a deposit passes exactly if all gates are open");
        vm.assertEq(answer, refusal, "and says which one is shut");
    }

    function _checkStaking() private {
        bool isPaused = block.timestamp < _stakingUntil;
        (uint256 buffered, , uint256 allowance) = poolETH.stakingState();
        vm.assertTrue((allowance == 0) == isPaused, "nothing may be staked exactly while staking is paused");
        vm.assertEq(poolETH.stakingAllowance(), allowance, "both views");
        vm.assertEq(buffered, poolETH.totalPooledEther(), "buffered");

        StakeKeys memory keys = ValidatorKeys.pack(1, 1, poolETH.withdrawalCredentials(false), STAKE_GWEI);
        (ApprovalGuard memory guard, bytes memory approvals) = _approve(keys);
        guard.deadline = uint64(block.timestamp - 1);
        bytes memory refusal =
            isPaused
                ? abi.encodeWithSelector(IPoolControls.StakingIsPaused.selector, _stakingUntil)
                : abi.encodeWithSelector(IPoolETH.ApprovalExpired.selector, guard.deadline);
        vm.prank(address(poolManager));
        vm.expectRevert(refusal);
        poolETH.stake(keys, 1, guard, approvals);
    }

    function _next() private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed;
    }
}
