// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVValidators} from "../../contracts/interfaces/external/ISSVValidators.sol";
import {IOperatorUpdates} from "../../contracts/interfaces/IOperatorUpdates.sol";
import {IPoolManager} from "../../contracts/interfaces/IPoolManager.sol";
import {Cluster} from "../../contracts/types/Cluster.sol";
import {ActivationFixture} from "../helpers/ActivationFixture.sol";
import {ValidatorKeys} from "../helpers/ValidatorKeys.sol";
import {Vm, vm} from "../helpers/Vm.sol";

/// @title OwnerNoncesTest
/// @notice Batches are registered, activated and dropped and keys get other operators in any order: the owner nonce is
///         the number of registrations that SSV told of, each key has the nonce that its shares are signed for, and the
///         registry finds its way back by dropping what waits.
contract OwnerNoncesTest is ActivationFixture {
    uint256 private constant STEPS = 14;
    uint256 private constant ACTIONS = 6;
    uint256 private constant WAIT_BLOCKS = 256;

    uint256 private _seed;
    /// @dev Registrations that SSV told of.
    uint256 private _registered;
    uint256[] private _duties;

    function setUp() external {
        _deployPool();
        vm.deal(address(this), 1_500 ether);
        poolETH.deposit{value: 1_500 ether}(address(this), address(0));
    }

    function testFuzz_H14_I26_theNonceCountsRegistrationsInAnyOrder(uint256 seed) external {
        _seed = seed;
        for (uint256 i = 0; i < STEPS; ++i) {
            _act(_next() % ACTIONS);
            vm.assertEq(clusterManager.ownerNonce(), _registered, "as many as SSV told of");
            vm.assertGe(poolManager.nextNonce(), _registered, "no batch begins with a nonce that passed");
        }
        _dropAll();
        vm.assertEq(poolManager.nextNonce(), _registered, "nothing waits");
        uint256 batchId = _registerBatch(1);
        vm.assertEq(_tryActivate(batchId, 1), 1, "the next batch is good");
    }

    function _act(uint256 action) private {
        if (action < 2 && poolManager.batchCount() < 20) _registerBatch(1 + (_next() % 3));
        if (action == 2 || action == 3) _activateAny();
        if (action == 4) _updateAny();
        if (action == 5) {
            poolManager.followOwnerNonce();
            if (_next() % 3 == 0) _dropAny();
        }
    }

    /// @dev Any live batch may be offered; only the one whose turn it is goes through.
    function _activateAny() private {
        uint256 batches = poolManager.batchCount();
        if (batches == 0) return;
        uint256 batchId = _next() % batches;
        IPoolManager.Batch memory batch = poolManager.batchOf(batchId);
        uint256 left = batch.count - batch.activated;
        if (batch.discarded || left == 0) return;
        bool isItsTurn = batch.firstNonce + batch.activated == _registered;
        uint256 offered = 1 + (_next() % left);
        vm.assertEq(_tryActivate(batchId, offered), isItsTurn ? offered : 0, "in its turn, and not before or after");
    }

    function _tryActivate(uint256 batchId, uint256 offered) private returns (uint256 count) {
        uint256 firstSeed = firstSeedOf[batchId] + poolManager.batchOf(batchId).activated;
        try this.activate(batchId, offered) returns (uint256 activated) {
            count = activated;
        } catch (bytes memory reason) {
            // What the cluster manager reverts with.
            vm.assertTrue(bytes4(reason) == bytes4(keccak256("NonceOutOfOrder(uint256,uint256)")), "for its nonce");
        }
        _registered += count;
        for (uint256 i = 0; i < count; ++i) _duties.push(firstSeed + i);
    }

    function activate(uint256 batchId, uint256 offered) external returns (uint256 count) {
        Vm.Log[] memory logs;
        (count, logs) = _activate(batchId, offered);
        vm.assertEq(_added(logs), count, "as many as SSV told of");
    }

    /// @dev Takes a key from its operators and gives it back to them.
    function _updateAny() private {
        if (_duties.length == 0) return;
        uint256 seed = _duties[_next() % _duties.length];
        bytes memory pubkey = ValidatorKeys.pubkey(seed);
        vm.prank(ADMIN);
        clusterManager.allowRemoval(keccak256(pubkey), true);
        vm.recordLogs();
        vm.prank(OPERATOR);
        clusterManager.removeUnexited(pubkey, _operatorIds(), newestCluster);
        _readCluster(vm.getRecordedLogs());
        vm.roll(block.number + WAIT_BLOCKS);

        vm.recordLogs();
        vm.prank(OPERATOR);
        clusterManager.updateOperators(
            IOperatorUpdates.OperatorUpdate({
                pubkeys: pubkey,
                sharesData: ValidatorKeys.sharesData(seed),
                formerOperatorIds: _operatorIds(),
                operatorIds: _operatorIds(),
                cluster: newestCluster,
                firstNonce: _registered
            })
        );
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(_added(logs), 1, "one registration");
        _readCluster(logs);
        ++_registered;
    }

    function _dropAny() private {
        uint256 batches = poolManager.batchCount();
        if (batches == 0) return;
        uint256 batchId = _next() % batches;
        if (_isLive(batchId)) _drop(batchId);
    }

    /// @dev Dropping a batch drops all later ones.
    function _dropAll() private {
        for (uint256 id = 0; id < poolManager.batchCount(); ++id)
            if (_isLive(id)) {
                _drop(id);
                return;
            }
        poolManager.followOwnerNonce();
    }

    function _drop(uint256 batchId) private {
        vm.prank(OPERATOR);
        poolManager.discardBatch(batchId);
    }

    function _isLive(uint256 batchId) private view returns (bool) {
        IPoolManager.Batch memory batch = poolManager.batchOf(batchId);
        return !batch.discarded && batch.activated < batch.count;
    }

    function _added(Vm.Log[] memory logs) private pure returns (uint256 count) {
        for (uint256 i = 0; i < logs.length; ++i)
            if (logs[i].topics[0] == ISSVValidators.ValidatorAdded.selector) ++count;
    }

    function _readCluster(Vm.Log[] memory logs) private {
        for (uint256 i = 0; i < logs.length; ++i) {
            bytes32 topic = logs[i].topics[0];
            if (topic == ISSVValidators.ValidatorAdded.selector)
                (, , , newestCluster) = abi.decode(logs[i].data, (uint64[], bytes, bytes, Cluster));
            if (topic == ISSVValidators.ValidatorRemoved.selector)
                (, , newestCluster) = abi.decode(logs[i].data, (uint64[], bytes, Cluster));
        }
    }

    function _next() private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed;
    }
}
