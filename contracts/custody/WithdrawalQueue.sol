// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IPoolETH} from "../interfaces/IPoolETH.sol";
import {IWithdrawalQueue} from "../interfaces/IWithdrawalQueue.sol";
import {IWithdrawalRequests} from "../interfaces/IWithdrawalRequests.sol";
import {ClaimEstimate} from "../libraries/ClaimEstimate.sol";
import {Checkpoint, checkpoint} from "../types/Checkpoint.sol";
import {QueueHead} from "../types/QueueHead.sol";
import {WithdrawalRequest, withdrawalRequest} from "../types/WithdrawalRequest.sol";
import {RequestViews} from "./RequestViews.sol";

/// @title WithdrawalQueue
/// @notice Keeps requests, and the ether of those that are finalized. It calls the pool, and receivers of claims.
/// @dev Shares are counted in units of 1e9 and never per request: what a request has is the difference to the one before, so
///      that finalizing takes the same for one request and for thousands.
/// @custom:security-contact security@pooleth.example
contract WithdrawalQueue is IWithdrawalQueue, RequestViews {
    uint256 private constant MIN_ETHER = 0.001 ether;
    uint256 private constant MAX_ETHER = 1_000 ether;
    uint256 private constant UNIT = 1e9;
    uint256 private constant RAY = 1e27;
    uint256 private constant SILENCE_TO_MARK = 7 days;
    uint256 private constant WAIT_AFTER_MARK = 1 days;
    uint256 private constant SILENCE_TO_FINALIZE = 30 days;
    uint256 private constant LONGEST_WAIT = 60 days;

    /// @inheritdoc IWithdrawalQueue
    address public immutable POOL_ETH;
    /// @inheritdoc IWithdrawalRequests
    address public immutable ACCOUNTING;

    QueueHead private _head;
    mapping(uint256 checkpointId => Checkpoint) private _checkpoints;
    /// @dev Last request when reports were found to have stopped, and when that was.
    uint32 private _staleId;
    uint64 private _staleMarkedAt;

    /// @notice Names the peers, for ever.
    /// @param poolETH The pool.
    /// @param accounting Its accounting.
    constructor(address poolETH, address accounting) ERC721("poolETH withdrawal request", "poolETH-request") {
        POOL_ETH = poolETH;
        ACCOUNTING = accounting;
    }

    /* HOLDER */

    /// @inheritdoc IWithdrawalRequests
    function requestWithdrawal(uint256 shares, address owner) external returns (uint256 id) {
        QueueHead head = _request(_head, shares, owner);
        _head = head;
        return head.lastId();
    }

    /// @inheritdoc IWithdrawalRequests
    function requestWithdrawals(uint256[] calldata shares, address owner) external returns (uint256 firstId) {
        QueueHead head = _head;
        firstId = head.lastId() + 1;
        for (uint256 i = 0; i < shares.length; ++i) head = _request(head, shares[i], owner);
        _head = head;
    }

    /// @inheritdoc IWithdrawalRequests
    function requestEther(uint256 ethAmount, address owner) external returns (uint256 id) {
        QueueHead head = _request(_head, IPoolETH(POOL_ETH).toSharesDown(ethAmount), owner);
        _head = head;
        return head.lastId();
    }

    /// @inheritdoc IWithdrawalRequests
    function claim(uint256 id, uint256 checkpointId, address receiver) external returns (uint256 ethAmount) {
        ethAmount = _end(id, checkpointId, _checkpoints[checkpointId], receiver);
        _pay(receiver, ethAmount, 1);
    }

    /// @inheritdoc IWithdrawalRequests
    function claimMany(
        uint256[] calldata ids,
        uint256[] calldata checkpointIds,
        address receiver
    ) external returns (uint256 ethAmount) {
        require(ids.length == checkpointIds.length, CheckpointCountMismatch(ids.length, checkpointIds.length));
        uint256 checkpointId;
        Checkpoint point;
        for (uint256 i = 0; i < ids.length; ++i) {
            if (checkpointIds[i] != checkpointId) {
                checkpointId = checkpointIds[i];
                point = _checkpoints[checkpointId];
            }
            ethAmount += _end(ids[i], checkpointId, point, receiver);
        }
        _pay(receiver, ethAmount, ids.length);
    }

    /// @inheritdoc IWithdrawalRequests
    function claimWithdrawal(uint256 id, address receiver) external returns (uint256 ethAmount) {
        uint256 checkpointId = _findCheckpoint(id, 0, _head.checkpointCount());
        ethAmount = _end(id, checkpointId, _checkpoints[checkpointId], receiver);
        _pay(receiver, ethAmount, 1);
    }

    /// @inheritdoc IWithdrawalRequests
    function claimWithdrawals(uint256[] calldata ids, address receiver) external returns (uint256 ethAmount) {
        uint256 count = _head.checkpointCount();
        uint256 checkpointId;
        for (uint256 i = 0; i < ids.length; ++i) {
            checkpointId = _findCheckpoint(ids[i], checkpointId, count);
            ethAmount += _end(ids[i], checkpointId, _checkpoints[checkpointId], receiver);
        }
        _pay(receiver, ethAmount, ids.length);
    }

    /* POLICY */

    /// @inheritdoc IWithdrawalQueue
    function finalize(uint256 lastId, uint256 maxEther) external {
        require(msg.sender == ACCOUNTING, CallerNotPeer(msg.sender, ACCOUNTING));
        _finalize(lastId, maxEther);
    }

    /* EVERYBODY */

    /// @inheritdoc IWithdrawalRequests
    function markStale() external {
        QueueHead head = _head;
        uint256 lastId = head.lastId();
        uint256 lastRebase = _lastRebase();
        require(block.timestamp > lastRebase + SILENCE_TO_MARK, NotStale(lastId));
        // Else whoever marks again and again would put the finalization off for ever.
        bool isSpent = _staleMarkedAt <= lastRebase || head.lastFinalizedId() >= _staleId;
        require(isSpent, StaleAlreadyMarked(_staleId));
        (_staleId, _staleMarkedAt) = (uint32(lastId), uint64(block.timestamp));
        emit StaleMarked(lastId, block.timestamp + WAIT_AFTER_MARK);
    }

    /// @inheritdoc IWithdrawalRequests
    function finalizeStale(uint256 lastId) external {
        uint256 lastRebase = _lastRebase();
        (uint256 staleId, uint256 markedAt) = (_staleId, _staleMarkedAt);
        bool isMarked = lastId <= staleId && lastRebase < markedAt && block.timestamp >= markedAt + WAIT_AFTER_MARK;
        bool isSilent = block.timestamp > lastRebase + SILENCE_TO_FINALIZE;
        bool isOld = block.timestamp > _requests[lastId].requestedAt() + LONGEST_WAIT;
        require(isMarked || isSilent || isOld, NotStale(lastId));
        _finalize(lastId, type(uint256).max);
    }

    /* CUSTODY */

    /// @inheritdoc IWithdrawalQueue
    function receiveEther() external payable {
        require(msg.sender == POOL_ETH, CallerNotPeer(msg.sender, POOL_ETH));
    }

    /* VIEWS */

    /// @inheritdoc IWithdrawalRequests
    function requestOf(uint256 id) public view override returns (Request memory request) {
        QueueHead head = _head;
        if (id == 0 || id > head.lastId()) return request;
        WithdrawalRequest record = _requests[id];
        uint256 before = _requests[id - 1].cumulative();
        (request.owner, request.requestedAt) = (record.owner(), record.requestedAt());
        request.shares = (record.cumulative() - before) * UNIT;
        if (id > head.lastFinalizedId()) {
            request.state = RequestState.Waiting;
            request.ethAmount = IPoolETH(POOL_ETH).toEtherDown(request.shares);
        } else {
            request.state = request.owner == address(0) ? RequestState.Claimed : RequestState.Claimable;
            uint256 checkpointId = _findCheckpoint(id, 0, head.checkpointCount());
            request.ethAmount = _payout(_checkpoints[checkpointId], before, record.cumulative());
        }
    }

    /// @inheritdoc IWithdrawalRequests
    function queueState() public view override returns (QueueState memory state) {
        QueueHead head = _head;
        (state.lastId, state.lastFinalizedId) = (head.lastId(), head.lastFinalizedId());
        state.checkpointCount = head.checkpointCount();
        state.waitingShares = _waitingShares(head);
        (state.markedId, state.markedAt) = (_staleId, _staleMarkedAt);
        // The slot behind the last request is empty.
        state.waitingSince = _requests[state.lastFinalizedId + 1].requestedAt();
    }

    /// @inheritdoc IWithdrawalRequests
    function checkpointOf(uint256 id) external view returns (uint256) {
        return _checkpointOf(_head, id, 0);
    }

    /// @inheritdoc IWithdrawalRequests
    function checkpointsOf(uint256[] calldata ids) external view returns (uint256[] memory checkpointIds) {
        QueueHead head = _head;
        checkpointIds = new uint256[](ids.length);
        for (uint256 i = 0; i < ids.length; ++i)
            checkpointIds[i] = _checkpointOf(head, ids[i], i == 0 ? 0 : checkpointIds[i - 1]);
    }

    /// @inheritdoc IWithdrawalRequests
    function estimatedAt(uint256 id) external view returns (uint256) {
        QueueHead head = _head;
        require(id != 0 && id <= head.lastId(), RequestUnknown(id));
        if (id <= head.lastFinalizedId()) return _ownerOf(id) == address(0) ? 0 : block.timestamp;
        uint256 shares = (_requests[id].cumulative() - head.finalizedShares()) * UNIT;
        return ClaimEstimate.claimableAt(IPoolETH(POOL_ETH), shares);
    }

    /// @inheritdoc IWithdrawalRequests
    function estimatedFor(uint256 shares) external view returns (uint256) {
        return ClaimEstimate.claimableAt(IPoolETH(POOL_ETH), _waitingShares(_head) + shares);
    }

    /// @inheritdoc IWithdrawalQueue
    function payableUpTo(uint256 lastId, uint256 ethAmount) external view returns (uint256 id, uint256 required) {
        QueueHead head = _head;
        (uint256 finalizedId, uint256 finalized) = (head.lastFinalizedId(), head.finalizedShares());
        id = Math.min(lastId, head.lastId());
        if (id <= finalizedId) return (0, 0);
        required = IPoolETH(POOL_ETH).toEtherDown((_requests[id].cumulative() - finalized) * UNIT);
        if (required <= ethAmount) return (id, required);

        uint256 most = finalized + IPoolETH(POOL_ETH).toSharesDown(ethAmount) / UNIT;
        uint256 low = finalizedId;
        while (low < id) {
            uint256 middle = Math.ceilDiv(low + id, 2);
            if (_requests[middle].cumulative() <= most) low = middle;
            else id = middle - 1;
        }
        if (id == finalizedId) return (0, 0);
        required = IPoolETH(POOL_ETH).toEtherDown((_requests[id].cumulative() - finalized) * UNIT);
    }

    /// @inheritdoc IWithdrawalQueue
    function unfinalizedEther() external view returns (uint256) {
        uint256 shares = _waitingShares(_head);
        return shares == 0 ? 0 : IPoolETH(POOL_ETH).toEtherUp(shares);
    }

    /// @inheritdoc IWithdrawalRequests
    function etherUpTo(uint256 lastId) external view returns (uint256) {
        QueueHead head = _head;
        require(lastId != 0 && lastId <= head.lastId(), RequestUnknown(lastId));
        if (lastId <= head.lastFinalizedId()) return 0;
        uint256 units = _requests[lastId].cumulative() - head.finalizedShares();
        return IPoolETH(POOL_ETH).toEtherUp(units * UNIT);
    }

    /* PRIVATE */

    /// @dev Locks shares of the caller for a new request. Returns the head with it, which the caller writes.
    function _request(QueueHead head, uint256 shares, address owner) private returns (QueueHead) {
        // He has these shares if he can lock them, so that units have 67 bits and the sum is checked by `withRequest`.
        unchecked {
            uint256 units = shares / UNIT;
            uint256 worth = IPoolETH(POOL_ETH).lockShares(msg.sender, units * UNIT);
            require(worth >= MIN_ETHER && worth <= MAX_ETHER, RequestOutOfRange(worth, MIN_ETHER, MAX_ETHER));
            uint256 requested = head.requestedShares() + units;
            head = head.withRequest(requested);
            uint256 id = head.lastId();
            emit WithdrawalRequested(id, msg.sender, units * UNIT);
            _give(withdrawalRequest(owner, block.timestamp, requested), id, owner);
        }
        return head;
    }

    /// @dev Ends a request of the caller, who counts it still, and returns what is to be paid for it.
    function _end(
        uint256 id,
        uint256 checkpointId,
        Checkpoint point,
        address receiver
    ) private returns (uint256 ethAmount) {
        WithdrawalRequest request = _requests[id];
        require(request.owner() == msg.sender, CallerNotOwner(id, msg.sender));
        if (!point.covers(id)) {
            require(id <= _head.lastFinalizedId(), RequestNotFinalized(id));
            revert CheckpointMismatch(id, checkpointId);
        }
        ethAmount = _payout(point, _requests[id - 1].cumulative(), request.cumulative());
        _end(request, id, msg.sender);
        emit WithdrawalClaimed(id, receiver, ethAmount);
    }

    /// @dev Pays for requests of the caller that ended. The pool would take the ether for a deposit of the queue, in shares
    ///      that nobody could claim.
    function _pay(address receiver, uint256 ethAmount, uint256 ended) private {
        _discount(msg.sender, ended);
        bool success = receiver != POOL_ETH;
        if (success) (success, ) = receiver.call{value: ethAmount}("");
        require(success, ClaimTransferFailed(receiver));
    }

    function _finalize(uint256 lastId, uint256 maxEther) private {
        QueueHead head = _head;
        uint256 firstId = head.lastFinalizedId() + 1;
        if (lastId < firstId) return;
        require(lastId <= head.lastId(), RequestUnknown(lastId));
        (uint256 finalized, uint256 upTo) = (head.finalizedShares(), _requests[lastId].cumulative());
        // Ether and rate have 97 bits, and shares 94.
        unchecked {
            uint256 shares = (upTo - finalized) * UNIT;
            uint256 ethAmount = IPoolETH(POOL_ETH).payForShares(shares);
            require(ethAmount <= maxEther, FinalizationAboveLimit(ethAmount, maxEther));
            uint256 owed = ethAmount + head.dust();
            Checkpoint point = checkpoint(firstId, lastId, (owed * RAY) / shares);
            _head = head.withFinalized(lastId, upTo, owed - _payout(point, finalized, upTo));
            _checkpoints[head.checkpointCount() + 1] = point;
            emit WithdrawalsFinalized(firstId, lastId, shares, ethAmount);
        }
    }

    /// @dev The checkpoint of a request that must be finalized, looked for near another one.
    function _checkpointOf(QueueHead head, uint256 id, uint256 nearbyId) private view returns (uint256) {
        require(id != 0 && id <= head.lastId(), RequestUnknown(id));
        require(id <= head.lastFinalizedId(), RequestNotFinalized(id));
        return _findCheckpoint(id, nearbyId, head.checkpointCount());
    }

    /// @dev The checkpoint of a finalized request among the first `count`; for others one that does not hold them. It looks
    ///      at `nearbyId` first, as that of a request next to this one; zero for none.
    function _findCheckpoint(uint256 id, uint256 nearbyId, uint256 count) private view returns (uint256) {
        Checkpoint nearby = _checkpoints[nearbyId];
        if (nearby.covers(id)) return nearbyId;
        (uint256 low, uint256 high) = id > nearby.lastId() ? (nearbyId + 1, count) : (1, nearbyId);
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (_checkpoints[middle].lastId() < id) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    function _lastRebase() private view returns (uint256) {
        return IPoolETH(POOL_ETH).lastRebase();
    }

    function _waitingShares(QueueHead head) private pure returns (uint256) {
        return (head.requestedShares() - head.finalizedShares()) * UNIT;
    }

    /// @dev Wei for the shares between two sums of them. Differences of sums that are rounded down add up to the difference
    ///      of the outermost ones, so that of the ether of a checkpoint nothing is left over but a wei.
    function _payout(Checkpoint point, uint256 before, uint256 upTo) private pure returns (uint256) {
        uint256 rate = point.rateRay() * UNIT;
        return (upTo * rate) / RAY - (before * rate) / RAY;
    }
}
