// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {RoleGated} from "../custody/RoleGated.sol";
import {IAccounting} from "../interfaces/IAccounting.sol";
import {ICommittee} from "../interfaces/ICommittee.sol";
import {IExitRequests} from "../interfaces/IExitRequests.sol";
import {IPoolETH} from "../interfaces/IPoolETH.sol";
import {IWithdrawalRequests} from "../interfaces/IWithdrawalRequests.sol";
import {IWithdrawalVault} from "../interfaces/IWithdrawalVault.sol";
import {ExitBook} from "../libraries/ExitBook.sol";
import {KeyBatches} from "../libraries/KeyBatches.sol";
import {KeyLeaves} from "../libraries/KeyLeaves.sol";
import {BatchRecord} from "../types/BatchRecord.sol";
import {ExitMark} from "../types/ExitMark.sol";
import {KeyRange} from "../types/KeyRange.sol";
import {OperatorGated} from "./OperatorGated.sol";
import {RegistryStorage} from "./RegistryStorage.sol";

/// @title ValidatorExitRequests
/// @notice The part of `PoolManager` that requests exits from the consensus layer, and keeps a book of them. It calls the
///         withdrawal vault, and looks at the committee, `Accounting` and the withdrawal queue.
/// @dev `PoolManager` runs this code in its own storage. Called by itself it knows no keys, and the vault does not obey it.
/// @custom:security-contact security@pooleth.example
contract ValidatorExitRequests is IExitRequests, RegistryStorage, OperatorGated {
    using ExitBook for ExitBook.Context;
    using KeyBatches for KeyBatches.Context;

    /// @custom:storage-location erc7201:pooleth.ValidatorExitRequests
    struct ExitRequestsStorage {
        ExitBook.Context book;
    }

    /// @dev Daily reports finalize what the buffer can pay, so after seven of them nobody seems to see to the rest.
    uint256 private constant OVERDUE_AFTER = 7 days;
    /// @dev As many as the predeploy hands on in a block.
    uint256 private constant MOST_TRIGGERED = 16;
    uint256 private constant EXIT_ETHER = 32 ether;
    /// @dev That of `IValidatorExits.remove`.
    bytes32 private constant EXIT_STATUS_TYPEHASH = keccak256("ExitStatus(bytes32 pubkeysHash,uint64 refSlot)");
    // keccak256(abi.encode(uint256(keccak256("pooleth.ValidatorExitRequests")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant EXIT_REQUESTS_STORAGE = 0x549a2cb198132d88f0026146d72e1ee695151f7581de4287b893e5a86c74fd00;

    address private immutable POOL_ETH;
    address private immutable ACCOUNTING;

    /// @notice Names the peers of this implementation.
    /// @param authority Access manager.
    /// @param poolETH The pool.
    /// @param accounting Its accounting.
    constructor(address authority, address poolETH, address accounting) RoleGated(IAccessManager(authority)) {
        POOL_ETH = poolETH;
        ACCOUNTING = accounting;
    }

    /* EVERYBODY */

    /// @inheritdoc IExitRequests
    function triggerOverdueExits(KeyRange calldata range, uint256 requestId) external payable {
        uint256 offered = _manager().batches.requireRange(range);
        uint256 shownUntil = _shownUntil();
        uint256 limit = Math.min(_missingKeys(requestId, shownUntil), MOST_TRIGGERED);
        _requireOldest(range.batchId, range.position);

        ExitBook.Context storage book = _book();
        bytes memory pubkeys = new bytes(offered * KeyLeaves.PUBKEY_LENGTH);
        uint256 count;
        for (uint256 i = 0; i < offered; ++i) {
            uint256 position = range.position + i;
            if (i != 0 && !ExitBook.isRequestable(book.markOf(range.batchId, position), true)) continue;
            book.request(range.batchId, position, true);
            KeyLeaves.copyPubkey(range.openings, i, pubkeys, count++);
        }
        require(count <= limit, ExitsAboveLimit(count, limit));
        book.countTriggered(count, shownUntil);
        emit OverdueExitsTriggered(requestId, range.batchId, range.position, count);
        _send(KeyLeaves.truncate(pubkeys, count), new uint64[](count));
    }

    /// @inheritdoc IExitRequests
    function reportExits(KeyRange[] calldata ranges, uint64 refSlot, bytes calldata signatures) external {
        bytes memory pubkeys;
        for (uint256 i = 0; i < ranges.length; ++i) {
            KeyRange calldata range = ranges[i];
            uint256 count = _manager().batches.requireRange(range);
            pubkeys = bytes.concat(pubkeys, KeyLeaves.pubkeysOf(range.openings));
            for (uint256 j = 0; j < count; ++j) _book().setGone(range.batchId, range.position + j);
            emit ExitsReported(range.batchId, range.position, count, refSlot);
        }
        bytes32 structHash = keccak256(abi.encode(EXIT_STATUS_TYPEHASH, keccak256(pubkeys), refSlot));
        ICommittee(IPoolETH(POOL_ETH).committee()).requireQuorum(structHash, signatures);
    }

    /// @inheritdoc IExitRequests
    function passGoneKeys(uint256 batchId) external {
        _book().passGone(_manager().batches, batchId, 0);
    }

    /// @inheritdoc IExitRequests
    function restoreBatches(bytes20 before, BatchRecord[] calldata records, uint256 wanted) external {
        _manager().batches.restore(before, records, wanted);
    }

    /* OPERATOR */

    /// @inheritdoc IExitRequests
    function requestExits(KeyRange calldata range) external payable onlyOperator {
        uint256 count = _manager().batches.requireRange(range);
        for (uint256 i = 0; i < count; ++i) _book().request(range.batchId, range.position + i, false);
        emit ExitsRequested(range.batchId, range.position, count);
        _send(KeyLeaves.pubkeysOf(range.openings), new uint64[](count));
    }

    /// @inheritdoc IExitRequests
    function requestPartialWithdrawals(
        bytes calldata pubkeys,
        uint64[] calldata amountsGwei
    ) external payable onlyOperator {
        for (uint256 i = 0; i < amountsGwei.length; ++i) require(amountsGwei[i] != 0, AmountMissing(i));
        _send(pubkeys, amountsGwei);
    }

    /* VIEWS */

    /// @inheritdoc IExitRequests
    function exitOf(uint256 batchId, uint256 position) external view returns (Exit memory) {
        ExitMark mark = _book().markOf(batchId, position);
        if (mark.isGone()) return Exit({requestedAt: 0, wasOverdue: false, isGone: true});
        return Exit({requestedAt: mark.requestedAt(), wasOverdue: mark.wasOverdue(), isGone: false});
    }

    /// @inheritdoc IExitRequests
    function overdueExits(uint256 requestId) external view returns (uint256 count, uint256 batchId, uint256 position) {
        count = _missingKeys(requestId, _shownUntil());
        (batchId, position) = _book().oldest(_manager().batches, _manager().batches.count, 0);
    }

    /* PRIVATE */

    /// @dev Keys that must exit for the requests up to one, and were not triggered yet.
    function _missingKeys(uint256 requestId, uint256 shownUntil) private view returns (uint256) {
        address queue = IPoolETH(POOL_ETH).WITHDRAWAL_QUEUE();
        IWithdrawalRequests.Request memory request = IWithdrawalRequests(queue).requestOf(requestId);
        bool isOverdue =
            request.state == IWithdrawalRequests.RequestState.Waiting &&
                block.timestamp > request.requestedAt + OVERDUE_AFTER;
        require(isOverdue, WithdrawalNotOverdue(requestId));

        uint256 owed = IWithdrawalRequests(queue).etherUpTo(requestId);
        uint256 exiting = uint256(IAccounting(ACCOUNTING).lastReport().exitingKeys) * EXIT_ETHER;
        uint256 missing = Math.saturatingSub(owed, IAccounting(ACCOUNTING).bufferedEther() + exiting);
        return Math.saturatingSub(Math.ceilDiv(missing, EXIT_ETHER), _book().unseenKeys(shownUntil));
    }

    /// @dev Time of the state that the last report shows, seconds.
    function _shownUntil() private view returns (uint256) {
        IAccounting accounting = IAccounting(ACCOUNTING);
        return accounting.GENESIS_TIME() + accounting.lastReport().refSlot * accounting.SECONDS_PER_SLOT();
    }

    /// @dev Whether every key before a place is gone or was requested.
    function _requireOldest(uint256 batchId, uint256 position) private {
        _book().passGone(_manager().batches, batchId, position);
        (uint256 oldestBatch, uint256 oldestPosition) = _book().oldest(_manager().batches, batchId, position);
        bool isFirst = oldestBatch < batchId || (oldestBatch == batchId && oldestPosition < position);
        require(!isFirst, OlderKeyFirst(oldestBatch, oldestPosition));
    }

    /// @dev Asks the consensus layer; what is left of the fees goes back to the caller. Last of all, since he may call back.
    function _send(bytes memory pubkeys, uint64[] memory amountsGwei) private {
        IWithdrawalVault vault = IWithdrawalVault(IPoolETH(POOL_ETH).WITHDRAWAL_VAULT());
        vault.requestWithdrawals{value: msg.value}(pubkeys, amountsGwei, msg.sender);
    }

    function _book() private view returns (ExitBook.Context storage) {
        ExitRequestsStorage storage $;
        // $ = the struct at EXIT_REQUESTS_STORAGE
        assembly ("memory-safe") {
            $.slot := EXIT_REQUESTS_STORAGE
        }
        return $.book;
    }
}
