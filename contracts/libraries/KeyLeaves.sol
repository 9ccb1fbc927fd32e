// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPoolManager} from "../interfaces/IPoolManager.sol";
import {BeaconDeposits} from "./BeaconDeposits.sol";

/// @title KeyLeaves
/// @notice The leaves of a batch's Merkle tree: what a ceremony made for each key, hashed.
library KeyLeaves {
    /// @dev Bytes of one key's fields, ABI-encoded; its shares stand behind them in memory while they are hashed.
    uint256 private constant FIELDS_LENGTH = 0x160;
    uint256 internal constant PUBKEY_LENGTH = 48;
    uint256 private constant SIGNATURE_LENGTH = 96;
    /// @dev Bytes of one opening, see `KeyRange`.
    uint256 internal constant OPENING_LENGTH = 176;
    uint256 private constant SHARES_HASH_AT = 144;

    /// @dev Leaves of all keys, of which each has `sharesLength` bytes of shares. They are hashed twice, as OpenZeppelin's
    ///      StandardMerkleTree does, so that no inner node can pass for a leaf.
    function hashEach(
        BeaconDeposits.PackedKeys memory keys,
        bytes calldata sharesData,
        uint256 nonce,
        uint256 sharesLength
    ) internal pure returns (bytes32[] memory leaves) {
        uint256 shares = _requireLength(sharesData, sharesLength * keys.offered);
        (uint256 pubkey, uint256 signature) = (keys.pubkeys, keys.signatures);
        uint256 frame = _layOutFrame(sharesLength);
        // for each key: leaf = keccak256(keccak256(abi.encode(nonce, pubkey, signature, keccak256(shares))))
        assembly ("memory-safe") {
            // What is read from memory, the compiler does not compute anew for each key.
            let size := mload(frame)
            leaves := mload(0x40)
            let count := mload(keys)
            mstore(leaves, count)
            let leaf := add(leaves, 0x20)
            mstore(0x40, add(leaf, shl(5, count)))
            for {} lt(leaf, mload(0x40)) {
                leaf := add(leaf, 0x20)
            } {
                calldatacopy(add(frame, FIELDS_LENGTH), shares, size)
                mstore(frame, nonce)
                mstore(add(frame, 0x060), keccak256(add(frame, FIELDS_LENGTH), size))
                calldatacopy(add(frame, 0x0a0), pubkey, PUBKEY_LENGTH)
                calldatacopy(add(frame, 0x100), signature, SIGNATURE_LENGTH)
                mstore(0, keccak256(frame, FIELDS_LENGTH))
                mstore(leaf, keccak256(0, 0x20))
                nonce := add(nonce, 1)
                shares := add(shares, size)
                pubkey := add(pubkey, PUBKEY_LENGTH)
                signature := add(signature, SIGNATURE_LENGTH)
            }
        }
    }

    /// @dev Leaves of keys by their openings, of which the hash of the shares is known and the shares are not needed.
    function hashOpenings(bytes calldata openings, uint256 nonce) internal pure returns (bytes32[] memory leaves) {
        uint256 frame = _layOutFrame(0);
        leaves = new bytes32[](openings.length / OPENING_LENGTH);
        // for each key: leaf = keccak256(keccak256(abi.encode(nonce, pubkey, signature, sharesHash)))
        assembly ("memory-safe") {
            let opening := openings.offset
            let leaf := add(leaves, 0x20)
            for {
                let end := add(leaf, shl(5, mload(leaves)))
            } lt(leaf, end) {
                leaf := add(leaf, 0x20)
            } {
                mstore(frame, nonce)
                calldatacopy(add(frame, 0x060), add(opening, SHARES_HASH_AT), 0x20)
                calldatacopy(add(frame, 0x0a0), opening, PUBKEY_LENGTH)
                calldatacopy(add(frame, 0x100), add(opening, PUBKEY_LENGTH), SIGNATURE_LENGTH)
                mstore(0, keccak256(frame, FIELDS_LENGTH))
                mstore(leaf, keccak256(0, 0x20))
                nonce := add(nonce, 1)
                opening := add(opening, OPENING_LENGTH)
            }
        }
    }

    /// @dev Public keys of openings, packed.
    function pubkeysOf(bytes calldata openings) internal pure returns (bytes memory pubkeys) {
        uint256 count = openings.length / OPENING_LENGTH;
        pubkeys = new bytes(count * PUBKEY_LENGTH);
        for (uint256 i = 0; i < count; ++i) copyPubkey(openings, i, pubkeys, i);
    }

    /// @dev Writes the public key of one opening to the place of one key among packed ones. Both must be there.
    function copyPubkey(bytes calldata openings, uint256 from, bytes memory pubkeys, uint256 to) internal pure {
        // pubkeys[48 to:48 (to + 1)] = openings[176 from:176 from + 48]
        assembly ("memory-safe") {
            let source := add(openings.offset, mul(OPENING_LENGTH, from))
            calldatacopy(add(add(pubkeys, 0x20), mul(PUBKEY_LENGTH, to)), source, PUBKEY_LENGTH)
        }
    }

    /// @dev Keeps the first `count` of packed public keys, no more than there are.
    function truncate(bytes memory pubkeys, uint256 count) internal pure returns (bytes memory) {
        // pubkeys.length = 48 count
        assembly ("memory-safe") {
            mstore(pubkeys, mul(PUBKEY_LENGTH, count))
        }
        return pubkeys;
    }

    /// @dev The fields of one key, laid out once in memory: 0x000 nonce, 0x020 offsets of public key and signature, 0x060
    ///      hash of the shares, 0x080 public key, 0x0e0 signature, 0x160 the shares. Each key is written over the one
    ///      before. In the place of the nonce stands the length of the shares.
    function _layOutFrame(uint256 sharesLength) private pure returns (uint256 frame) {
        // frame = abi.encode(uint64(sharesLength), new bytes(48), new bytes(96), bytes32(0)), and room for the shares
        assembly ("memory-safe") {
            frame := mload(0x40)
            mstore(frame, sharesLength)
            mstore(add(frame, 0x020), 0x80)
            mstore(add(frame, 0x040), 0xe0)
            mstore(add(frame, 0x080), PUBKEY_LENGTH)
            mstore(add(frame, 0x0c0), 0) // the last 16 bytes of this word pad the public key
            mstore(add(frame, 0x0e0), SIGNATURE_LENGTH)
            mstore(0x40, and(add(add(frame, FIELDS_LENGTH), add(sharesLength, 0x1f)), not(0x1f)))
        }
    }

    /// @dev Where in the calldata the shares stand.
    function _requireLength(bytes calldata sharesData, uint256 length) private pure returns (uint256 offset) {
        require(sharesData.length == length, IPoolManager.SharesLengthMismatch(sharesData.length, length));
        // offset = where sharesData begins in the calldata
        assembly ("memory-safe") {
            offset := sharesData.offset
        }
    }
}
