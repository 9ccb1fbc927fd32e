// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {StakeKeys} from "../../contracts/types/Stake.sol";

/// @title ValidatorKeys
/// @notice Keys that nobody holds: the deposit contract checks the deposit data root and no signature.
library ValidatorKeys {
    uint256 private constant SHARES_LENGTH = 96 + 304 * 4;

    function pubkey(uint256 seed) internal pure returns (bytes memory) {
        return abi.encodePacked(keccak256(abi.encode("pubkey", seed)), bytes16(keccak256(abi.encode("tail", seed))));
    }

    function signature(uint256 seed) internal pure returns (bytes memory) {
        bytes32 head = keccak256(abi.encode("signature", seed));
        return abi.encodePacked(head, keccak256(abi.encode(head, 1)), keccak256(abi.encode(head, 2)));
    }

    /// @dev Shares for four operators.
    function sharesData(uint256 seed) internal pure returns (bytes memory shares) {
        shares = new bytes(SHARES_LENGTH);
        bytes32 head = keccak256(abi.encode("shares", seed));
        for (uint256 i = 0; i < 32; ++i) shares[i] = head[i];
    }

    /// @dev Keys `first` up to `first + count`, packed.
    function pack(
        uint256 first,
        uint256 count,
        bytes32 credentials,
        uint64 amountGwei
    ) internal pure returns (StakeKeys memory keys) {
        (keys.amountGwei, keys.compounding) = (amountGwei, uint8(credentials[0]) == 2);
        for (uint256 seed = first; seed < first + count; ++seed) {
            keys.pubkeys = bytes.concat(keys.pubkeys, pubkey(seed));
            keys.signatures = bytes.concat(keys.signatures, signature(seed));
            bytes32 root = depositDataRoot(pubkey(seed), credentials, signature(seed), amountGwei);
            keys.depositDataRoots = bytes.concat(keys.depositDataRoots, root);
        }
    }

    /// @dev hash_tree_root of DepositData, as the consensus specifications define it.
    function depositDataRoot(
        bytes memory pubkey_,
        bytes32 credentials,
        bytes memory signature_,
        uint64 amountGwei
    ) internal pure returns (bytes32) {
        bytes32[3] memory parts;
        for (uint256 i = 0; i < 96; ++i) parts[i / 32] |= bytes32(signature_[i]) >> (8 * (i % 32));
        bytes32 signatureRoot = sha256(
            abi.encode(sha256(abi.encode(parts[0], parts[1])), sha256(abi.encode(parts[2], bytes32(0))))
        );
        bytes32 pubkeyRoot = sha256(bytes.concat(pubkey_, bytes16(0)));
        return
            sha256(
                abi.encode(
                    sha256(abi.encode(pubkeyRoot, credentials)),
                    sha256(abi.encode(littleEndian(amountGwei), signatureRoot))
                )
            );
    }

    /// @dev Eight bytes, least significant first, at the left end of a word.
    function littleEndian(uint64 value) internal pure returns (bytes32 word) {
        for (uint256 i = 0; i < 8; ++i) word |= bytes32(uint256(uint8(value >> (8 * i))) << (248 - 8 * i));
    }
}
