// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {KeyTree} from "../libraries/KeyTree.sol";

/// @title KeyTreeMock
/// @notice Lets tests ask the library.
contract KeyTreeMock {
    /// @notice See `KeyTree.rootOf`.
    /// @param leaves Leaves of a run.
    /// @param proof Nodes beside them.
    /// @param position Position of the first.
    /// @param count Leaves of the tree.
    /// @return root Root that they lead to.
    function rootOf(
        bytes32[] memory leaves,
        bytes32[] calldata proof,
        uint256 position,
        uint256 count
    ) external pure returns (bytes32 root) {
        return KeyTree.rootOf(leaves, proof, position, count);
    }
}
