// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPoolETH} from "../../contracts/interfaces/IPoolETH.sol";
import {ApprovalGuard, StakeKeys} from "../../contracts/types/Stake.sol";
import {ActivationFixture} from "../helpers/ActivationFixture.sol";
import {ValidatorKeys} from "../helpers/ValidatorKeys.sol";
import {Vm, bound, vm} from "../helpers/Vm.sol";

/// @title StakingTest
/// @notice What reaches the deposit contract, and how much of it in a day.
contract StakingTest is ActivationFixture {
    struct Stake {
        uint256 time;
        uint256 ethAmount;
    }

    uint64 private constant MIN_GWEI = 32e9;
    uint64 private constant MAX_GWEI = 2_048e9;
    uint256 private constant MAX_KEYS = 8;
    uint256 private constant MAX_STAKES = 16;
    uint256 private constant MAX_PAUSE = 9 hours;
    uint256 private constant MIN_LIMIT = 1_600 ether;
    uint256 private constant MIN_POOL = 3_000 ether;
    uint256 private constant MAX_POOL = 45_000 ether;
    bytes32 private constant DEPOSIT_EVENT = keccak256("DepositEvent(bytes,bytes,bytes,bytes,bytes)");

    Stake[] private _stakes;

    function setUp() external {
        _deployPool();
    }

    function testFuzz_I24_depositEventsSayWhatWasApproved(
        uint256 seed,
        uint256 offered,
        uint256 count,
        uint64 amountGwei,
        bool compounding
    ) external {
        _fill(MIN_POOL);
        seed = bound(seed, 1, type(uint128).max);
        offered = bound(offered, 1, MAX_KEYS);
        amountGwei = compounding ? uint64(bound(amountGwei, MIN_GWEI, 200e9)) : MIN_GWEI;
        count = bound(count, 1, offered);
        bytes32 credentials = bytes32((uint256(compounding ? 2 : 1) << 248) | uint160(address(withdrawalVault)));
        StakeKeys memory keys = ValidatorKeys.pack(seed, offered, credentials, amountGwei);

        vm.recordLogs();
        _stake(keys, count);

        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 deposits = 0;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != DEPOSIT_EVENT) continue;
            _assertEvent(logs[i], seed + deposits, credentials, amountGwei, deposits);
            ++deposits;
        }
        vm.assertEq(deposits, count, "one event for each key");
        vm.assertEq(system.depositContract.balance, count * amountGwei * 1 gwei, "and its ether");
        vm.assertEq(poolETH.totalStaked(), count * amountGwei * 1 gwei, "all of it is counted");
    }

    function testFuzz_H10_aRootThatIsWrongByOneBitReverts(uint256 seed, uint256 offered, uint256 bit) external {
        _fill(MIN_POOL);
        offered = bound(offered, 1, MAX_KEYS);
        bit = bound(bit, 0, offered * 256 - 1);
        bytes32 credentials = poolETH.withdrawalCredentials(false);
        StakeKeys memory keys = ValidatorKeys.pack(bound(seed, 1, type(uint128).max), offered, credentials, MIN_GWEI);
        keys.depositDataRoots[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        (ApprovalGuard memory guard, bytes memory approvals) = _approve(keys);

        vm.prank(address(poolManager));
        vm.expectRevert("DepositContract: reconstructed DepositData does not match supplied deposit_data_root");
        poolETH.stake(keys, offered, guard, approvals);

        vm.assertEq(system.depositContract.balance, 0, "no ether moved");
    }

    function testFuzz_stakedInAnyDayStaysWithinTheLimit(uint256 pool, uint256[] calldata seeds) external {
        pool = bound(pool, MIN_POOL, MAX_POOL);
        _fill(pool);
        uint256 limit = _max(MIN_LIMIT, poolETH.totalPooledEther() / 10);
        for (uint256 i = 0; i < seeds.length && i < MAX_STAKES; ++i) {
            _pass(bound(uint128(seeds[i]), 0, MAX_PAUSE));
            uint64 amountGwei = uint64(bound(seeds[i] >> 128, MIN_GWEI, MAX_GWEI));
            uint256 ethAmount = uint256(amountGwei) * 1 gwei;
            if (ethAmount > address(poolETH).balance) return;
            uint256 allowance = poolETH.stakingAllowance();
            vm.assertLe(allowance + _stakedSince(24 hours), limit, "the allowance keeps the limit");
            // Amounts count in whole ether, in periods of four hours, of which 24 hours may touch seven.
            uint256 rounding = _stakes.length * 1 ether;
            vm.assertGe(allowance + _stakedSince(28 hours) + rounding, limit, "and is not smaller than it must be");

            bool isAllowed = ((ethAmount + 1 ether - 1) / 1 ether) * 1 ether <= allowance;
            StakeKeys memory keys = ValidatorKeys.pack(i, 1, poolETH.withdrawalCredentials(true), amountGwei);
            (ApprovalGuard memory guard, bytes memory approvals) = _approve(keys);
            vm.prank(address(poolManager));
            if (!isAllowed)
                vm.expectRevert(abi.encodeWithSelector(IPoolETH.StakingLimitExceeded.selector, ethAmount, allowance));
            poolETH.stake(keys, 1, guard, approvals);
            if (isAllowed) _stakes.push(Stake(block.timestamp, ethAmount));

            vm.assertLe(_stakedSince(24 hours), limit, "a day's stake stays within the limit");
        }
    }

    function _assertEvent(
        Vm.Log memory log,
        uint256 seed,
        bytes32 credentials,
        uint64 amountGwei,
        uint256 index
    ) private view {
        (
            bytes memory pubkey,
            bytes memory withdrawal,
            bytes memory amount,
            bytes memory signature,
            bytes memory id
        ) = abi.decode(log.data, (bytes, bytes, bytes, bytes, bytes));
        vm.assertEq(log.emitter, system.depositContract, "the deposit contract says it");
        vm.assertEq(pubkey, ValidatorKeys.pubkey(seed), "public key");
        vm.assertEq(withdrawal, abi.encodePacked(credentials), "withdrawal credentials");
        vm.assertEq(amount, abi.encodePacked(bytes8(ValidatorKeys.littleEndian(amountGwei))), "amount");
        vm.assertEq(signature, ValidatorKeys.signature(seed), "signature");
        vm.assertEq(id, abi.encodePacked(bytes8(ValidatorKeys.littleEndian(uint64(index)))), "index");
    }

    function _fill(uint256 ethAmount) private {
        vm.deal(address(this), ethAmount);
        poolETH.deposit{value: ethAmount}(address(this), address(0));
    }

    function _stake(StakeKeys memory keys, uint256 count) private {
        (ApprovalGuard memory guard, bytes memory approvals) = _approve(keys);
        vm.prank(address(poolManager));
        poolETH.stake(keys, count, guard, approvals);
    }

    function _pass(uint256 elapsed) private {
        vm.warp(block.timestamp + elapsed);
        vm.roll(block.number + elapsed / SECONDS_PER_SLOT);
    }

    function _stakedSince(uint256 window) private view returns (uint256 sum) {
        for (uint256 i = 0; i < _stakes.length; ++i)
            if (_stakes[i].time + window > block.timestamp) sum += _stakes[i].ethAmount;
    }

    function _max(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a : b;
    }
}
