// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IExitRequests} from "../interfaces/IExitRequests.sol";
import {BatchRecord} from "../types/BatchRecord.sol";
import {ExitMark, GONE} from "../types/ExitMark.sol";
import {KeyBatches} from "./KeyBatches.sol";

/// @title ExitBook
/// @notice Which validators were asked to exit, when, and which are gone; and which of the others is the oldest.
/// @dev Times are those of requests sent. Whether the consensus layer acted on one, only reports tell.
library ExitBook {
    using KeyBatches for KeyBatches.Context;

    struct Context {
        /// @dev Every key before this place is gone. Places are ordered by batch, then by position.
        uint32 goneBatches;
        uint16 gonePosition;
        /// @dev Keys triggered that the last report could not show, when one was triggered last, and that time in seconds.
        uint32 triggered;
        uint40 triggeredAt;
        /// @dev Eight marks in a word, that of the lowest position in the lowest bits.
        mapping(uint256 batchId => mapping(uint256 word => uint256)) marks;
    }

    /// @dev A validator that was active for less than 256 epochs when it was asked can exit 27.3 hours later; and two daily
    ///      reports show whether it does.
    uint256 internal constant RETRY_AFTER = 3 days;
    /// @dev Queues of exits took up to 45 days, and paying out takes up to ten.
    uint256 internal constant LONGEST_EXIT = 60 days;
    /// @dev The predeploy hands on 16 requests a block. To make one wait for an hour would take thousands before it, at fees
    ///      that nobody can pay.
    uint256 private constant DEQUEUED_WITHIN = 1 hours;
    uint256 private constant MARKS_PER_WORD = 8;
    uint256 private constant MARK_BITS = 32;

    /* WRITE */

    /// @dev Notes a request of now.
    function request(Context storage self, uint256 batchId, uint256 position, bool isOverdue) internal {
        ExitMark mark = markOf(self, batchId, position);
        require(!mark.isGone(), IExitRequests.ValidatorGone(batchId, position));
        require(
            isRequestable(mark, isOverdue),
            IExitRequests.ExitRequestedRecently(batchId, position, mark.requestedAt())
        );
        _write(self, batchId, position, mark.requestedAgain(block.timestamp, isOverdue));
    }

    /// @dev Notes that a validator is gone, for ever.
    function setGone(Context storage self, uint256 batchId, uint256 position) internal {
        _write(self, batchId, position, GONE);
    }

    /// @dev Lets the search for the oldest key begin behind those that are gone, up to a place.
    function passGone(
        Context storage self,
        KeyBatches.Context storage batches,
        uint256 batchId,
        uint256 position
    ) internal {
        (uint256 id, uint256 at) = (self.goneBatches, self.gonePosition);
        (uint256 newId, uint256 newAt) = _walk(self, batches, id, at, batchId, position, true);
        // A batch and a position of it.
        if (newId != id || newAt != at) (self.goneBatches, self.gonePosition) = (uint32(newId), uint16(newAt));
    }

    /// @dev Counts keys triggered now. `shownUntil` is the time of the state that the last report shows.
    function countTriggered(Context storage self, uint256 keys, uint256 shownUntil) internal {
        // Far fewer than 2^32 keys are triggered between two reports.
        (self.triggered, self.triggeredAt) = (uint32(unseenKeys(self, shownUntil) + keys), uint40(block.timestamp));
    }

    /* READ */

    function markOf(Context storage self, uint256 batchId, uint256 position) internal view returns (ExitMark) {
        uint256 word = self.marks[batchId][position / MARKS_PER_WORD];
        return ExitMark.wrap(uint32(word >> (MARK_BITS * (position % MARKS_PER_WORD))));
    }

    /// @dev Keys triggered that a report of the state at `shownUntil` need not show yet.
    function unseenKeys(Context storage self, uint256 shownUntil) internal view returns (uint256) {
        return self.triggeredAt + DEQUEUED_WITHIN > shownUntil ? self.triggered : 0;
    }

    /// @dev Whether a key may be requested now. Whoever triggers overdue exits cannot spend their limit twice on one that
    ///      most likely is on its way; what operators requested does not count for that, as they choose when.
    function isRequestable(ExitMark mark, bool isOverdue) internal view returns (bool) {
        if (mark.isGone()) return false;
        if (!mark.isRequested()) return true;
        uint256 wait = isOverdue && mark.wasOverdue() ? LONGEST_EXIT : RETRY_AFTER;
        return block.timestamp >= mark.requestedAt() + wait;
    }

    /// @dev The first key, from the place before which all are gone up to another place, that was neither requested within
    ///      `LONGEST_EXIT` nor is gone; the other place if there is none.
    function oldest(
        Context storage self,
        KeyBatches.Context storage batches,
        uint256 batchId,
        uint256 position
    ) internal view returns (uint256, uint256) {
        return _walk(self, batches, self.goneBatches, self.gonePosition, batchId, position, false);
    }

    /* PRIVATE */

    /// @dev Goes from one place to another past keys that are gone, or also past those that are requested. Keys of a live
    ///      batch may come later, so that it never counts as gone.
    function _walk(
        Context storage self,
        KeyBatches.Context storage batches,
        uint256 id,
        uint256 at,
        uint256 batchId,
        uint256 position,
        bool onlyGone
    ) private view returns (uint256, uint256) {
        while (id < batchId || (id == batchId && at < position)) {
            BatchRecord batch = batches.requireKnown(id);
            uint256 end = id == batchId ? position : batch.activated();
            while (at < end && _isPassable(markOf(self, id, at), onlyGone)) ++at;
            if (at < end || id == batchId || (onlyGone && batch.isLive())) break;
            (id, at) = (id + 1, 0);
        }
        return (id, at);
    }

    function _isPassable(ExitMark mark, bool onlyGone) private view returns (bool) {
        if (mark.isGone()) return true;
        return !onlyGone && mark.isRequested() && block.timestamp < mark.requestedAt() + LONGEST_EXIT;
    }

    function _write(Context storage self, uint256 batchId, uint256 position, ExitMark mark) private {
        uint256 shift = MARK_BITS * (position % MARKS_PER_WORD);
        uint256 others = self.marks[batchId][position / MARKS_PER_WORD] & ~(uint256(type(uint32).max) << shift);
        self.marks[batchId][position / MARKS_PER_WORD] = others | (uint256(ExitMark.unwrap(mark)) << shift);
    }
}
