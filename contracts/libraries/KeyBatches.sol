// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IExitRequests} from "../interfaces/IExitRequests.sol";
import {IPoolManager} from "../interfaces/IPoolManager.sol";
import {BatchRecord, batchRecord} from "../types/BatchRecord.sol";
import {KeyRange} from "../types/KeyRange.sol";
import {BeaconDeposits} from "./BeaconDeposits.sol";
import {KeyLeaves} from "./KeyLeaves.sol";
import {KeyTree} from "./KeyTree.sol";
import {SSVCalldata} from "./SSVCalldata.sol";

/// @title KeyBatches
/// @notice Validator keys that wait, as one commitment per ceremony. The keys themselves come with the call that uses
///         them.
/// @dev SSV nodes accept the shares of a key only under the owner's exact registration counter. So live batches cover
///      consecutive nonces, and the counter alone says which key is next.
library KeyBatches {
    using SafeCast for uint256;

    struct Context {
        uint32 count;
        /// @dev Nonce of the first key of the next batch.
        uint64 nextNonce;
        /// @dev Hash of the last record whose place was taken, zero or not, and of what this was before: whoever has all of
        ///      them can prove any.
        bytes20 history;
        /// @dev Batch `id` stands at `id % RECORDS`, until another one takes its place.
        mapping(uint256 place => BatchRecord) batches;
        /// @dev Batches whose place was taken, as far as somebody proved them. They were not live, so they stay as they are.
        mapping(uint256 batchId => BatchRecord) restored;
    }

    /// @dev So many batches are kept, so that dropping all of them fits a transaction.
    uint256 private constant RECORDS = 64;
    uint256 private constant MIN_OPERATORS = 4;
    uint256 private constant MAX_OPERATORS = 13;

    function add(
        Context storage self,
        bytes32 root,
        uint32 count,
        uint64[] calldata operatorIds
    ) internal returns (uint32 batchId, uint64 firstNonce) {
        bool wellFormed = root != 0 && count != 0 && count <= type(uint16).max && _areOperatorsValid(operatorIds);
        require(wellFormed, IPoolManager.BatchMalformed(root, count, operatorIds.length));

        bytes20 history;
        (batchId, firstNonce, history) = _readNext(self);
        BatchRecord older = self.batches[batchId % RECORDS];
        require(!older.isLive(), IPoolManager.BatchStillLive(older.batchId()));
        // Nobody registers 2^32 batches, and the nonce before fits 24 bits: the last batch had to.
        unchecked {
            _writeNext(self, batchId + 1, firstNonce + count, _chain(history, older));
        }
        // The nonce fits as long as SSV nodes count registrations in 16 bits; those that wait stand in few batches.
        self.batches[batchId % RECORDS] = batchRecord(
            _commitment(root, operatorIds),
            batchId,
            uint256(firstNonce).toUint24(),
            uint16(count)
        );
    }

    /// @dev Drops the rest of `batchId` and of every later batch. The next batch begins at `ownerNonce`, or behind the
    ///      live batches before.
    function discardFrom(Context storage self, uint256 batchId, uint256 ownerNonce) internal {
        BatchRecord first = _placed(self, batchId);
        require(first.isLive(), IPoolManager.BatchNotLive(batchId));

        uint256 nextNonce = first.nextNonce();
        self.nextNonce = uint64(nextNonce > ownerNonce ? nextNonce : ownerNonce);
        for (uint256 id = batchId; id < self.count; ++id) {
            BatchRecord batch = self.batches[id % RECORDS];
            if (!batch.isLive()) continue;
            self.batches[id % RECORDS] = batch.discard();
            emit IPoolManager.BatchDiscarded(id, batch.activated());
        }
    }

    /// @dev Lets the next batch begin at `ownerNonce`, unless batches cover that one already.
    function follow(Context storage self, uint256 ownerNonce) internal {
        if (ownerNonce > self.nextNonce) self.nextNonce = uint64(ownerNonce);
    }

    /// @dev Proves records whose place was taken, `records` being all from the first of them up to the last one taken, and
    ///      keeps the first `wanted` of them.
    function restore(Context storage self, bytes20 before, BatchRecord[] calldata records, uint256 wanted) internal {
        bytes20 chain = before;
        for (uint256 i = 0; i < records.length; ++i) chain = _chain(chain, records[i]);
        bytes20 history = self.history;
        require(chain == history && wanted <= records.length, IExitRequests.HistoryMismatch(chain, history));
        for (uint256 i = 0; i < wanted; ++i) {
            // The first batches took empty places, which must not take the place of the first batch.
            if (records[i].count() == 0) continue;
            uint256 batchId = records[i].batchId();
            self.restored[batchId] = records[i];
            emit IExitRequests.BatchRestored(batchId);
        }
    }

    /// @dev A batch as it stands, or zeros if there is none, or another one took its place and nobody restored it.
    function get(Context storage self, uint256 batchId) internal view returns (BatchRecord batch) {
        batch = _placed(self, batchId);
        if (batch.count() == 0) batch = self.restored[batchId];
    }

    function requireKnown(Context storage self, uint256 batchId) internal view returns (BatchRecord batch) {
        batch = get(self, batchId);
        require(batch.count() != 0, IExitRequests.BatchUnknown(batchId));
    }

    /// @dev Checks that keys are consecutive ones of a batch and were activated, and returns how many they are.
    function requireRange(Context storage self, KeyRange calldata range) internal view returns (uint256 count) {
        (uint256 batchId, uint256 position) = (range.batchId, range.position);
        BatchRecord batch = requireKnown(self, batchId);
        uint256 length = range.openings.length;
        uint256 activated = batch.activated();
        count = length / KeyLeaves.OPENING_LENGTH;
        bool isWhole = count != 0 && count * KeyLeaves.OPENING_LENGTH == length;
        bool isActivated = count <= activated && position <= activated - count;
        require(isWhole && isActivated, IExitRequests.RangeMismatch(batchId, position, length, activated));

        bytes32[] memory leaves = KeyLeaves.hashOpenings(range.openings, batch.firstNonce() + position);
        bytes32 root = KeyTree.rootOf(leaves, range.proof, position, batch.count());
        require(_commitment(root, range.operatorIds) == batch.commitment(), IPoolManager.ProofInvalid(batchId));
    }

    /// @dev Checks that the offered keys are the next ones of their batch, and returns the batch and how many they are.
    ///      Whether it is this batch's turn, the cluster manager checks.
    function requireNext(
        Context storage self,
        IPoolManager.Activation calldata activation
    ) internal view returns (BatchRecord batch, uint256 offered) {
        batch = _placed(self, activation.batchId);
        require(batch.isLive(), IPoolManager.BatchNotLive(activation.batchId));
        BeaconDeposits.PackedKeys memory keys = BeaconDeposits.unpack(activation.keys);
        uint256 left = batch.left();
        offered = keys.offered;
        require(offered != 0 && offered <= left, IPoolManager.OfferMismatch(offered, left));

        uint64[] calldata operatorIds = activation.operatorIds;
        uint256 sharesLength = SSVCalldata.sharesLength(operatorIds.length);
        bytes32[] memory leaves = KeyLeaves.hashEach(keys, activation.sharesData, batch.nextNonce(), sharesLength);
        bytes32 root = KeyTree.rootOf(leaves, activation.proof, batch.activated(), batch.count());
        require(_commitment(root, operatorIds) == batch.commitment(), IPoolManager.ProofInvalid(activation.batchId));
    }

    /// @dev Spends the next `count` keys for ever, no more than are left. `batch` is as it stands.
    function activate(Context storage self, BatchRecord batch, uint256 count) internal {
        self.batches[batch.batchId() % RECORDS] = batch.activate(count);
    }

    function statusOf(
        Context storage self,
        uint256 batchId,
        uint256 position
    ) internal view returns (IPoolManager.KeyStatus) {
        BatchRecord batch = get(self, batchId);
        if (position >= batch.count()) return IPoolManager.KeyStatus.None;
        if (position < batch.activated()) return IPoolManager.KeyStatus.Deposited;
        return batch.isDiscarded() ? IPoolManager.KeyStatus.Discarded : IPoolManager.KeyStatus.Registered;
    }

    /// @dev A batch in its place, or zeros if that is empty or another batch's.
    function _placed(Context storage self, uint256 batchId) private view returns (BatchRecord batch) {
        batch = self.batches[batchId % RECORDS];
        if (batch.batchId() != batchId) batch = BatchRecord.wrap(0);
    }

    /// @dev Reads the slot once, where three expressions read it three times.
    function _readNext(Context storage self) private view returns (uint32 count, uint64 nextNonce, bytes20 history) {
        uint256 word;
        // (count, nextNonce, history) = (self.count, self.nextNonce, self.history)
        assembly ("memory-safe") {
            word := sload(self.slot)
        }
        return (uint32(word), uint64(word >> 32), bytes20(uint160(word >> 96)));
    }

    /// @dev Writes the slot once, where three assignments write it three times.
    function _writeNext(Context storage self, uint32 count, uint64 nextNonce, bytes20 history) private {
        uint256 word = (uint256(uint160(history)) << 96) | (uint256(nextNonce) << 32) | count;
        // (self.count, self.nextNonce, self.history) = (count, nextNonce, history)
        assembly ("memory-safe") {
            sstore(self.slot, word)
        }
    }

    function _chain(bytes20 before, BatchRecord record) private pure returns (bytes20 chain) {
        // chain = bytes20(keccak256(abi.encode(before, record)))
        assembly ("memory-safe") {
            mstore(0, before)
            mstore(0x20, record)
            chain := shl(96, shr(96, keccak256(0, 0x40)))
        }
    }

    /// @dev Ids of more than 64 bits are those of no batch, because registration takes none.
    function _commitment(bytes32 root, uint64[] calldata operatorIds) private pure returns (bytes20 commitment) {
        // commitment = bytes20(keccak256(abi.encode(root, operatorIds)))
        assembly ("memory-safe") {
            let data := mload(0x40)
            let length := shl(5, operatorIds.length)
            mstore(data, root)
            mstore(add(data, 0x20), 0x40)
            mstore(add(data, 0x40), operatorIds.length)
            calldatacopy(add(data, 0x60), operatorIds.offset, length)
            commitment := shl(96, shr(96, keccak256(data, add(length, 0x60))))
        }
    }

    /// @dev SSV takes 3f + 1 operators, in ascending order.
    function _areOperatorsValid(uint64[] calldata operatorIds) private pure returns (bool) {
        uint256 operators = operatorIds.length;
        if (operators < MIN_OPERATORS || operators > MAX_OPERATORS || operators % 3 != 1) return false;
        uint64 last = operatorIds[0];
        for (uint256 i = 1; i < operators; ++i) {
            uint64 next = operatorIds[i];
            if (next <= last) return false;
            last = next;
        }
        return true;
    }
}
