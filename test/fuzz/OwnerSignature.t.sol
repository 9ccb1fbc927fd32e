// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

import {OwnerMessages} from "../helpers/OwnerMessages.sol";
import {PoolFixture} from "../helpers/PoolFixture.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @title OwnerSignatureTest
/// @notice Whatever it is asked, the owner of the clusters answers, and confirms exactly what a holder of the role signed.
contract OwnerSignatureTest is PoolFixture {
    uint64 private constant ROLE = 1;
    uint256 private constant KEY_LIMIT = 2 ** 128;
    bytes4 private constant REFUSED = 0xffffffff;

    function setUp() external {
        _deployPool();
    }

    function testFuzz_confirmsWhatARoleHolderSigned(bytes32 message, uint256 key) external {
        key = _appoint(key);
        bytes32 hash = OwnerMessages.hashOf(message);

        _assertAnswer(
            hash,
            OwnerMessages.pack(message, vm.addr(key), OwnerMessages.sign(key, hash)),
            true,
            "as signed"
        );
        vm.prank(ADMIN);
        authority.revokeRole(ROLE, vm.addr(key));
        _assertAnswer(
            hash,
            OwnerMessages.pack(message, vm.addr(key), OwnerMessages.sign(key, hash)),
            false,
            "without the role"
        );
    }

    function testFuzz_refusesWhatNobodyWithTheRoleSigned(
        bytes32 message,
        uint256 key,
        uint256 otherKey,
        bytes32 otherHash
    ) external {
        key = _appoint(key);
        otherKey = bound(otherKey, 1, KEY_LIMIT);
        if (otherKey == key) ++otherKey;
        bytes32 hash = OwnerMessages.hashOf(message);

        bytes memory byOther = OwnerMessages.sign(otherKey, hash);
        _assertAnswer(hash, OwnerMessages.pack(message, vm.addr(otherKey), byOther), false, "by another");
        _assertAnswer(hash, OwnerMessages.pack(message, vm.addr(key), byOther), false, "by another in his name");
        if (otherHash == hash) return;
        bytes memory ofOther = OwnerMessages.sign(key, otherHash);
        _assertAnswer(hash, OwnerMessages.pack(message, vm.addr(key), ofOther), false, "of another hash");
        _assertAnswer(
            otherHash,
            OwnerMessages.pack(message, vm.addr(key), ofOther),
            false,
            "a hash of no such message"
        );
    }

    function testFuzz_refusesASignatureWithAnyByteChanged(
        bytes32 message,
        uint256 key,
        uint256 position,
        uint8 difference
    ) external {
        key = _appoint(key);
        bytes32 hash = OwnerMessages.hashOf(message);
        bytes memory signature = OwnerMessages.pack(message, vm.addr(key), OwnerMessages.sign(key, hash));
        position = bound(position, 0, signature.length - 1);
        signature[position] ^= bytes1(uint8(bound(difference, 1, 255)));

        _assertAnswer(hash, signature, false, "changed");
    }

    function testFuzz_refusesGarbage(bytes32 hash, bytes calldata signature) external view {
        _assertAnswer(hash, signature, false, "garbage");
    }

    function testFuzz_refusesGarbageOfAnAppointedSigner(
        bytes32 message,
        address signer,
        bytes calldata signature
    ) external {
        if (signer == address(0)) return;
        vm.prank(ADMIN);
        authority.grantRole(ROLE, signer, 0);

        _assertAnswer(
            OwnerMessages.hashOf(message),
            OwnerMessages.pack(message, signer, signature),
            false,
            "garbage of an appointed signer"
        );
    }

    /// @dev By a call of its own, so that a revert shows.
    function _assertAnswer(bytes32 hash, bytes memory signature, bool isConfirmed, string memory what) private view {
        (bool success, bytes memory answer) = address(clusterManager).staticcall(
            abi.encodeCall(IERC1271.isValidSignature, (hash, signature))
        );
        vm.assertTrue(success, what);
        bytes4 expected = isConfirmed ? IERC1271.isValidSignature.selector : REFUSED;
        vm.assertEq(answer, abi.encode(expected), what);
    }

    function _appoint(uint256 seed) private returns (uint256 key) {
        key = bound(seed, 1, KEY_LIMIT);
        vm.prank(ADMIN);
        authority.grantRole(ROLE, vm.addr(key), 0);
    }
}
