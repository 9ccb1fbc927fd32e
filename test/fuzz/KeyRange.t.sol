// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IExitRequests} from "../../contracts/interfaces/IExitRequests.sol";
import {IPoolManager} from "../../contracts/interfaces/IPoolManager.sol";
import {KeyBatches} from "../../contracts/libraries/KeyBatches.sol";
import {KeyLeaves} from "../../contracts/libraries/KeyLeaves.sol";
import {KeyRange} from "../../contracts/types/KeyRange.sol";
import {MerkleTree} from "../helpers/MerkleTree.sol";
import {ValidatorKeys} from "../helpers/ValidatorKeys.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @title KeyRangeTest
/// @notice Openings of any run of keys of any batch, against the commitment that was registered for the whole.
contract KeyRangeTest {
    using KeyBatches for KeyBatches.Context;

    uint256 private constant MAX_COUNT = 40;
    KeyBatches.Context private _batches;

    function testFuzz_anyRunOfActivatedKeysIsProven(uint256 count, uint256 nonce, uint256 from, uint256 to) external {
        KeyRange memory range = _register(count, nonce, from, to);
        vm.assertEq(this.requireRange(range), range.openings.length / 176, "as many as were opened");
        vm.assertEq(this.pubkeysOf(range.openings).length, 48 * (range.openings.length / 176), "48 bytes each");
    }

    function testFuzz_aChangedByteHasNoProof(uint256 count, uint256 from, uint256 to, uint256 which) external {
        KeyRange memory range = _register(count, 5, from, to);
        range.openings[which % range.openings.length] ^= 0x01;
        vm.expectRevert(abi.encodeWithSelector(IPoolManager.ProofInvalid.selector, 0));
        this.requireRange(range);
    }

    function testFuzz_keysThatWereNotActivatedAreRefused(uint256 count, uint256 activated) external {
        count = bound(count, 1, MAX_COUNT);
        KeyRange memory range = _register(count, 5, 0, count);
        activated = bound(activated, 0, count - 1);
        // The record as it was when fewer of them were activated.
        _setActivated(count, activated);
        vm.expectRevert(
            abi.encodeWithSelector(IExitRequests.RangeMismatch.selector, 0, 0, range.openings.length, activated)
        );
        this.requireRange(range);
    }

    function testFuzz_publicKeysAreCutOut(uint256 seed, uint256 count) external view {
        count = bound(count, 0, 9);
        seed = bound(seed, 1, type(uint128).max);
        bytes memory expected;
        bytes memory openings;
        for (uint256 i = 0; i < count; ++i) {
            expected = bytes.concat(expected, ValidatorKeys.pubkey(seed + i));
            openings = bytes.concat(openings, _opening(seed + i));
        }
        vm.assertEq(this.pubkeysOf(openings), expected, "public keys");
    }

    function requireRange(KeyRange calldata range) external view returns (uint256) {
        return _batches.requireRange(range);
    }

    function register(bytes32 root, uint256 count, uint64[] calldata operatorIds, uint64 nonce) external {
        _batches.nextNonce = nonce;
        _batches.add(root, uint32(count), operatorIds);
        _batches.activate(_batches.get(0), count);
    }

    function pubkeysOf(bytes calldata openings) external pure returns (bytes memory) {
        return KeyLeaves.pubkeysOf(openings);
    }

    function _register(uint256 count, uint256 nonce, uint256 from, uint256 to) private returns (KeyRange memory range) {
        count = bound(count, 1, MAX_COUNT);
        from = bound(from, 0, count - 1);
        to = bound(to, from + 1, count);
        nonce = bound(nonce, 0, type(uint24).max);
        bytes32[] memory leaves = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) leaves[i] = _leaf(nonce + i, 1 + i);
        bytes32[] memory tree = MerkleTree.build(leaves);
        range.operatorIds = new uint64[](4);
        for (uint64 i = 0; i < 4; ++i) range.operatorIds[i] = 3 + i;
        this.register(tree[0], count, range.operatorIds, uint64(nonce));
        range.position = from;
        (range.proof, ) = MerkleTree.prove(tree, from, to);
        for (uint256 i = from; i < to; ++i) range.openings = bytes.concat(range.openings, _opening(1 + i));
    }

    function _setActivated(uint256 count, uint256 activated) private {
        uint256 fewer = count - activated;
        uint256 slot;
        assembly {
            slot := _batches.slot
        }
        bytes32 place = keccak256(abi.encode(uint256(0), slot + 1));
        vm.store(address(this), place, bytes32(uint256(vm.load(address(this), place)) - (fewer << 232)));
    }

    function _leaf(uint256 nonce, uint256 seed) private pure returns (bytes32) {
        bytes memory fields = abi.encode(
            uint64(nonce),
            ValidatorKeys.pubkey(seed),
            ValidatorKeys.signature(seed),
            keccak256(ValidatorKeys.sharesData(seed))
        );
        return keccak256(bytes.concat(keccak256(fields)));
    }

    function _opening(uint256 seed) private pure returns (bytes memory) {
        bytes32 sharesHash = keccak256(ValidatorKeys.sharesData(seed));
        return bytes.concat(ValidatorKeys.pubkey(seed), ValidatorKeys.signature(seed), sharesHash);
    }
}
