// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IAccounting} from "../interfaces/IAccounting.sol";
import {IClusterManager} from "../interfaces/IClusterManager.sol";
import {IPoolETH} from "../interfaces/IPoolETH.sol";
import {IPoolManager} from "../interfaces/IPoolManager.sol";
import {IVault} from "../interfaces/IVault.sol";
import {ClusterCalls} from "../libraries/ClusterCalls.sol";
import {KeyBatches} from "../libraries/KeyBatches.sol";
import {BatchRecord} from "../types/BatchRecord.sol";
import {Report} from "../types/Report.sol";
import {ApprovalGuard, StakeKeys} from "../types/Stake.sol";
import {AnnouncedUpgrade} from "./AnnouncedUpgrade.sol";
import {OperatorGated} from "./OperatorGated.sol";
import {RegistryStorage} from "./RegistryStorage.sol";
import {ValidatorExitRequests} from "./ValidatorExitRequests.sol";

/// @title PoolManager
/// @notice Registry of the pool's validator keys, their activation and exits, and a front door. It holds no ether; it calls
///         the pool, the vaults, the withdrawal queue, `Accounting`, `ClusterManager`, and the committee.
/// @custom:security-contact security@pooleth.example
contract PoolManager is IPoolManager, RegistryStorage, OperatorGated, AnnouncedUpgrade {
    using KeyBatches for KeyBatches.Context;

    /// @dev Validators have 0x01 credentials and earn on 32 ETH.
    uint64 private constant STAKE_GWEI = 32e9;
    uint256 private constant STAKE = 32 ether;

    /// @inheritdoc IPoolManager
    address public immutable POOL_ETH;
    /// @inheritdoc IPoolManager
    address public immutable ACCOUNTING;
    /// @inheritdoc IPoolManager
    address public immutable CLUSTER_MANAGER;
    /// @dev Code of the functions of `IExitRequests`, which runs in the storage of this contract. It is made by the
    ///      constructor and cannot change but with this code.
    address private immutable EXIT_REQUESTS;

    /// @notice Names the peers of this implementation.
    /// @param authority Access manager.
    /// @param poolETH The pool.
    /// @param accounting Its accounting.
    /// @param clusterManager Its account at ssv.network.
    constructor(
        address authority,
        address poolETH,
        address accounting,
        address clusterManager
    ) AnnouncedUpgrade(authority) {
        POOL_ETH = poolETH;
        ACCOUNTING = accounting;
        CLUSTER_MANAGER = clusterManager;
        EXIT_REQUESTS = address(new ValidatorExitRequests(authority, poolETH, accounting));
    }

    /// @notice Refuses ether that comes without a call: it would stay here.
    receive() external payable {
        revert EtherNotTaken(msg.value);
    }

    /// @notice Everything that is not here: the functions of `IExitRequests`. They are apart because each function that stands
    ///         here makes every call a little dearer, and because both together would be too large for one contract.
    fallback() external payable {
        _runHere(EXIT_REQUESTS);
    }

    /// @notice Marks the proxy as set up, in its constructor: the first batch begins with nothing.
    function initialize() external initializer {}

    /* STAKER */

    /// @inheritdoc IPoolManager
    function deposit(address receiver, address referral) external payable returns (uint256 shares) {
        return IPoolETH(POOL_ETH).deposit{value: msg.value}(receiver, referral);
    }

    /* EVERYBODY */

    /// @inheritdoc IPoolManager
    function applyReport(Report calldata report, bytes calldata signatures) external {
        IAccounting(ACCOUNTING).applyReport(report, signatures);
    }

    /// @inheritdoc IPoolManager
    function activate(
        Activation calldata activation,
        ApprovalGuard calldata guard,
        bytes calldata approvals
    ) external returns (uint256 count) {
        (BatchRecord batch, uint256 offered) = _manager().batches.requireNext(activation);
        // Approvals and deposit signatures are for this amount; custody checks both.
        StakeKeys calldata keys = activation.keys;
        bool isStake = keys.amountGwei == STAKE_GWEI && !keys.compounding;
        require(isStake, IPoolETH.StakeAmountOutOfRange(keys.amountGwei));
        (uint256 free, uint256 waiting) = _freeEther();
        count = Math.min(offered, free / STAKE);
        require(count != 0, NothingToActivate(free));

        _manager().batches.activate(batch, count);
        // There is free ether for all of them.
        unchecked {
            if (POOL_ETH.balance < count * STAKE + waiting) _collect();
        }
        IPoolETH(POOL_ETH).stake(keys, count, guard, approvals);
        uint256 funding = ClusterCalls.register(CLUSTER_MANAGER, activation, keys.pubkeys, count, batch.nextNonce());
        emit BatchActivated(activation.batchId, batch.activated(), count, funding);
    }

    /// @inheritdoc IPoolManager
    function followOwnerNonce() external {
        _manager().batches.follow(IClusterManager(CLUSTER_MANAGER).ownerNonce());
    }

    /* OPERATOR */

    /// @inheritdoc IPoolManager
    function registerBatch(
        bytes32 root,
        uint32 count,
        uint64[] calldata operatorIds,
        string calldata contentURI
    ) external onlyOperator returns (uint256 batchId) {
        uint64 firstNonce;
        (batchId, firstNonce) = _manager().batches.add(root, count, operatorIds);
        emit BatchRegistered(batchId, root, firstNonce, count, operatorIds, contentURI);
    }

    /// @inheritdoc IPoolManager
    function discardBatch(uint256 batchId) external restricted {
        _manager().batches.discardFrom(batchId, IClusterManager(CLUSTER_MANAGER).ownerNonce());
    }

    /* VIEWS */

    /// @inheritdoc IPoolManager
    function batchOf(uint256 batchId) external view returns (Batch memory) {
        BatchRecord batch = _manager().batches.get(batchId);
        return
            Batch({
                commitment: batch.commitment(),
                batchId: batch.batchId(),
                firstNonce: batch.firstNonce(),
                count: batch.count(),
                activated: batch.activated(),
                discarded: batch.isDiscarded()
            });
    }

    /// @inheritdoc IPoolManager
    function batchCount() external view returns (uint256) {
        return _manager().batches.count;
    }

    /// @inheritdoc IPoolManager
    function nextNonce() external view returns (uint256) {
        return _manager().batches.nextNonce;
    }

    /// @inheritdoc IPoolManager
    function keyStatus(uint256 batchId, uint256 position) external view returns (KeyStatus) {
        return _manager().batches.statusOf(batchId, position);
    }

    /// @inheritdoc IPoolManager
    function freeEther() external view returns (uint256 free) {
        (free, ) = _freeEther();
    }

    /* PRIVATE */

    /// @dev Wei that may be staked now, and the worth of what waits in the queue, which must be there beside it.
    function _freeEther() private view returns (uint256 free, uint256 waiting) {
        uint256 buffered;
        uint256 allowance;
        (buffered, waiting, allowance) = IPoolETH(POOL_ETH).stakingState();
        free = Math.min(Math.saturatingSub(buffered, waiting), allowance);
    }

    function _collect() private {
        IVault(IPoolETH(POOL_ETH).WITHDRAWAL_VAULT()).collect();
        IVault(IPoolETH(POOL_ETH).REWARDS_VAULT()).collect();
    }

    /// @dev Answers the call with code of another contract, and does not return.
    function _runHere(address code) private {
        // return or revert with what `code` returns or reverts with, given the same call in this context
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, 0, calldatasize())
            let success := delegatecall(gas(), code, free, calldatasize(), 0, 0)
            returndatacopy(free, 0, returndatasize())
            if success {
                return(free, returndatasize())
            }
            revert(free, returndatasize())
        }
    }
}
