// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IPoolManager} from "../interfaces/IPoolManager.sol";
import {BatchRecord, batchRecord} from "../types/BatchRecord.sol";
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
        /// @dev Batch `id` stands at `id % RECORDS`, until another one takes its place.
        mapping(uint256 place => BatchRecord) batches;
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

        (batchId, firstNonce) = (self.count, self.nextNonce);
        // Nobody registers 2^32 batches, and the nonce before fits 24 bits: the last batch had to.
        unchecked {
            _writeNext(self, batchId + 1, firstNonce + count);
        }
        BatchRecord older = self.batches[batchId % RECORDS];
        require(!older.isLive(), IPoolManager.BatchStillLive(older.batchId()));
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
        BatchRecord first = get(self, batchId);
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

    /// @dev A batch as it stands, or zeros if its place is empty or another batch's.
    function get(Context storage self, uint256 batchId) internal view returns (BatchRecord batch) {
        batch = self.batches[batchId % RECORDS];
        if (batch.batchId() != batchId) batch = BatchRecord.wrap(0);
    }

    /// @dev Checks that the offered keys are the next ones of their batch, and returns the batch and how many they are.
    ///      Whether it is this batch's turn, the cluster manager checks.
    function requireNext(
        Context storage self,
        IPoolManager.Activation calldata activation
    ) internal view returns (BatchRecord batch, uint256 offered) {
        batch = get(self, activation.batchId);
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

    /// @dev Writes the slot once, where two assignments write it twice.
    function _writeNext(Context storage self, uint32 count, uint64 nextNonce) private {
        uint256 word = (uint256(nextNonce) << 32) | count;
        // (self.count, self.nextNonce) = (count, nextNonce)
        assembly ("memory-safe") {
            sstore(self.slot, word)
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
