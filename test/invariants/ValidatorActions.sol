// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IDepositContract} from "../../contracts/interfaces/external/IDepositContract.sol";
import {IPoolManager} from "../../contracts/interfaces/IPoolManager.sol";
import {ApprovalGuard} from "../../contracts/types/Stake.sol";
import {ValidatorKeys} from "../helpers/ValidatorKeys.sol";
import {Vm, bound, vm} from "../helpers/Vm.sol";
import {PoolModel} from "./PoolModel.sol";

/// @title ValidatorActions
/// @notice Batches, activation, and what happens to validators on the consensus layer.
abstract contract ValidatorActions is PoolModel {
    uint256 private constant MAX_BATCH = 6;
    uint256 private constant MAX_WAITING_KEYS = 20;
    uint256 private constant RECORDS = 64;
    uint256 private constant MAX_REWARD_GWEI = 0.05e9;
    uint256 private constant MIN_TOP_UP_GWEI = 1e9;
    uint256 private constant MAX_TOP_UP_GWEI = 40e9;
    uint256 private constant SLASHING_QUOTIENT = 4_096;
    bytes32 private constant DEPOSIT_EVENT = keccak256("DepositEvent(bytes,bytes,bytes,bytes,bytes)");

    /// @dev Seed of each key staked, in order.
    uint256[] internal stakedSeeds;
    /// @dev Deposit events with a key, credentials and amount that were approved.
    uint256 public depositEvents;

    function registerBatch(uint256 count) external keepsPrice {
        if (poolManager.nextNonce() - clusterManager.ownerNonce() > MAX_WAITING_KEYS) return;
        uint256 batches = poolManager.batchCount();
        if (batches >= RECORDS && _isLive(poolManager.batchOf(batches - RECORDS))) return;
        _registerBatch(bound(count, 1, MAX_BATCH));
    }

    function discardBatch(uint256 seed) external keepsPrice {
        uint256 count = poolManager.batchCount();
        if (count == 0 || seed % 3 != 0 || !_isLive(poolManager.batchOf((seed / 3) % count))) return;
        vm.prank(OPERATOR);
        poolManager.discardBatch((seed / 3) % count);
        _note("discard");
    }

    function activate(uint256 offeredSeed) external keepsPrice {
        (bool found, uint256 batchId) = _nextBatch();
        if (!found) return;
        IPoolManager.Batch memory batch = poolManager.batchOf(batchId);
        uint256 offered = bound(offeredSeed, 1, batch.count - batch.activated);
        uint256 affordable = poolManager.freeEther() / 32 ether;
        if (affordable == 0) return _assertNothingToActivate(batchId, offered);
        uint256 etherBefore = _liquid();
        uint256 nonceBefore = clusterManager.ownerNonce();

        (uint256 count, Vm.Log[] memory logs) = _activate(batchId, offered);

        vm.assertEq(count, offered < affordable ? offered : affordable, "all that are offered and affordable");
        vm.assertEq(clusterManager.ownerNonce(), nonceBefore + count, "I26: one nonce for each registration");
        vm.assertEq(etherBefore - _liquid(), count * 32 ether, "I43: the pool pays for deposits and nothing else");
        (uint256 runwayBlocks, ) = clusterManager.runway();
        uint256 reached = clusterManager.runwayOf(_operatorIds(), newestCluster);
        vm.assertGe(reached, runwayBlocks, "I41: the cluster runs as long as configured");
        _recordDeposits(logs, firstSeedOf[batchId] + batch.activated, count);
    }

    function processPending(uint256 limit) external {
        _processPending(bound(limit, 1, 16));
    }

    function earn(uint256 gweiEach) external {
        _earn(_addToEachActive(uint64(_magnitude(gweiEach, 1, MAX_REWARD_GWEI))) * 1 gwei);
    }

    function penalize(uint256 gweiSeed) external {
        uint256 room = _lossRoom() / 1 gwei;
        if (room == 0) return;
        _lose(_takeFromAll(_magnitude(gweiSeed, 1, room)) * 1 gwei);
        _note("penalty");
    }

    function slash(uint256 seed) external {
        (bool found, uint256 index) = _findInPhase(Phase.Active, seed);
        if (!found) return;
        uint256 penaltyGwei = validators[index].balanceGwei / SLASHING_QUOTIENT;
        if (penaltyGwei * 1 gwei > _lossRoom()) return;
        validators[index].balanceGwei -= uint64(penaltyGwei);
        (validators[index].phase, validators[index].isSlashed) = (Phase.Exiting, true);
        _lose(penaltyGwei * 1 gwei);
        _note("slashing");
    }

    /// @dev The first deposit of the key named other credentials, or its signature is wrong.
    function loseDeposit(uint256 seed) external {
        (bool found, uint256 index) = _findInPhase(Phase.Pending, seed);
        if (!found || seed % 4 != 0 || _lossRoom() < 32 ether) return;
        (validators[index].phase, validators[index].pendingGwei) = (Phase.Lost, 0);
        _lose(32 ether);
        _note("lost deposit");
    }

    function exit(uint256 seed) external {
        (bool found, uint256 index) = _findInPhase(Phase.Active, seed);
        if (found && seed % 3 == 0) validators[index].phase = Phase.Exiting;
    }

    function sweep() external {
        uint256 ethAmount = _sweep() * 1 gwei;
        vm.deal(address(withdrawalVault), address(withdrawalVault).balance + ethAmount);
        modelReceived += ethAmount;
        if (ethAmount != 0) _note("sweep");
    }

    /// @dev A stranger deposits for a validator of the pool.
    function topUp(uint256 seed, uint256 amountSeed) external {
        (bool found, uint256 index) = _findInPhase(Phase.Active, seed);
        if (!found) return;
        uint64 amountGwei = uint64(bound(amountSeed, MIN_TOP_UP_GWEI, MAX_TOP_UP_GWEI));
        bytes memory pubkey = ValidatorKeys.pubkey(stakedSeeds[index]);
        bytes memory signature = new bytes(96);
        bytes32 root = ValidatorKeys.depositDataRoot(pubkey, bytes32(seed), signature, amountGwei);
        uint256 ethAmount = uint256(amountGwei) * 1 gwei;
        vm.deal(address(this), ethAmount);
        IDepositContract(system.depositContract).deposit{value: ethAmount}(
            pubkey,
            abi.encodePacked(seed),
            signature,
            root
        );
        validators[index].pendingGwei += amountGwei;
        _earn(ethAmount);
        _note("top-up");
    }

    function _recordDeposits(Vm.Log[] memory logs, uint256 firstSeed, uint256 count) private {
        uint256 found = 0;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != DEPOSIT_EVENT) continue;
            (bytes memory pubkey, bytes memory credentials, bytes memory amount, , ) = abi.decode(
                logs[i].data,
                (bytes, bytes, bytes, bytes, bytes)
            );
            bytes memory expected = abi.encodePacked(hex"010000000000000000000000", address(withdrawalVault));
            vm.assertEq(credentials, expected, "I24: the pool's credentials");
            vm.assertEq(pubkey, ValidatorKeys.pubkey(firstSeed + found), "the keys in their order");
            vm.assertEq(amount, abi.encodePacked(bytes8(ValidatorKeys.littleEndian(STAKE_GWEI))), "32 ETH");
            stakedSeeds.push(firstSeed + found++);
            _enterPending();
        }
        vm.assertEq(found, count, "I23: one deposit event for each key");
        depositEvents += found;
        modelStaked += found * 32 ether;
        modelBuffered -= int256(found * 32 ether);
        _note("activation");
    }

    function _assertNothingToActivate(uint256 batchId, uint256 offered) private {
        IPoolManager.Activation memory activation = _offer(batchId, offered);
        (ApprovalGuard memory guard, bytes memory approvals) = _approve(activation.keys);
        uint256 free = poolManager.freeEther();
        vm.expectRevert(abi.encodeWithSelector(IPoolManager.NothingToActivate.selector, free));
        poolManager.activate(activation, guard, approvals);
        _note("nothing to activate");
    }

    function _nextBatch() private view returns (bool found, uint256 batchId) {
        uint256 count = poolManager.batchCount();
        for (; batchId < count; ++batchId) if (_isLive(poolManager.batchOf(batchId))) return (true, batchId);
    }

    function _isLive(IPoolManager.Batch memory batch) private pure returns (bool) {
        return !batch.discarded && batch.activated < batch.count;
    }

    function _liquid() private view returns (uint256) {
        return address(poolETH).balance + address(withdrawalVault).balance + address(rewardsVault).balance;
    }
}
