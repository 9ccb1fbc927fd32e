// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

import {CommitteeKeys} from "./CommitteeKeys.sol";

/// @title OwnerMessages
/// @notice Messages of ssv-dkg as holders of the role sign them.
library OwnerMessages {
    /// @dev EIP-191 hash of the digits, which are OpenZeppelin's without their prefix.
    function hashOf(bytes32 message) internal pure returns (bytes32) {
        bytes memory digits = bytes(Strings.toHexString(uint256(message), 32));
        bytes memory text = new bytes(64);
        for (uint256 i = 0; i < 64; ++i) text[i] = digits[i + 2];
        return keccak256(bytes.concat("\x19Ethereum Signed Message:\n64", text));
    }

    function sign(uint256 key, bytes32 hash) internal pure returns (bytes memory) {
        return CommitteeKeys.signOne(key, hash);
    }

    /// @param own The signer's own signature.
    function pack(bytes32 message, address signer, bytes memory own) internal pure returns (bytes memory) {
        return abi.encodePacked(message, signer, own);
    }
}
