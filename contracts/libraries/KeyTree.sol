// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title KeyTree
/// @notice The Merkle root that consecutive leaves of a batch lead to.
/// @dev The tree is OpenZeppelin's StandardMerkleTree without sorting of leaves. Its nodes are numbered from the root, 1,
///      downwards: node `i` has the children `2 i` and `2 i + 1`, and `count` leaves are the nodes `2 count - 1` for the
///      first one down to `count` for the last one. An inner node hashes its children, the lower hash first.
library KeyTree {
    /// @notice Root of the tree to which the leaves belong, if they do. It writes over them.
    /// @param leaves At least one, in the order of their positions.
    /// @param proof Nodes missing beside them, as OpenZeppelin's `getMultiProof` lists them: from the deepest up, on one
    ///        depth the one that leads to earlier leaves first.
    /// @param position Position of the first leaf given; all of them are below `count`.
    /// @param count Leaves of the whole tree.
    /// @return root Zero if the proof has another length.
    function rootOf(
        bytes32[] memory leaves,
        bytes32[] calldata proof,
        uint256 position,
        uint256 count
    ) internal pure returns (bytes32 root) {
        uint256 high;
        uint256 low;
        // Leaves exist in memory, so they are few, and counts have 16 bits.
        unchecked {
            high = 2 * count - 1 - position;
            low = high + 1 - leaves.length;
        }
        // Known are the nodes from `high` down to `low`, none of which stands below another one. Their parents take their
        // place until the root alone is known:
        //   if high is a left child, its sibling comes from the proof;
        //   nodes in between are siblings in pairs;
        //   if low is a right child, its sibling is either the first parent found, when `low` is the last leaf and the
        //   first leaf is known as well, or comes from the proof.
        assembly ("memory-safe") {
            function hashPair(a, b) -> parent {
                let swapped := shl(5, gt(a, b))
                mstore(swapped, a)
                mstore(xor(swapped, 0x20), b)
                parent := keccak256(0, 0x40)
            }

            let known := add(leaves, 0x20)
            let next := proof.offset
            for {} gt(high, 1) {} {
                let node := known
                let last := add(known, shl(5, sub(high, low)))
                if iszero(and(high, 1)) {
                    // The word before is the length of the leaves or a node used up.
                    node := sub(known, 0x20)
                    mstore(node, calldataload(next))
                    next := add(next, 0x20)
                }
                let parent := known
                for {} lt(node, last) {
                    node := add(node, 0x40)
                } {
                    mstore(parent, hashPair(mload(node), mload(add(node, 0x20))))
                    parent := add(parent, 0x20)
                }
                high := shr(1, high)
                if eq(node, last) {
                    let sibling
                    switch eq(high, sub(low, 1))
                    case 0 {
                        sibling := calldataload(next)
                        next := add(next, 0x20)
                    }
                    default {
                        sibling := mload(known)
                        known := add(known, 0x20)
                        high := sub(high, 1)
                    }
                    mstore(parent, hashPair(mload(last), sibling))
                }
                low := shr(1, low)
            }
            // A sibling read behind the end of the proof counts, too.
            if eq(next, add(proof.offset, shl(5, proof.length))) {
                root := mload(known)
            }
        }
    }
}
