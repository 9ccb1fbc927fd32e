// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {vm} from "./Vm.sol";

/// @title CommitteeKeys
/// @notice Private keys of committee members, in the ascending order of their addresses, and what they sign.
library CommitteeKeys {
    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );

    function make(uint256 count) internal pure returns (uint256[] memory keys) {
        keys = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 key = i + 1;
            uint256 position = i;
            for (; position > 0 && vm.addr(keys[position - 1]) > vm.addr(key); --position)
                keys[position] = keys[position - 1];
            keys[position] = key;
        }
    }

    function addressesOf(uint256[] memory keys) internal pure returns (address[] memory members) {
        members = new address[](keys.length);
        for (uint256 i = 0; i < keys.length; ++i) members[i] = vm.addr(keys[i]);
    }

    /// @dev Written out instead of asked from the contract, so that a wrong domain shows.
    function digest(address committee, bytes32 structHash) internal view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(DOMAIN_TYPEHASH, keccak256("poolETH Committee"), keccak256("1"), block.chainid, committee)
        );
        return MessageHashUtils.toTypedDataHash(domain, structHash);
    }

    /// @dev Signatures of the first `signers` keys, packed.
    function sign(
        uint256[] memory keys,
        uint256 signers,
        address committee,
        bytes32 structHash
    ) internal view returns (bytes memory signatures) {
        bytes32 signed = digest(committee, structHash);
        for (uint256 i = 0; i < signers; ++i) signatures = bytes.concat(signatures, signOne(keys[i], signed));
    }

    function signOne(uint256 key, bytes32 signed) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, signed);
        return abi.encodePacked(r, s, v);
    }
}
