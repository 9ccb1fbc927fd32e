// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";

/// @title MerkleTree
/// @notice A complete binary tree as OpenZeppelin's `StandardMerkleTree` lays it out with `sortLeaves: false`: the node
///         `i` has the children `2 i + 1` and `2 i + 2`, and the leaves stand at the end, the first one last.
library MerkleTree {
    function build(bytes32[] memory leaves) internal pure returns (bytes32[] memory tree) {
        tree = new bytes32[](2 * leaves.length - 1);
        for (uint256 i = 0; i < leaves.length; ++i) tree[tree.length - 1 - i] = leaves[i];
        for (uint256 i = leaves.length - 1; i > 0; --i)
            tree[i - 1] = Hashes.commutativeKeccak256(tree[2 * i - 1], tree[2 * i]);
    }

    /// @dev Proof of the leaves `from` up to `to` together, with the flags of OpenZeppelin's verification.
    function prove(
        bytes32[] memory tree,
        uint256 from,
        uint256 to
    ) internal pure returns (bytes32[] memory proof, bool[] memory flags) {
        // Nodes still to be explained, the deepest first; each step takes one or two and puts their parent behind.
        uint256[] memory open = new uint256[](2 * tree.length + 1);
        uint256 end = 0;
        for (uint256 i = from; i < to; ++i) open[end++] = tree.length - 1 - i;
        (proof, flags) = (new bytes32[](tree.length), new bool[](tree.length));
        (uint256 proofs, uint256 steps) = (0, 0);
        for (uint256 next = 0; open[next] != 0; ++steps) {
            uint256 node = open[next++];
            uint256 sibling = node % 2 == 0 ? node - 1 : node + 1;
            flags[steps] = next < end && open[next] == sibling;
            if (flags[steps]) ++next;
            else proof[proofs++] = tree[sibling];
            open[end++] = (node - 1) / 2;
        }
        assembly ("memory-safe") {
            mstore(proof, proofs)
            mstore(flags, steps)
        }
    }
}
