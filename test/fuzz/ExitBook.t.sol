// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IExitRequests} from "../../contracts/interfaces/IExitRequests.sol";
import {ExitBook} from "../../contracts/libraries/ExitBook.sol";
import {KeyBatches} from "../../contracts/libraries/KeyBatches.sol";
import {BatchRecord, batchRecord} from "../../contracts/types/BatchRecord.sol";
import {ExitMark, GONE} from "../../contracts/types/ExitMark.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @title ExitBookTest
/// @notice Marks of keys that are requested, requested again and gone, in any order, against a plain list of them.
contract ExitBookTest {
    using ExitBook for ExitBook.Context;

    struct Entry {
        uint256 requestedAt;
        bool wasOverdue;
        bool isGone;
    }

    uint256 private constant BATCHES = 4;
    uint256 private constant MAX_KEYS = 19;
    uint256 private constant MAX_STEPS = 40;
    uint256 private constant START = 1_800_000_000;

    ExitBook.Context private _book;
    KeyBatches.Context private _batches;
    uint256[BATCHES] private _counts;
    mapping(uint256 batchId => mapping(uint256 position => Entry)) private _entries;

    function testFuzz_marksAreWhatWasDone(uint256[] calldata seeds, uint256 counts) external {
        vm.warp(START);
        for (uint256 id = 0; id < BATCHES; ++id) {
            _counts[id] = bound((counts >> (8 * id)) & 0xff, 0, MAX_KEYS);
            // A batch that was dropped, so that nothing of it comes later.
            _batches.batches[id] = batchRecord("", uint32(id), 0, uint16(MAX_KEYS)).activate(_counts[id]).discard();
        }
        for (uint256 i = 0; i < seeds.length && i < MAX_STEPS; ++i) {
            vm.warp(block.timestamp + ((seeds[i] >> 64) % 20 days));
            uint256 id = (seeds[i] >> 8) % BATCHES;
            if (_counts[id] == 0) continue;
            _step(seeds[i] % 8, id, (seeds[i] >> 16) % _counts[id]);
        }
        _assertMarks();
        _assertOldest();
    }

    function testFuzz_keysTriggeredCountUntilTheyCanBeShown(uint32 keys, uint32 more, uint256 shown) external {
        vm.warp(START);
        keys = uint32(bound(keys, 1, type(uint16).max));
        more = uint32(bound(more, 1, type(uint16).max));
        _book.countTriggered(keys, 0);
        uint256 seenFrom = START + 1 hours;
        vm.assertEq(_book.unseenKeys(bound(shown, 0, seenFrom - 1)), keys, "not shown yet");
        vm.assertEq(_book.unseenKeys(bound(shown, seenFrom, type(uint40).max)), 0, "a report can show them");

        vm.warp(START + 2 hours);
        _book.countTriggered(more, bound(shown, 0, seenFrom - 1));
        vm.assertEq(_book.unseenKeys(seenFrom), uint256(keys) + more, "those of before count on");
        _book.countTriggered(more, START + 3 hours);
        vm.assertEq(_book.unseenKeys(START + 2 hours), more, "and no longer");
    }

    function request(uint256 batchId, uint256 position, bool isOverdue) external {
        _book.request(batchId, position, isOverdue);
    }

    /// @dev Requests for zero to five, by anyone if odd; else a validator is gone, or the search goes on behind those.
    function _step(uint256 choice, uint256 id, uint256 position) private {
        Entry storage entry = _entries[id][position];
        if (choice == 6) {
            _book.setGone(id, position);
            entry.isGone = true;
            return;
        }
        if (choice == 7) return _book.passGone(_batches, id, position);
        bool isOverdue = choice % 2 == 1;
        uint256 wait = isOverdue && entry.wasOverdue ? 60 days : 3 days;
        bytes memory refusal;
        if (entry.isGone) refusal = abi.encodeWithSelector(IExitRequests.ValidatorGone.selector, id, position);
        else if (entry.requestedAt != 0 && block.timestamp < entry.requestedAt + wait)
            refusal = abi.encodeWithSelector(
                IExitRequests.ExitRequestedRecently.selector,
                id,
                position,
                entry.requestedAt
            );
        if (refusal.length != 0) vm.expectRevert(refusal);
        this.request(id, position, isOverdue);
        if (refusal.length != 0) return;
        entry.requestedAt = block.timestamp - (block.timestamp % 2);
        entry.wasOverdue = entry.wasOverdue || isOverdue;
    }

    function _assertMarks() private view {
        for (uint256 id = 0; id < BATCHES; ++id)
            for (uint256 position = 0; position < MAX_KEYS + 8; ++position) {
                Entry memory entry = _entries[id][position];
                ExitMark mark = _book.markOf(id, position);
                vm.assertEq(mark.isGone() ? 1 : 0, entry.isGone ? 1 : 0, "gone");
                if (entry.isGone) continue;
                vm.assertEq(mark.requestedAt(), entry.requestedAt, "time");
                vm.assertEq(mark.wasOverdue() ? 1 : 0, entry.wasOverdue ? 1 : 0, "overdue");
            }
        vm.assertEq(ExitMark.unwrap(GONE), type(uint32).max, "all bits");
    }

    /// @dev Wherever the search begins, it ends at the first key that is neither gone nor requested within 60 days.
    function _assertOldest() private view {
        (uint256 oldestBatch, uint256 oldestPosition) = _oldestEntry();
        (uint256 batchId, uint256 found) = _book.oldest(_batches, BATCHES, 0);
        vm.assertEq(batchId, oldestBatch, "batch of the oldest key");
        vm.assertEq(found, oldestPosition, "position of the oldest key");
    }

    function _oldestEntry() private view returns (uint256, uint256) {
        for (uint256 id = 0; id < BATCHES; ++id)
            for (uint256 position = 0; position < _counts[id]; ++position) {
                Entry memory entry = _entries[id][position];
                bool isOn = entry.requestedAt != 0 && block.timestamp < entry.requestedAt + 60 days;
                if (!entry.isGone && !isOn) return (id, position);
            }
        return (BATCHES, 0);
    }
}
