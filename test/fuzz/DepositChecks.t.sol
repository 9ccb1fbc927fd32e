// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IPoolControls} from "../../contracts/interfaces/IPoolControls.sol";
import {IPoolETH} from "../../contracts/interfaces/IPoolETH.sol";
import {Fees} from "../../contracts/types/Fees.sol";
import {TotalSharesOverflow} from "../../contracts/types/PoolTotals.sol";
import {PoolFixture} from "../helpers/PoolFixture.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @title DepositChecksTest
/// @notice Deposits to a pool whose every field may be at its limit, against the same rules one after the other: the one
///         branch in which a deposit asks for all of them refuses the same deposits, and names the same rule.
contract DepositChecksTest is PoolFixture {
    struct Attempt {
        uint256 shares;
        uint256 pooledEther;
        uint256 capEth;
        uint256 elapsed;
        uint256 value;
        bool queued;
        bool flagged;
        bool direct;
        address receiver;
    }

    /// @dev When each gate opens again, zero for one that stands open.
    struct Gates {
        uint256 pausedUntil;
        uint256 announcedAt;
        uint256 lossBookedAt;
    }

    uint256 private constant TOTALS_SLOT = 8;
    uint256 private constant MASK_96 = type(uint96).max;
    uint256 private constant MIN_DEPOSIT = 0.001 ether;
    uint256 private constant MAX_REPORT_AGE = 14 days;
    uint256 private constant ANNOUNCED_FOR = 17 days;
    uint256 private constant RESTORABLE_FOR = 14 days;
    /// @dev Gates were shut so long before, that each opens while reports are new enough.
    uint256 private constant SHUT_TIME = START_TIME;
    uint256 private constant REPORT_TIME = SHUT_TIME + 10 days;
    uint256 private constant MAX_PAUSE = 14 days;
    uint256 private constant STEPS = 16;

    uint256 private _seed;
    Gates private _gates;

    function setUp() external {
        _deployPool();
        vm.deal(address(this), MASK_96);
    }

    function testFuzz_H21_I8_everyRuleOfADepositHolds(uint256 seed) external {
        _seed = seed;
        _shutSome();
        for (uint256 i = 0; i < STEPS; ++i) {
            Attempt memory attempt = _anyAttempt();
            vm.warp(REPORT_TIME + attempt.elapsed);
            vm.store(address(poolETH), bytes32(TOTALS_SLOT), bytes32(_totals(attempt, 0, 0)));
            uint256 held = poolETH.sharesOf(attempt.receiver);

            bytes memory refusal = _refusal(attempt);
            vm.deal(address(this), MASK_96);
            // A plain transfer deposits for its sender.
            bytes memory callData =
                attempt.direct ? bytes("") : abi.encodeCall(IPoolETH.deposit, (attempt.receiver, address(0)));
            (bool success, bytes memory answer) = address(poolETH).call{value: attempt.value}(callData);
            vm.assertEq(answer, success && attempt.direct ? bytes("") : _answer(attempt, refusal), "answer");
            if (!success) continue;
            vm.assertEq(refusal.length, 0, "a deposit that was to be refused");
            uint256 minted = (attempt.value * attempt.shares) / attempt.pooledEther;
            bytes32 totals = vm.load(address(poolETH), bytes32(TOTALS_SLOT));
            vm.assertEq(totals, bytes32(_totals(attempt, minted, attempt.value)), "totals");
            vm.assertEq(poolETH.sharesOf(attempt.receiver), held + minted, "shares of the receiver");
        }
    }

    function _answer(Attempt memory attempt, bytes memory refusal) private pure returns (bytes memory) {
        if (refusal.length != 0) return refusal;
        return abi.encode((attempt.value * attempt.shares) / attempt.pooledEther);
    }

    /// @dev Shuts none, one, or some of the gates.
    function _shutSome() private {
        delete _gates;
        vm.warp(SHUT_TIME);
        uint256 kinds = _next() % 16;
        if (kinds & 9 == 9) {
            // A hundredth of the pool is lost.
            vm.store(
                address(poolETH),
                bytes32(TOTALS_SLOT),
                bytes32((SHUT_TIME << 192) | (100 ether << 96) | 100 ether)
            );
            vm.prank(address(accounting));
            poolETH.rebase(99 ether, Fees(address(0), 0, address(0), 0), 0);
            _gates.lossBookedAt = SHUT_TIME;
        }
        if (kinds & 10 == 10) {
            vm.prank(GUARDIAN);
            uint256 duration = bound(_next(), 1, MAX_PAUSE);
            poolETH.pauseDeposits(uint32(duration));
            _gates.pausedUntil = SHUT_TIME + duration;
        }
        if (kinds & 12 == 12) {
            vm.prank(ADMIN);
            poolETH.announceLoss(1 ether);
            _gates.announcedAt = SHUT_TIME;
        }
    }

    /// @dev The gates that are shut now.
    function _shutGates() private view returns (Gates memory gates) {
        if (block.timestamp < _gates.pausedUntil) gates.pausedUntil = _gates.pausedUntil;
        if (block.timestamp <= _gates.announcedAt + ANNOUNCED_FOR) gates.announcedAt = _gates.announcedAt;
        if (block.timestamp <= _gates.lossBookedAt + RESTORABLE_FOR) gates.lossBookedAt = _gates.lossBookedAt;
    }

    /// @dev What the deposit must revert with, or nothing. A flag alone stops nobody while nothing is paused or announced.
    function _refusal(Attempt memory attempt) private view returns (bytes memory) {
        bool canHold = attempt.receiver != address(0) && attempt.receiver != address(poolETH);
        if (!canHold) return abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, attempt.receiver);
        if (attempt.value < MIN_DEPOSIT)
            return abi.encodeWithSelector(IPoolETH.DepositBelowMinimum.selector, attempt.value, MIN_DEPOSIT);
        if (attempt.elapsed > MAX_REPORT_AGE)
            return abi.encodeWithSelector(IPoolControls.ReportStale.selector, REPORT_TIME);
        Gates memory gates = _shutGates();
        if (gates.pausedUntil != 0)
            return abi.encodeWithSelector(IPoolControls.DepositsArePaused.selector, gates.pausedUntil);
        if (gates.announcedAt != 0 || gates.lossBookedAt != 0)
            return abi.encodeWithSelector(IPoolControls.ShutByLoss.selector, gates.announcedAt, gates.lossBookedAt);
        uint256 newPooledEther = attempt.pooledEther + attempt.value;
        uint256 maximum = attempt.capEth * 1 ether;
        if (newPooledEther > maximum)
            return abi.encodeWithSelector(IPoolETH.CapExceeded.selector, newPooledEther, maximum);
        uint256 newShares = attempt.shares + (attempt.value * attempt.shares) / attempt.pooledEther;
        if (newShares > MASK_96) return abi.encodeWithSelector(TotalSharesOverflow.selector, newShares);
        return "";
    }

    function _totals(Attempt memory attempt, uint256 minted, uint256 value) private pure returns (uint256) {
        uint256 word = (attempt.pooledEther + value) << 96;
        word |= (REPORT_TIME << 192) | (attempt.capEth << 224) | (uint256(attempt.flagged ? 1 : 0) << 249);
        return word | (uint256(attempt.queued ? 1 : 0) << 248) | (attempt.shares + minted);
    }

    function _anyAttempt() private returns (Attempt memory attempt) {
        attempt.pooledEther = _amount(1e9, uint256(type(uint24).max) * 1 ether);
        attempt.shares = _amount(1e9, MASK_96);
        attempt.capEth = _next() % 2 == 0 ? type(uint24).max : _next() % (1 << 24);
        if (_next() % 4 == 0) attempt.capEth = attempt.pooledEther / 1 ether + (_next() % 3);
        if (attempt.capEth > type(uint24).max) attempt.capEth = type(uint24).max;
        attempt.elapsed = _next() % 8 == 0 ? MAX_REPORT_AGE + (_next() % 3) - 1 : _next() % MAX_REPORT_AGE;
        attempt.value = _amount(1, 1e26);
        if (_next() % 8 == 0) attempt.value = MIN_DEPOSIT + (_next() % 3) - 1;
        // What shuts a gate sets the flag, and only a report that finds all open clears it.
        attempt.queued = _next() % 2 == 0;
        attempt.flagged = _next() % 4 == 0 || (_gates.pausedUntil | _gates.announcedAt | _gates.lossBookedAt) != 0;
        attempt.receiver = address(uint160(_next()));
        uint256 kind = _next() % 16;
        if (kind == 0) attempt.receiver = address(0);
        if (kind == 1) attempt.receiver = address(poolETH);
        if (kind == 2) attempt.receiver = address(type(uint160).max);
        if (kind == 3) attempt.receiver = address(1);
        attempt.direct = kind == 4;
        if (attempt.direct) attempt.receiver = address(this);
        _toTheLimit(attempt, _next() % 8);
    }

    /// @dev Up to the last wei or share that fits, or one more.
    function _toTheLimit(Attempt memory attempt, uint256 kind) private {
        uint256 beyond = _next() % 2;
        uint256 maximum = attempt.capEth * 1 ether;
        if (kind == 0 && maximum > attempt.pooledEther) attempt.value = maximum - attempt.pooledEther + beyond;
        if (kind == 1) {
            attempt.pooledEther = _amount(MIN_DEPOSIT, uint256(type(uint24).max) * 0.5 ether);
            (attempt.value, attempt.capEth) = (attempt.pooledEther, type(uint24).max);
            attempt.shares = (MASK_96 >> 1) + beyond;
        }
    }

    /// @dev Small ones are as likely as large ones.
    function _amount(uint256 minimum, uint256 maximum) private returns (uint256) {
        uint256 limit = maximum >> (_next() % 90);
        return bound(_next(), minimum, limit < minimum ? minimum : limit);
    }

    function _next() private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed;
    }
}
