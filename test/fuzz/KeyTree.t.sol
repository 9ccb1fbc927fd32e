// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import {KeyTree} from "../../contracts/libraries/KeyTree.sol";
import {MerkleTree} from "../helpers/MerkleTree.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @title KeyTreeTest
/// @notice Roots of runs of leaves, against OpenZeppelin's verification of the same nodes with flags.
contract KeyTreeTest {
    uint256 private constant EVERY_COUNT = 40;
    uint256 private constant MAX_COUNT = 150;

    /// @dev Leaves of a tree from `from` up to `to`, and their proof.
    struct Run {
        bytes32[] leaves;
        bytes32[] proof;
        bool[] flags;
        uint256 from;
        uint256 count;
        bytes32 root;
    }

    function test_everyRunOfEveryTreeLeadsToItsRoot() external view {
        for (uint256 count = 1; count <= EVERY_COUNT; ++count)
            for (uint256 from = 0; from < count; ++from)
                for (uint256 to = from + 1; to <= count; ++to) this.checkRun(count, from, to, 0);
    }

    function testFuzz_anyRunLeadsToTheRoot(uint256 count, uint256 from, uint256 to, bytes32 salt) external view {
        count = bound(count, 1, MAX_COUNT);
        from = bound(from, 0, count - 1);
        this.checkRun(count, from, bound(to, from + 1, count), salt);
    }

    function testFuzz_aChangedLeafLeadsElsewhere(uint256 count, uint256 from, uint256 to, uint256 which) external view {
        Run memory run = _anyRun(count, from, to);
        run.leaves[which % run.leaves.length] ^= bytes32(uint256(1) << (which % 256));
        vm.assertFalse(_root(run) == run.root, "another leaf");
    }

    /// @dev Siblings may change places under their parent, but no such exchange turns three leaves in a circle.
    function testFuzz_threeLeavesInAnotherOrderLeadElsewhere(uint256 count, uint256 from) external view {
        count = bound(count, 3, MAX_COUNT);
        from = bound(from, 0, count - 3);
        Run memory run = _run(count, from, from + 3, 0);
        (run.leaves[0], run.leaves[1], run.leaves[2]) = (run.leaves[1], run.leaves[2], run.leaves[0]);
        vm.assertFalse(_root(run) == run.root, "another order");
    }

    function testFuzz_aChangedNodeLeadsElsewhere(uint256 count, uint256 from, uint256 to, uint256 which) external view {
        Run memory run = _anyRun(count, from, to);
        if (run.proof.length == 0) return;
        run.proof[which % run.proof.length] ^= bytes32(uint256(1) << (which % 256));
        vm.assertFalse(_root(run) == run.root, "another node");
    }

    function testFuzz_aProofOfAnotherLengthLeadsNowhere(
        uint256 count,
        uint256 from,
        uint256 to,
        uint256 length
    ) external view {
        Run memory run = _anyRun(count, from, to);
        length = bound(length, 0, run.proof.length + 2);
        if (length == run.proof.length) return;
        bytes32[] memory proof = new bytes32[](length);
        for (uint256 i = 0; i < length && i < run.proof.length; ++i) proof[i] = run.proof[i];
        run.proof = proof;
        vm.assertEq(_root(run), 0, "a proof of another length");
    }

    /// @dev What stands behind the proof in the calldata is no part of it, even where it is the node that is missing.
    function testFuzz_aNodeBehindTheProofDoesNotCount(uint256 count, uint256 from, uint256 to) external view {
        Run memory run = _anyRun(count, from, to);
        if (run.proof.length == 0) return;
        bytes memory callData = abi.encodeCall(this.rootOf, (run.leaves, run.proof, run.from, run.count));
        // The proof comes behind the leaves: one node less in its length, and all nodes where they were.
        uint256 lengthAt = 4 + 0x80 + 0x20 * (1 + run.leaves.length);
        uint256 shorter = run.proof.length - 1;
        assembly ("memory-safe") {
            mstore(add(add(callData, 0x20), lengthAt), shorter)
        }
        (bool success, bytes memory answer) = address(this).staticcall(callData);
        vm.assertTrue(success, "an answer");
        vm.assertEq(abi.decode(answer, (bytes32)), 0, "the last node stands behind the proof");
    }

    /// @dev In a call of its own, whose memory is free again afterwards.
    function checkRun(uint256 count, uint256 from, uint256 to, bytes32 salt) external view {
        Run memory run = _run(count, from, to, salt);
        vm.assertEq(MerkleProof.processMultiProof(run.proof, run.flags, run.leaves), run.root, "OpenZeppelin's root");
        vm.assertEq(_root(run), run.root, "the same root without flags");
    }

    function rootOf(
        bytes32[] memory leaves,
        bytes32[] calldata proof,
        uint256 position,
        uint256 count
    ) external pure returns (bytes32) {
        return KeyTree.rootOf(leaves, proof, position, count);
    }

    function _root(Run memory run) private view returns (bytes32) {
        return this.rootOf(run.leaves, run.proof, run.from, run.count);
    }

    function _anyRun(uint256 count, uint256 from, uint256 to) private pure returns (Run memory) {
        count = bound(count, 1, MAX_COUNT);
        from = bound(from, 0, count - 1);
        return _run(count, from, bound(to, from + 1, count), 0);
    }

    function _run(uint256 count, uint256 from, uint256 to, bytes32 salt) private pure returns (Run memory run) {
        bytes32[] memory all = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) all[i] = keccak256(abi.encode(salt, i));
        bytes32[] memory tree = MerkleTree.build(all);
        (run.from, run.count, run.root) = (from, count, tree[0]);
        (run.proof, run.flags) = MerkleTree.prove(tree, from, to);
        run.leaves = new bytes32[](to - from);
        for (uint256 i = from; i < to; ++i) run.leaves[i - from] = all[i];
    }
}
