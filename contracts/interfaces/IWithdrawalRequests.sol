// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title IWithdrawalRequests
/// @notice Exchanges shares of a pool for ether, first come, first served. A request is an ERC-721 token. Its shares earn and
///         lose with the pool until it is finalized; then its ether is set aside for whoever owns the token.
interface IWithdrawalRequests {
    /// @notice How a request stands.
    enum RequestState {
        /// @dev There is none of this number.
        None,
        Waiting,
        /// @dev Its ether is there.
        Claimable,
        Claimed
    }

    /// @dev A request as wallets show it.
    struct Request {
        RequestState state;
        /// @dev Nobody once it was claimed.
        address owner;
        /// @dev Time it was made, seconds.
        uint256 requestedAt;
        /// @dev Shares that it exchanges, 18 decimals.
        uint256 shares;
        /// @dev Wei: what it is worth now while it waits, rounded down; what is or was paid afterwards.
        uint256 ethAmount;
    }

    /// @dev How the queue stands.
    struct QueueState {
        /// @dev Last request; zero if there is none.
        uint256 lastId;
        /// @dev Last one that is finalized; all before it are, too.
        uint256 lastFinalizedId;
        uint256 checkpointCount;
        /// @dev Shares that wait, 18 decimals.
        uint256 waitingShares;
        /// @dev Time of the first request that waits, seconds; zero if none does.
        uint256 waitingSince;
        /// @dev Last request when reports were found to have stopped, and when that was, seconds; zero for never. The next
        ///      report ends it.
        uint256 markedId;
        uint256 markedAt;
    }

    /// @notice Somebody asked for ether. `Transfer` says who owns the request, and poolETH's what its shares were worth.
    /// @param id New request.
    /// @param holder Whose shares were locked.
    /// @param shares Shares locked, 18 decimals.
    event WithdrawalRequested(uint256 indexed id, address indexed holder, uint256 shares);

    /// @notice Ether was set aside for requests, in the next checkpoint.
    /// @param firstId First of them.
    /// @param lastId Last of them.
    /// @param shares Their shares, which were burned, 18 decimals.
    /// @param ethAmount Wei set aside.
    event WithdrawalsFinalized(uint256 indexed firstId, uint256 indexed lastId, uint256 shares, uint256 ethAmount);

    /// @notice A request was paid. `Transfer` says who owned it.
    /// @param id Which one.
    /// @param receiver Who got the ether.
    /// @param ethAmount Wei.
    event WithdrawalClaimed(uint256 indexed id, address indexed receiver, uint256 ethAmount);

    /// @notice Somebody found that reports have stopped.
    /// @param lastId Last request that anyone may finalize for it.
    /// @param finalizableAt Time from when on, seconds.
    event StaleMarked(uint256 lastId, uint256 finalizableAt);

    /// @notice Shares that are worth too little, or too much for one request: a large one would block those behind it.
    /// @param ethAmount Their worth, wei.
    /// @param minimum Least worth, wei.
    /// @param maximum Most, wei.
    error RequestOutOfRange(uint256 ethAmount, uint256 minimum, uint256 maximum);
    /// @notice There is no such request.
    /// @param id Number given.
    error RequestUnknown(uint256 id);
    /// @notice The request waits for its ether.
    /// @param id Which one.
    error RequestNotFinalized(uint256 id);
    /// @notice Somebody else owns the request, or it was claimed.
    /// @param id Which one.
    /// @param caller Who called.
    error CallerNotOwner(uint256 id, address caller);
    /// @notice The checkpoint named does not hold the request.
    /// @param id The request.
    /// @param checkpointId Number given.
    error CheckpointMismatch(uint256 id, uint256 checkpointId);
    /// @notice Each request needs a checkpoint.
    /// @param requests Numbers of requests given.
    /// @param checkpoints Numbers of checkpoints given.
    error CheckpointCountMismatch(uint256 requests, uint256 checkpoints);
    /// @notice The receiver refused the ether, or is the pool, which would take it for a deposit of the queue.
    /// @param receiver Account given.
    error ClaimTransferFailed(address receiver);
    /// @notice The caller is not the contract that may do this.
    /// @param caller Who called.
    /// @param peer Who may.
    error CallerNotPeer(address caller, address peer);
    /// @notice Reports have not stopped for long enough, and the request has not waited for long enough.
    /// @param id Request that was to be finalized.
    error NotStale(uint256 id);

    /// @notice The stop of reports was marked before, and requests of then still wait.
    /// @param lastId Last of them.
    error StaleAlreadyMarked(uint256 lastId);

    /// @notice Asks for the ether of shares of the caller. No allowance is needed.
    /// @dev Whole units of 1e9 shares are taken; what is left of them stays with the caller.
    /// @param shares Number of shares, 18 decimals.
    /// @param owner Who gets the request.
    /// @return id New request.
    /// @custom:error RequestOutOfRange If they are worth less than 0.001 ETH or more than 1,000 ETH.
    /// @custom:error ERC721InvalidReceiver If the owner is nobody.
    /// @custom:error IRebasingToken.InsufficientShares If the caller has fewer.
    /// @custom:emits WithdrawalRequested, Transfer
    function requestWithdrawal(uint256 shares, address owner) external returns (uint256 id);

    /// @notice The same for several amounts of shares, each a request of its own.
    /// @param shares Numbers of shares, 18 decimals.
    /// @param owner Who gets the requests.
    /// @return firstId First of the new requests; the others follow it.
    function requestWithdrawals(uint256[] calldata shares, address owner) external returns (uint256 firstId);

    /// @notice The same for shares that are worth an amount of ether, rounded down.
    /// @param ethAmount Wei.
    /// @param owner Who gets the request.
    /// @return id New request.
    function requestEther(uint256 ethAmount, address owner) external returns (uint256 id);

    /// @notice Pays a finalized request of the caller, and ends it.
    /// @param id Which one.
    /// @param checkpointId Its checkpoint, as `checkpointOf` finds it.
    /// @param receiver Who gets the ether.
    /// @return ethAmount Wei paid.
    /// @custom:error CallerNotOwner, RequestNotFinalized, CheckpointMismatch, ClaimTransferFailed See there.
    /// @custom:emits WithdrawalClaimed, Transfer
    function claim(uint256 id, uint256 checkpointId, address receiver) external returns (uint256 ethAmount);

    /// @notice The same for several requests, paid at once.
    /// @param ids Which ones.
    /// @param checkpointIds The checkpoint of each.
    /// @param receiver Who gets the ether.
    /// @return ethAmount Wei paid in all.
    function claimMany(
        uint256[] calldata ids,
        uint256[] calldata checkpointIds,
        address receiver
    ) external returns (uint256 ethAmount);

    /// @notice Pays a finalized request of the caller, and ends it, as `claim` does, but finds the checkpoint by itself. It
    ///         takes some thousand gas more, which grow with the logarithm of the number of checkpoints.
    /// @param id Which one.
    /// @param receiver Who gets the ether.
    /// @return ethAmount Wei paid.
    /// @custom:error CallerNotOwner, RequestNotFinalized, ClaimTransferFailed See there.
    /// @custom:emits WithdrawalClaimed, Transfer
    function claimWithdrawal(uint256 id, address receiver) external returns (uint256 ethAmount);

    /// @notice The same for several requests, paid at once. Ascending ones are found with less gas.
    /// @param ids Which ones.
    /// @param receiver Who gets the ether.
    /// @return ethAmount Wei paid in all.
    function claimWithdrawals(uint256[] calldata ids, address receiver) external returns (uint256 ethAmount);

    /// @notice Notes that there was no report for seven days, so that anyone may finalize the requests of now a day later.
    ///         Anyone may call.
    /// @custom:error NotStale If there was one.
    /// @custom:error StaleAlreadyMarked While requests that were marked wait.
    /// @custom:emits StaleMarked
    function markStale() external;

    /// @notice Finalizes requests without a report. Anyone may call: up to those of `markStale` a day after it, if there was
    ///         no report since; any when there was no report for 30 days; and any that have waited for 60 days.
    /// @param lastId Last request to finalize.
    /// @custom:error NotStale If none of these is so.
    /// @custom:error RequestUnknown, IPoolETH.InsufficientEther, IPoolETH.ShutByLoss As for `IWithdrawalQueue.finalize`.
    /// @custom:emits WithdrawalsFinalized
    function finalizeStale(uint256 lastId) external;

    /// @notice A request as it stands.
    /// @param id Which one.
    function requestOf(uint256 id) external view returns (Request memory);

    /// @notice Several requests as they stand.
    /// @param ids Which ones.
    /// @return requests One for each number.
    function requestsAt(uint256[] calldata ids) external view returns (Request[] memory requests);

    /// @notice Requests of an owner that were not claimed, looked for among those of the numbers given.
    /// @dev Nodes limit the gas of a view, and each number takes about 2,500: ask for a few thousand at a time.
    /// @param owner Whose.
    /// @param firstId First number looked at.
    /// @param count How many numbers; those beyond the last request are left out.
    /// @return ids Ascending.
    function requestsOf(address owner, uint256 firstId, uint256 count) external view returns (uint256[] memory ids);

    /// @notice How the queue stands.
    function queueState() external view returns (QueueState memory);

    /// @notice Worth of the shares that wait in the requests up to one, wei, rounded up; zero if that one is finalized.
    /// @param lastId Last request counted.
    /// @custom:error RequestUnknown If there is no such request.
    function etherUpTo(uint256 lastId) external view returns (uint256);

    /// @notice The checkpoint of a finalized request, for `claim`.
    /// @param id Which request.
    /// @return checkpointId Its number.
    /// @custom:error RequestUnknown, RequestNotFinalized See there.
    function checkpointOf(uint256 id) external view returns (uint256 checkpointId);

    /// @notice The checkpoints of several finalized requests, for `claimMany`.
    /// @param ids Which requests.
    /// @return checkpointIds The checkpoint of each.
    /// @custom:error RequestUnknown, RequestNotFinalized See there.
    function checkpointsOf(uint256[] calldata ids) external view returns (uint256[] memory checkpointIds);

    /// @notice What claims would be paid now. Requests that wait, were claimed or never made count for nothing.
    /// @param ids Which requests, each once.
    /// @return ethAmount Wei in all.
    function claimableEther(uint256[] calldata ids) external view returns (uint256 ethAmount);

    /// @notice When a request is likely to be claimable: an estimate, by which nobody is bound. If what the pool has
    ///         buffered covers all that waits up to the request, it is the time of the next daily report; else
    ///         validators have to exit, which takes a report to notice, 256 epochs, and up to about nine days until they
    ///         are paid out. A loss that shuts finalization comes first.
    /// @dev It knows neither queues of exits on the consensus layer, nor reports that are late, nor those who come before:
    ///      it may be too early, and by much if many leave at once.
    /// @param id Which request.
    /// @return Seconds; now if it can be claimed, and zero once it was.
    /// @custom:error RequestUnknown If there is none of this number.
    function estimatedAt(uint256 id) external view returns (uint256);

    /// @notice When a request that was made now is likely to be claimable, seconds: the same estimate.
    /// @param shares Its shares, 18 decimals.
    function estimatedFor(uint256 shares) external view returns (uint256);

    /// @notice Who finalizes by reports.
    function ACCOUNTING() external view returns (address);
}
