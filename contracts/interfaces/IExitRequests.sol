// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {BatchRecord} from "../types/BatchRecord.sol";
import {KeyRange} from "../types/KeyRange.sol";

/// @title IExitRequests
/// @notice What `PoolManager` offers beside `IPoolManager`: it has validators of the pool exit through the consensus layer (EIP-7002), without the operators who hold their
///         keys: by role, or by anyone when withdrawals are overdue.
/// @dev A request sent may be dropped without a sign: a validator that is unknown, active for less than 256 epochs, or on its
///      way out already. So what was requested counts for nothing but the order in which keys are taken. Callers pay the
///      predeploy's fees: `msg.value` is the most that they pay, and what is left of it goes back to them.
interface IExitRequests {
    /// @dev What is known of a key's exit.
    struct Exit {
        /// @dev Time of the last request, seconds, at most one too early; zero for none, and for a validator that is gone.
        uint256 requestedAt;
        /// @dev Whether it was ever requested because withdrawals were overdue.
        bool wasOverdue;
        /// @dev Whether the committee saw that the validator is gone.
        bool isGone;
    }

    /// @notice An operator requested exits.
    /// @param batchId Batch of the keys.
    /// @param position Position of the first of them.
    /// @param count How many.
    event ExitsRequested(uint256 indexed batchId, uint256 position, uint256 count);
    /// @notice Somebody requested exits because withdrawals are overdue.
    /// @param requestId Withdrawal request that waits for them.
    /// @param batchId Batch of the keys.
    /// @param position Position of the first of them.
    /// @param count How many; keys in between that were requested before, or are gone, are left out.
    event OverdueExitsTriggered(uint256 indexed requestId, uint256 indexed batchId, uint256 position, uint256 count);
    /// @notice The committee saw that validators are gone.
    /// @param batchId Batch of the keys.
    /// @param position Position of the first of them.
    /// @param count How many.
    /// @param refSlot Slot at which members looked.
    event ExitsReported(uint256 indexed batchId, uint256 position, uint256 count, uint64 refSlot);
    /// @notice A batch whose record was replaced is known again.
    /// @param batchId Which one.
    event BatchRestored(uint256 indexed batchId);

    /// @notice There is no such batch, or 64 newer ones are and `restoreBatches` must prove it first.
    /// @param batchId Which one.
    error BatchUnknown(uint256 batchId);
    /// @notice These are not the records that were replaced, or fewer than are wanted.
    /// @param given What they lead to.
    /// @param history What they must lead to.
    error HistoryMismatch(bytes20 given, bytes20 history);
    /// @notice The keys given are none, or not whole, or not all of them were activated.
    /// @param batchId Their batch.
    /// @param position Position of the first of them.
    /// @param length Bytes of openings given.
    /// @param activated Keys of the batch that were activated.
    error RangeMismatch(uint256 batchId, uint256 position, uint256 length, uint256 activated);
    /// @notice The validator is gone.
    /// @param batchId Batch of its key.
    /// @param position Position of its key.
    error ValidatorGone(uint256 batchId, uint256 position);
    /// @notice The exit was requested, and it is too early to request it again.
    /// @param batchId Batch of the key.
    /// @param position Position of the key.
    /// @param requestedAt When, seconds.
    error ExitRequestedRecently(uint256 batchId, uint256 position, uint256 requestedAt);
    /// @notice A partial withdrawal of nothing would be a full exit.
    /// @param index Which of the amounts.
    error AmountMissing(uint256 index);
    /// @notice The withdrawal request does not wait, or not for long enough.
    /// @param requestId Which one.
    error WithdrawalNotOverdue(uint256 requestId);
    /// @notice An older key comes first.
    /// @param batchId Its batch.
    /// @param position Its position.
    error OlderKeyFirst(uint256 batchId, uint256 position);
    /// @notice Fewer keys suffice, or were triggered since the last report already.
    /// @param keys Keys to be requested.
    /// @param limit Most that may be.
    error ExitsAboveLimit(uint256 keys, uint256 limit);

    /// @notice Requests full exits of consecutive keys. By role.
    /// @dev It cannot be undone.
    /// @param range The keys, all of them activated.
    /// @custom:error RangeMismatch, BatchUnknown, IPoolManager.ProofInvalid For wrong input.
    /// @custom:error ValidatorGone, ExitRequestedRecently If one of them is gone, or was requested within three days.
    /// @custom:error IWithdrawalVault.FeeNotCovered, IWithdrawalVault.RefundFailed See there.
    /// @custom:emits ExitsRequested, IWithdrawalVault.WithdrawalsRequested
    function requestExits(KeyRange calldata range) external payable;

    /// @notice Requests that validators with 0x02 credentials pay out a part of what they have beyond 32 ETH. By role.
    /// @param pubkeys Validators, 48 bytes each.
    /// @param amountsGwei Gwei for each.
    /// @custom:error AmountMissing If one of the amounts is zero.
    /// @custom:error IWithdrawalVault.PubkeysLengthMismatch, IWithdrawalVault.FeeNotCovered See there.
    /// @custom:emits IWithdrawalVault.WithdrawalsRequested
    function requestPartialWithdrawals(bytes calldata pubkeys, uint64[] calldata amountsGwei) external payable;

    /// @notice Requests full exits of the oldest keys when a withdrawal request has waited for more than seven days and the
    ///         pool has too little for it. Anyone may call.
    /// @dev It takes what is missing for the requests up to that one beyond buffered ether and 32 ETH for each validator
    ///      that the last report shows exiting. So many keys may be triggered, and as long as no report could show them, they
    ///      count; then they count as far as it does show them exiting. Of a range, keys that are gone or were triggered
    ///      before are left out. The first key must be the oldest: all before it are gone, or were requested within 60 days.
    ///      One that an operator requested may be taken again after three days, or passed over.
    /// @param range The keys, all of them activated.
    /// @param requestId Withdrawal request that is overdue.
    /// @custom:error RangeMismatch, BatchUnknown, IPoolManager.ProofInvalid For wrong input.
    /// @custom:error WithdrawalNotOverdue If the request does not wait, or not for seven days.
    /// @custom:error ValidatorGone, ExitRequestedRecently, OlderKeyFirst If the first key is not the oldest.
    /// @custom:error ExitsAboveLimit If fewer keys suffice, or they are more than 16.
    /// @custom:error IWithdrawalVault.FeeNotCovered, IWithdrawalVault.RefundFailed See there.
    /// @custom:emits OverdueExitsTriggered, IWithdrawalVault.WithdrawalsRequested
    function triggerOverdueExits(KeyRange calldata range, uint256 requestId) external payable;

    /// @notice Notes that validators are gone, for ever. Anyone may call with the committee's signatures.
    /// @dev They are those of `IValidatorExits.remove`, for the same keys in the same order.
    /// @param ranges The keys, all of them activated.
    /// @param refSlot Slot at which members looked.
    /// @param signatures See `ICommittee.requireQuorum`.
    /// @custom:error RangeMismatch, BatchUnknown, IPoolManager.ProofInvalid For wrong input.
    /// @custom:error ICommittee.QuorumNotReached, ICommittee.SignerNotInOrder For signatures that do not suffice.
    /// @custom:emits ExitsReported for each range
    function reportExits(KeyRange[] calldata ranges, uint64 refSlot, bytes calldata signatures) external;

    /// @notice Lets the search for the oldest key begin behind keys that are gone, which makes the next trigger cheaper.
    ///         Anyone may call.
    /// @param batchId Batch at which to end.
    /// @custom:error BatchUnknown If a batch on the way must be restored first, or there is none.
    function passGoneKeys(uint256 batchId) external;

    /// @notice Keeps batches whose records were replaced, from here on for ever. Anyone may call.
    /// @dev A record replaced is final: all of its keys were activated, or the rest was dropped. The hash of those replaced
    ///      is `bytes20(keccak256(abi.encode(bytes20 hash before, uint256 record replaced)))`; it begins with zero, and each
    ///      registration replaces a record, the first 64 of them zero. Records are as `BatchRecord` says.
    /// @param before Hash before the first record given.
    /// @param records All records from the first one wanted up to the last one replaced, zeros included.
    /// @param wanted How many to keep, from the first one on.
    /// @custom:error HistoryMismatch If these are not the records.
    /// @custom:emits BatchRestored for each
    function restoreBatches(bytes20 before, BatchRecord[] calldata records, uint256 wanted) external;

    /// @notice What is known of a key's exit.
    /// @param batchId Its batch.
    /// @param position Its position in the batch.
    function exitOf(uint256 batchId, uint256 position) external view returns (Exit memory);

    /// @notice How many exits may be triggered now for a withdrawal request, in several calls, and where the first range
    ///         may begin at the latest.
    /// @param requestId Which one.
    /// @return count How many.
    /// @return batchId Batch of the oldest key; the number of batches if there is none.
    /// @return position Its position.
    /// @custom:error WithdrawalNotOverdue If the request does not wait, or not for seven days.
    /// @custom:error BatchUnknown If a batch must be restored first.
    function overdueExits(uint256 requestId) external view returns (uint256 count, uint256 batchId, uint256 position);
}
