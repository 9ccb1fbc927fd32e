// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IClusterManager} from "../../contracts/interfaces/IClusterManager.sol";
import {IPoolManager} from "../../contracts/interfaces/IPoolManager.sol";
import {ApprovalGuard} from "../../contracts/types/Stake.sol";
import {ActivationFixture} from "../helpers/ActivationFixture.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @title KeyBatchesTest
/// @notice Batches that come, are used up and are dropped in any order, against the nonces that SSV nodes count.
contract KeyBatchesTest is ActivationFixture {
    uint256 private constant MAX_BATCH = 7;
    uint256 private constant MAX_STEPS = 12;
    uint256 private constant POOL = 2_000 ether;

    function setUp() external {
        _deployPool();
        vm.deal(address(this), POOL);
        poolETH.deposit{value: POOL}(address(this), address(0));
    }

    function testFuzz_H14_liveBatchesCoverConsecutiveNonces(uint256[] calldata seeds) external {
        _registerBatch(bound(seeds.length, 1, MAX_BATCH));
        for (uint256 i = 0; i < seeds.length && i < MAX_STEPS; ++i) {
            uint256 choice = seeds[i] % 8;
            if (choice < 3) _registerBatch(bound(seeds[i] / 8, 1, MAX_BATCH));
            else if (choice < 7) _activateNext(seeds[i] / 8);
            else _discardOne(seeds[i] / 8);

            _assertConsecutive();
        }
    }

    function testFuzz_H14_onlyTheNextBatchActivates(uint256 first, uint256 second, uint256 offered) external {
        first = bound(first, 1, MAX_BATCH);
        second = bound(second, 1, MAX_BATCH);
        _registerBatch(first);
        uint256 later = _registerBatch(second);
        IPoolManager.Activation memory activation = _offer(later, bound(offered, 1, second));
        (ApprovalGuard memory guard, bytes memory approvals) = _approve(activation.keys);

        vm.expectRevert(abi.encodeWithSelector(IClusterManager.NonceOutOfOrder.selector, 0, first));
        poolManager.activate(activation, guard, approvals);
    }

    function testFuzz_H14_keysOfAnotherPositionHaveNoProof(uint256 count, uint256 shift) external {
        count = bound(count, 2, MAX_BATCH);
        uint256 batchId = _registerBatch(count);
        firstSeedOf[batchId] += bound(shift, 1, count - 1);
        IPoolManager.Activation memory activation = _offer(batchId, 1);
        (ApprovalGuard memory guard, bytes memory approvals) = _approve(activation.keys);

        vm.expectRevert(abi.encodeWithSelector(IPoolManager.ProofInvalid.selector, batchId));
        poolManager.activate(activation, guard, approvals);
    }

    function _activateNext(uint256 seed) private {
        for (uint256 id = 0; id < poolManager.batchCount(); ++id) {
            IPoolManager.Batch memory batch = poolManager.batchOf(id);
            if (!_isLive(batch)) continue;
            uint256 offered = bound(seed, 1, batch.count - batch.activated);
            uint256 affordable = poolManager.freeEther() / 32 ether;
            if (affordable == 0) return;

            (uint256 count, ) = _activate(id, offered);

            vm.assertEq(count, offered < affordable ? offered : affordable, "as many as offered and affordable");
            vm.assertEq(poolManager.batchOf(id).activated, batch.activated + count, "they are spent");
            return;
        }
    }

    function _discardOne(uint256 seed) private {
        uint256 batchId = seed % poolManager.batchCount();
        if (!_isLive(poolManager.batchOf(batchId))) return;

        vm.prank(OPERATOR);
        poolManager.discardBatch(batchId);

        for (uint256 id = batchId; id < poolManager.batchCount(); ++id)
            vm.assertFalse(_isLive(poolManager.batchOf(id)), "this and every later batch is dropped");
    }

    function _assertConsecutive() private view {
        uint256 nonce = clusterManager.ownerNonce();
        for (uint256 id = 0; id < poolManager.batchCount(); ++id) {
            IPoolManager.Batch memory batch = poolManager.batchOf(id);
            if (!_isLive(batch)) continue;
            vm.assertEq(uint256(batch.firstNonce) + batch.activated, nonce, "a batch begins where the last one ended");
            nonce += batch.count - batch.activated;
        }
        vm.assertEq(poolManager.nextNonce(), nonce, "the next batch begins behind the last one");
        vm.assertEq(clusterManager.ownerNonce() * 32 ether, poolETH.totalStaked(), "a nonce for each key staked");
    }

    function _isLive(IPoolManager.Batch memory batch) private pure returns (bool) {
        return !batch.discarded && batch.activated < batch.count;
    }
}
