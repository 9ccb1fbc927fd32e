// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

import {OwnerMessages} from "../helpers/OwnerMessages.sol";
import {PoolFixture} from "../helpers/PoolFixture.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @notice A signer that is a contract: answers with any bytes, or reverts with them.
contract AnyAnswer {
    bytes private _answer;
    bool private _reverts;

    function set(bytes calldata answer, bool reverts) external {
        (_answer, _reverts) = (answer, reverts);
    }

    fallback() external {
        bytes memory answer = _answer;
        bool reverts = _reverts;
        assembly ("memory-safe") {
            if reverts {
                revert(add(answer, 0x20), mload(answer))
            }
            return(add(answer, 0x20), mload(answer))
        }
    }
}

/// @title OwnerSignatureSignersTest
/// @notice Whatever signers with the role are and answer, the owner of the clusters confirms only what is confirmed to it
///         in the one way that EIP-1271 knows, by a signer who need not wait, for the digits that were signed.
contract OwnerSignatureSignersTest is PoolFixture {
    uint64 private constant ROLE = 1;
    uint256 private constant KEY_LIMIT = 2 ** 128;
    bytes4 private constant REFUSED = 0xffffffff;
    AnyAnswer private wallet;

    function setUp() external {
        _deployPool();
        wallet = new AnyAnswer();
        vm.prank(ADMIN);
        authority.grantRole(ROLE, address(wallet), 0);
    }

    function testFuzz_takesNoAnswerOfAContractButTheOne(bytes32 message, bytes calldata answer, bool reverts) external {
        wallet.set(answer, reverts);
        bool isConfirmed = !reverts && answer.length >= 32 && bytes32(answer[:32]) == bytes32(_selector());
        _assertAnswer(message, address(wallet), answer, isConfirmed);
    }

    function testFuzz_readsNoMoreOfAnAnswerThanAWord(bytes32 message, bytes calldata rest, bool reverts) external {
        wallet.set(bytes.concat(bytes32(_selector()), rest), reverts);
        _assertAnswer(message, address(wallet), rest, !reverts);
    }

    function testFuzz_takesNoAnswerWithAnyBitChanged(bytes32 message, uint256 bit) external {
        wallet.set(abi.encode(uint256(bytes32(_selector())) ^ (1 << bound(bit, 0, 255))), false);
        _assertAnswer(message, address(wallet), "", false);
    }

    function testFuzz_callsNoContractWithoutTheRole(bytes32 message, bytes calldata own) external {
        vm.prank(ADMIN);
        authority.revokeRole(ROLE, address(wallet));
        // It would spend all the gas that it is given.
        vm.etch(address(wallet), hex"5b600056");
        uint256 before = gasleft();
        _assertAnswer(message, address(wallet), own, false);
        vm.assertTrue(before - gasleft() < 500_000, "spends a stranger's gas");
    }

    function testFuzz_confirmsForNoSignerWithADelay(bytes32 message, uint256 key, uint32 delay) external {
        key = bound(key, 1, KEY_LIMIT);
        vm.prank(ADMIN);
        authority.grantRole(ROLE, vm.addr(key), delay);
        _assertAnswer(message, vm.addr(key), OwnerMessages.sign(key, OwnerMessages.hashOf(message)), delay == 0);
    }

    function testFuzz_confirmsTheDigitsThatWereSignedAndNoOthers(bytes32 message, bytes32 other, uint256 key) external {
        if (message == other) return;
        key = bound(key, 1, KEY_LIMIT);
        vm.prank(ADMIN);
        authority.grantRole(ROLE, vm.addr(key), 0);
        bytes memory own = OwnerMessages.sign(key, OwnerMessages.hashOf(message));
        _assertAnswer(message, vm.addr(key), own, true);
        _assertAnswer(other, vm.addr(key), own, false);
        _assertRaw(OwnerMessages.hashOf(other), OwnerMessages.pack(message, vm.addr(key), own), false);
        _assertRaw(OwnerMessages.hashOf(message), OwnerMessages.pack(other, vm.addr(key), own), false);
        _assertRaw(message, OwnerMessages.pack(message, vm.addr(key), OwnerMessages.sign(key, message)), false);
    }

    function _assertAnswer(bytes32 message, address signer, bytes memory own, bool isConfirmed) private view {
        _assertRaw(OwnerMessages.hashOf(message), OwnerMessages.pack(message, signer, own), isConfirmed);
    }

    /// @dev With a bounded amount of gas, so that a long answer would show as well as a revert.
    function _assertRaw(bytes32 hash, bytes memory signature, bool isConfirmed) private view {
        (bool success, bytes memory answer) = address(clusterManager).staticcall{gas: 2_000_000}(
            abi.encodeCall(IERC1271.isValidSignature, (hash, signature))
        );
        vm.assertTrue(success, "reverts");
        vm.assertEq(answer, abi.encode(isConfirmed ? _selector() : REFUSED), "answer");
    }

    function _selector() private pure returns (bytes4) {
        return IERC1271.isValidSignature.selector;
    }
}
