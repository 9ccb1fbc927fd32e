// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVValidators} from "../../contracts/interfaces/external/ISSVValidators.sol";
import {IPoolManager} from "../../contracts/interfaces/IPoolManager.sol";
import {BeaconDeposits} from "../../contracts/libraries/BeaconDeposits.sol";
import {Cluster} from "../../contracts/types/Cluster.sol";
import {ApprovalGuard, StakeKeys} from "../../contracts/types/Stake.sol";
import {CommitteeKeys} from "./CommitteeKeys.sol";
import {MerkleTree} from "./MerkleTree.sol";
import {PoolFixture} from "./PoolFixture.sol";
import {ValidatorKeys} from "./ValidatorKeys.sol";
import {Vm, vm} from "./Vm.sol";

/// @title ActivationFixture
/// @notice Batches of keys, approvals of the committee, and the newest cluster snapshot.
abstract contract ActivationFixture is PoolFixture {
    uint64 internal constant STAKE_GWEI = 32e9;
    uint256 private constant APPROVAL_VALIDITY = 1 hours;
    bytes32 private constant APPROVAL_TYPEHASH = keccak256(
        "ActivationApproval(bytes32 keysHash,bytes32 withdrawalCredentials,uint64 amountGwei,uint64 depositCount,uint64 blockNumber,bytes32 blockHash,uint64 deadline)"
    );

    /// @dev Seed of the first key of each batch; the others follow.
    mapping(uint256 batchId => uint256) internal firstSeedOf;
    uint256 internal nextSeed = 1;
    Cluster internal newestCluster = Cluster(0, 0, 0, true, 0);

    function _registerBatch(uint256 count) internal returns (uint256 batchId) {
        batchId = poolManager.batchCount();
        firstSeedOf[batchId] = nextSeed;
        nextSeed += count;
        bytes32 root = _tree(batchId, poolManager.nextNonce(), count)[0];
        vm.prank(OPERATOR);
        poolManager.registerBatch(root, uint32(count), _operatorIds(), "test:");
    }

    /// @dev Offers `offered` keys from the next one of the batch on.
    function _offer(
        uint256 batchId,
        uint256 offered
    ) internal view returns (IPoolManager.Activation memory activation) {
        IPoolManager.Batch memory batch = poolManager.batchOf(batchId);
        activation.batchId = batchId;
        activation.operatorIds = _operatorIds();
        activation.cluster = newestCluster;
        uint256 seed = firstSeedOf[batchId] + batch.activated;
        activation.keys = ValidatorKeys.pack(seed, offered, poolETH.withdrawalCredentials(false), STAKE_GWEI);
        for (uint256 i = 0; i < offered; ++i)
            activation.sharesData = bytes.concat(activation.sharesData, ValidatorKeys.sharesData(seed + i));
        (activation.proof, ) = MerkleTree.prove(
            _tree(batchId, batch.firstNonce, batch.count),
            batch.activated,
            batch.activated + offered
        );
    }

    function _approve(
        StakeKeys memory keys
    ) internal view returns (ApprovalGuard memory guard, bytes memory approvals) {
        guard = ApprovalGuard({
            depositCount: uint64(BeaconDeposits.depositCount(system.depositContract)),
            blockNumber: uint64(block.number - 1),
            deadline: uint64(block.timestamp + APPROVAL_VALIDITY)
        });
        bytes32 structHash = keccak256(
            abi.encode(
                APPROVAL_TYPEHASH,
                keccak256(bytes.concat(keys.pubkeys, keys.signatures)),
                poolETH.withdrawalCredentials(keys.compounding),
                keys.amountGwei,
                guard.depositCount,
                guard.blockNumber,
                blockhash(guard.blockNumber),
                guard.deadline
            )
        );
        approvals = CommitteeKeys.sign(memberKeys, QUORUM, address(committee), structHash);
    }

    /// @dev Offers, approves, activates, and remembers the cluster.
    function _activate(uint256 batchId, uint256 offered) internal returns (uint256 count, Vm.Log[] memory logs) {
        IPoolManager.Activation memory activation = _offer(batchId, offered);
        (ApprovalGuard memory guard, bytes memory approvals) = _approve(activation.keys);
        vm.recordLogs();
        count = poolManager.activate(activation, guard, approvals);
        logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != ISSVValidators.ValidatorAdded.selector) continue;
            (, , , newestCluster) = abi.decode(logs[i].data, (uint64[], bytes, bytes, Cluster));
        }
    }

    function _tree(uint256 batchId, uint256 firstNonce, uint256 count) private view returns (bytes32[] memory) {
        bytes32[] memory leaves = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 seed = firstSeedOf[batchId] + i;
            bytes32 sharesHash = keccak256(ValidatorKeys.sharesData(seed));
            bytes memory leaf = abi.encode(
                uint64(firstNonce + i),
                ValidatorKeys.pubkey(seed),
                ValidatorKeys.signature(seed),
                sharesHash
            );
            leaves[i] = keccak256(bytes.concat(keccak256(leaf)));
        }
        return MerkleTree.build(leaves);
    }
}
