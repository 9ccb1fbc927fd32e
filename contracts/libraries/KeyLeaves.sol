// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPoolManager} from "../interfaces/IPoolManager.sol";
import {StakeKeys} from "../types/Stake.sol";
import {BeaconDeposits} from "./BeaconDeposits.sol";

/// @title KeyLeaves
/// @notice The leaves of a batch's Merkle tree: what a ceremony made for each key, hashed.
library KeyLeaves {
    /// @dev Bytes of one key's fields, ABI-encoded; its shares stand behind them in memory while they are hashed.
    uint256 private constant FIELDS_LENGTH = 0x160;

    /// @dev Leaves of the first `count` keys offered. The caller has checked that keys, signatures and shares hold so many.
    function hashEach(
        IPoolManager.Activation calldata activation,
        uint256 count,
        uint256 firstNonce,
        uint256 sharesLength
    ) internal pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](count);
        uint256 frame = _layOutFrame(sharesLength);
        StakeKeys calldata keys = activation.keys;
        uint256 pubkey = _offset(keys.pubkeys);
        uint256 signature = _offset(keys.signatures);
        uint256 shares = _offset(activation.sharesData);
        // Calldata is far shorter than 2^256, and nonces are few.
        unchecked {
            for (uint256 i = 0; i < count; ++i) {
                _hash(leaves, i, frame, firstNonce + i, pubkey, signature, shares, sharesLength);
                pubkey += BeaconDeposits.PUBKEY_LENGTH;
                signature += BeaconDeposits.SIGNATURE_LENGTH;
                shares += sharesLength;
            }
        }
    }

    /// @dev The fields of one key, laid out once in memory: 0x000 nonce, 0x020 offsets of public key and signature, 0x060
    ///      hash of the shares, 0x080 public key, 0x0e0 signature, 0x160 the shares. Each key is written over the one
    ///      before.
    function _layOutFrame(uint256 sharesLength) private pure returns (uint256 frame) {
        // frame = abi.encode(uint64(0), new bytes(48), new bytes(96), bytes32(0)), and room for the shares
        assembly ("memory-safe") {
            frame := mload(0x40)
            mstore(0x40, add(frame, and(add(add(FIELDS_LENGTH, sharesLength), 0x1f), not(0x1f))))
            mstore(add(frame, 0x020), 0x80)
            mstore(add(frame, 0x040), 0xe0)
            mstore(add(frame, 0x080), 48)
            mstore(add(frame, 0x0c0), 0) // the last 16 bytes of this word pad the public key
            mstore(add(frame, 0x0e0), 96)
        }
    }

    /// @dev Hashed twice, as OpenZeppelin's StandardMerkleTree does, so that no inner node can pass for a leaf.
    function _hash(
        bytes32[] memory leaves,
        uint256 index,
        uint256 frame,
        uint256 nonce,
        uint256 pubkey,
        uint256 signature,
        uint256 shares,
        uint256 sharesLength
    ) private pure {
        // leaves[index] = keccak256(bytes.concat(keccak256(abi.encode(nonce, pubkey, signature, keccak256(shares)))))
        assembly ("memory-safe") {
            calldatacopy(add(frame, FIELDS_LENGTH), shares, sharesLength)
            mstore(frame, nonce)
            mstore(add(frame, 0x060), keccak256(add(frame, FIELDS_LENGTH), sharesLength))
            calldatacopy(add(frame, 0x0a0), pubkey, 48)
            calldatacopy(add(frame, 0x100), signature, 96)
            mstore(0, keccak256(frame, FIELDS_LENGTH))
            mstore(add(add(leaves, 0x20), mul(index, 0x20)), keccak256(0, 0x20))
        }
    }

    function _offset(bytes calldata data) private pure returns (uint256 offset) {
        // offset = where data begins in the calldata
        assembly ("memory-safe") {
            offset := data.offset
        }
    }
}
