// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SSVPacking} from "./SSVPacking.sol";
import {SSVState} from "./SSVState.sol";

/// @title SSVOperatorAccounts
/// @notice What operators earn, and what clusters owe them.
/// @dev A removed operator keeps its index, earns nothing and takes no part in later changes.
abstract contract SSVOperatorAccounts is SSVState {
    using SSVPacking for uint256;

    function _isActive(Operator storage operator) internal view returns (bool) {
        return operator.snapshot.blockNumber != 0;
    }

    /// @dev Whether it earns tokens or ether: removal ends both.
    function _exists(Operator storage operator) internal view returns (bool) {
        return operator.tokenSnapshot.blockNumber != 0 || operator.snapshot.blockNumber != 0;
    }

    function _operatorOfCaller(uint64 operatorId) internal view returns (Operator storage operator) {
        operator = _operators[operatorId];
        require(_exists(operator), OperatorDoesNotExist());
        require(operator.owner == msg.sender, CallerNotOwnerWithData(msg.sender, operator.owner));
    }

    /// @dev Adds the fees since the last settlement to a snapshot.
    function _accrue(Snapshot memory snapshot, uint64 operatorId, uint64 fee, uint32 validatorCount) internal view {
        uint64 vUnits = _operatorExtraVUnits[operatorId] + SSVPacking.vUnitsOf(validatorCount);
        uint64 fees = (uint32(block.number) - snapshot.blockNumber) * fee;

        snapshot.index += fees;
        snapshot.balance += uint256(fees).scale(vUnits).toUint64();
        snapshot.blockNumber = uint32(block.number);
    }

    function _settle(uint64 operatorId) internal {
        Operator storage operator = _operators[operatorId];
        Snapshot memory snapshot = operator.snapshot;
        _accrue(snapshot, operatorId, operator.fee, operator.validatorCount);
        operator.snapshot = snapshot;
    }

    /// @dev Index and fee of the operators together at this block, without settling them.
    function _operatorTotals(uint64[] calldata operatorIds) internal view returns (uint64 index, uint64 fee) {
        for (uint256 i; i < operatorIds.length; ++i) {
            Operator storage operator = _operators[operatorIds[i]];
            uint64 operatorFee = operator.fee;
            index += operator.snapshot.index + (uint64(block.number) - operator.snapshot.blockNumber) * operatorFee;
            fee += operatorFee;
        }
    }

    /// @dev Settles the operators and takes `count` validators from each.
    function _removeFromOperators(
        uint64[] memory operatorIds,
        uint32 count
    ) internal returns (uint64 index, uint64 fee) {
        for (uint256 i; i < operatorIds.length; ++i) {
            Operator storage operator = _operators[operatorIds[i]];
            if (_isActive(operator)) {
                _settle(operatorIds[i]);
                operator.validatorCount -= count;
                fee += operator.fee;
            }
            index += operator.snapshot.index;
        }
    }

    /// @dev Settles the operators and gives the validators of a reactivated cluster back to each.
    function _returnToOperators(
        uint64[] calldata operatorIds,
        uint32 count,
        uint64 extraVUnits
    ) internal returns (uint64 index, uint64 fee) {
        for (uint256 i; i < operatorIds.length; ++i) {
            uint64 operatorId = operatorIds[i];
            Operator storage operator = _operators[operatorId];
            if (_isActive(operator)) {
                _settle(operatorId);
                if (extraVUnits != 0) _operatorExtraVUnits[operatorId] += extraVUnits;
                operator.validatorCount += count;
                _checkValidatorLimit(operator.validatorCount, operatorId);
                fee += operator.fee;
            }
            index += operator.snapshot.index;
        }
    }

    /// @dev Replaces what a cluster weighs above 32 ETH per validator; the operators are settled before.
    function _reweighOperators(uint64[] memory operatorIds, uint64 oldVUnits, uint64 newVUnits) internal {
        for (uint256 i; i < operatorIds.length; ++i) {
            uint64 operatorId = operatorIds[i];
            if (_isActive(_operators[operatorId]))
                _operatorExtraVUnits[operatorId] = _operatorExtraVUnits[operatorId] + newVUnits - oldVUnits;
        }
    }

    function _checkValidatorLimit(uint32 count, uint64 operatorId) internal view {
        require(count <= _protocol.validatorsPerOperatorLimit, ExceedValidatorLimitWithData(operatorId));
    }
}
