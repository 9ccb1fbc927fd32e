// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IPoolETH} from "../interfaces/IPoolETH.sol";
import {IPoolManager} from "../interfaces/IPoolManager.sol";
import {StakeKeys} from "../types/Stake.sol";
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
        mapping(uint256 place => IPoolManager.Batch) batches;
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
    ) internal returns (uint256 batchId, uint64 firstNonce) {
        uint256 operators = operatorIds.length;
        bool wellFormed = root != 0 && count != 0 && count <= type(uint16).max && _areOperatorsValid(operatorIds);
        require(wellFormed, IPoolManager.BatchMalformed(root, count, operators));

        (batchId, firstNonce) = (self.count, self.nextNonce);
        (self.count, self.nextNonce) = (uint32(batchId + 1), firstNonce + count);
        IPoolManager.Batch storage place = self.batches[batchId % RECORDS];
        IPoolManager.Batch memory older = place;
        require(!_isLive(older), IPoolManager.BatchStillLive(older.batchId));
        _store(
            place,
            IPoolManager.Batch({
                commitment: _commitment(root, operatorIds),
                batchId: uint32(batchId),
                // Fits as long as SSV nodes count registrations in 16 bits; those that wait stand in few batches.
                firstNonce: uint256(firstNonce).toUint24(),
                count: uint16(count),
                activated: 0,
                discarded: false
            })
        );
    }

    /// @dev Drops the rest of `batchId` and of every later batch. The next batch begins at `ownerNonce`, or behind the
    ///      live batches before.
    function discardFrom(Context storage self, uint256 batchId, uint256 ownerNonce) internal {
        IPoolManager.Batch memory first = get(self, batchId);
        require(_isLive(first), IPoolManager.BatchNotLive(batchId));

        uint256 nextNonce = uint256(first.firstNonce) + first.activated;
        self.nextNonce = uint64(nextNonce > ownerNonce ? nextNonce : ownerNonce);
        for (uint256 id = batchId; id < self.count; ++id) {
            IPoolManager.Batch storage batch = self.batches[id % RECORDS];
            if (!_isLive(batch)) continue;
            batch.discarded = true;
            emit IPoolManager.BatchDiscarded(id, batch.activated);
        }
    }

    /// @dev A batch as it stands, or zeros if its place is empty or another batch's.
    function get(Context storage self, uint256 batchId) internal view returns (IPoolManager.Batch memory batch) {
        batch = self.batches[batchId % RECORDS];
        if (batch.batchId != batchId) delete batch;
    }

    /// @dev Checks that the offered keys are the next ones of their batch, and returns how many they are and the nonce
    ///      that the first one's shares are signed for. Whether it is this batch's turn, the cluster manager checks.
    function requireNext(
        Context storage self,
        IPoolManager.Activation calldata activation
    ) internal view returns (uint256 offered, uint256 firstNonce) {
        IPoolManager.Batch memory batch = get(self, activation.batchId);
        require(_isLive(batch), IPoolManager.BatchNotLive(activation.batchId));
        firstNonce = uint256(batch.firstNonce) + batch.activated;
        offered = activation.keys.pubkeys.length / BeaconDeposits.PUBKEY_LENGTH;
        uint256 left = batch.count - batch.activated;
        require(offered != 0 && offered <= left, IPoolManager.OfferMismatch(offered, left));
        bytes32[] memory leaves = _leaves(activation, offered, firstNonce);
        bytes32 root = KeyTree.rootOf(leaves, activation.proof, batch.activated, batch.count);
        require(
            _commitment(root, activation.operatorIds) == batch.commitment,
            IPoolManager.ProofInvalid(activation.batchId)
        );
    }

    /// @dev Spends the next `count` keys for ever, and returns the position of the first.
    function take(Context storage self, uint256 batchId, uint256 count) internal returns (uint256 position) {
        IPoolManager.Batch storage batch = self.batches[batchId % RECORDS];
        position = batch.activated;
        // `requireNext` has shown that so many are left.
        batch.activated = uint16(position + count);
    }

    function statusOf(
        Context storage self,
        uint256 batchId,
        uint256 position
    ) internal view returns (IPoolManager.KeyStatus) {
        IPoolManager.Batch memory batch = get(self, batchId);
        if (position >= batch.count) return IPoolManager.KeyStatus.None;
        if (position < batch.activated) return IPoolManager.KeyStatus.Deposited;
        return batch.discarded ? IPoolManager.KeyStatus.Discarded : IPoolManager.KeyStatus.Registered;
    }

    function _leaves(
        IPoolManager.Activation calldata activation,
        uint256 offered,
        uint256 firstNonce
    ) private pure returns (bytes32[] memory) {
        uint256 sharesLength = SSVCalldata.sharesLength(activation.operatorIds.length);
        (uint256 given, uint256 expected) = (activation.sharesData.length, sharesLength * offered);
        require(given == expected, IPoolManager.SharesLengthMismatch(given, expected));
        // What an error says is read in any case when it stands in a `require`.
        StakeKeys calldata keys = activation.keys;
        if (keys.signatures.length != BeaconDeposits.SIGNATURE_LENGTH * offered)
            revert IPoolETH.KeysLengthMismatch(
                keys.pubkeys.length,
                keys.signatures.length,
                keys.depositDataRoots.length
            );
        return KeyLeaves.hashEach(activation, offered, firstNonce, sharesLength);
    }

    /// @dev Writes the slot once, where an assignment of the struct writes it once for each field.
    function _store(IPoolManager.Batch storage place, IPoolManager.Batch memory batch) private {
        uint256 word = (uint256(batch.count) << 216) | (uint256(batch.firstNonce) << 192);
        word |= (uint256(batch.batchId) << 160) | uint160(batch.commitment);
        // place = batch, with nothing taken and nothing dropped
        assembly ("memory-safe") {
            sstore(place.slot, word)
        }
    }

    function _commitment(bytes32 root, uint64[] calldata operatorIds) private pure returns (bytes20) {
        return bytes20(keccak256(abi.encode(root, operatorIds)));
    }

    function _isLive(IPoolManager.Batch memory batch) private pure returns (bool) {
        return !batch.discarded && batch.activated < batch.count;
    }

    /// @dev SSV takes 3f + 1 operators, in ascending order.
    function _areOperatorsValid(uint64[] calldata operatorIds) private pure returns (bool) {
        uint256 operators = operatorIds.length;
        if (operators < MIN_OPERATORS || operators > MAX_OPERATORS || operators % 3 != 1) return false;
        for (uint256 i = 1; i < operators; ++i) if (operatorIds[i] <= operatorIds[i - 1]) return false;
        return true;
    }
}
