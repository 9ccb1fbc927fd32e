// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev Consecutive keys of one batch, opened: what their leaves were made of, and the proof that they belong to it.
struct KeyRange {
    uint256 batchId;
    /// @dev Position of the first key in the batch.
    uint256 position;
    /// @dev SSV operators of the batch, ascending, as they were registered.
    uint64[] operatorIds;
    /// @dev For each key, packed: public key (48 bytes), deposit signature (96), keccak256 of its shares (32).
    bytes openings;
    /// @dev Nodes of the Merkle tree beside the keys, as OpenZeppelin's `getMultiProof` lists them.
    bytes32[] proof;
}
