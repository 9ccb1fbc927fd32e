// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IOperatorUpdates} from "../interfaces/IOperatorUpdates.sol";
import {IPoolETH} from "../interfaces/IPoolETH.sol";
import {IPoolManager} from "../interfaces/IPoolManager.sol";
import {OperatorSets} from "../libraries/OperatorSets.sol";
import {SSVCalldata} from "../libraries/SSVCalldata.sol";
import {ClusterRegistration} from "./ClusterRegistration.sol";
import {ValidatorExits} from "./ValidatorExits.sol";

/// @title OperatorUpdates
/// @notice Registers keys again that were removed to get other operators. It calls ssv.network, and tells `PoolManager` of
///         the nonces taken.
abstract contract OperatorUpdates is ClusterRegistration, ValidatorExits {
    uint256 private constant WAIT_BLOCKS = 256;

    /// @inheritdoc IOperatorUpdates
    function updateOperators(OperatorUpdate calldata update) external restricted returns (uint256 funding) {
        uint256 count = _countOf(update.pubkeys);
        uint256 sharesLength = count * SSVCalldata.sharesLength(update.operatorIds.length);
        uint256 length = update.sharesData.length;
        require(length == sharesLength, IPoolManager.SharesLengthMismatch(length, sharesLength));
        _requireFewLeftOut(update.formerOperatorIds, update.operatorIds);
        bytes24 former = OperatorSets.nameOf(update.formerOperatorIds);
        for (uint256 i = 0; i < count; ++i) _takeRemoved(_keyAt(update.pubkeys, i), former);

        funding = _register(
            update.pubkeys,
            update.sharesData,
            count,
            update.operatorIds,
            update.cluster,
            update.firstNonce
        );
        IPoolManager(IPoolETH(POOL_ETH).POOL_MANAGER()).followOwnerNonce();
        emit OperatorsUpdated(keccak256(update.pubkeys), update.formerOperatorIds, update.operatorIds, funding);
    }

    /// @inheritdoc IOperatorUpdates
    function updatableFrom(bytes calldata pubkey) external view returns (uint256 blockNumber) {
        uint256 removedAt = _clusters().removedKeys[keccak256(pubkey)].removedAt;
        return removedAt == 0 ? 0 : removedAt + WAIT_BLOCKS;
    }

    function _takeRemoved(bytes calldata pubkey, bytes24 former) private {
        mapping(bytes32 => RemovedKey) storage removedKeys = _clusters().removedKeys;
        RemovedKey memory key = removedKeys[keccak256(pubkey)];
        require(key.removedAt != 0 && key.operators == former, KeyNotRemoved(pubkey));
        uint256 earliestBlock = key.removedAt + WAIT_BLOCKS;
        require(block.number >= earliestBlock, UpdateTooEarly(earliestBlock));
        delete removedKeys[keccak256(pubkey)];
    }

    /// @dev Those left out and f faulty ones of the others must be fewer than the threshold of 2f + 1.
    function _requireFewLeftOut(uint64[] calldata former, uint64[] calldata current) private pure {
        uint256 leftOut = OperatorSets.leftOut(former, current);
        uint256 allowed = OperatorSets.faultTolerance(former.length);
        require(leftOut <= allowed, TooManyOperatorsLeftOut(leftOut, allowed));
    }
}
