// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {BatchRecord, batchRecord} from "../../contracts/types/BatchRecord.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @title BatchRecordTest
/// @notice A batch in one slot: each field stands where upgrades look for it, and comes back as it was.
contract BatchRecordTest {
    function testFuzz_fieldsStandWhereTheyAreSaidToAndComeBack(
        bytes20 commitment,
        uint32 batchId,
        uint24 firstNonce,
        uint16 count,
        uint16 activated
    ) external pure {
        activated = uint16(bound(activated, 0, count));
        BatchRecord batch = batchRecord(commitment, batchId, firstNonce, count).activate(activated);
        vm.assertTrue(batch.commitment() == commitment, "commitment");
        vm.assertEq(batch.batchId(), batchId, "id");
        vm.assertEq(batch.firstNonce(), firstNonce, "first nonce");
        vm.assertEq(batch.count(), count, "count");
        vm.assertEq(batch.activated(), activated, "activated");
        vm.assertEq(batch.left(), count - activated, "left");
        vm.assertEq(batch.nextNonce(), uint256(firstNonce) + activated, "next nonce");

        bytes memory word = abi.encodePacked(false, activated, count, firstNonce, batchId, commitment);
        vm.assertEq(BatchRecord.unwrap(batch), uint256(bytes32(word)), "live");

        word = abi.encodePacked(true, activated, count, firstNonce, batchId, commitment);
        vm.assertEq(BatchRecord.unwrap(batch.discard()), uint256(bytes32(word)), "discarded");
        vm.assertEq(BatchRecord.unwrap(batch.discard().discard()), uint256(bytes32(word)), "discarded twice");
    }

    function testFuzz_isLiveWhileKeysAreLeft(uint16 count, uint16 activated) external pure {
        activated = uint16(bound(activated, 0, count));
        BatchRecord batch = batchRecord(hex"ff", 1, 2, count).activate(activated);
        vm.assertTrue(batch.isLive() == (activated < count), "live while keys are left");
        vm.assertFalse(batch.isDiscarded(), "not discarded");
        vm.assertFalse(batch.discard().isLive(), "not live once discarded");
        vm.assertTrue(batch.discard().isDiscarded(), "discarded");
    }

    function testFuzz_keysAreActivatedOneAfterTheOther(uint16 count, uint16 first, uint16 second) external pure {
        first = uint16(bound(first, 0, count));
        second = uint16(bound(second, 0, count - first));
        BatchRecord batch = batchRecord(hex"ff", 1, 2, count);
        vm.assertEq(
            BatchRecord.unwrap(batch.activate(first).activate(second)),
            BatchRecord.unwrap(batch.activate(uint256(first) + second)),
            "the same as at once"
        );
    }
}
