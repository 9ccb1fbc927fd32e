// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVValidators} from "../../interfaces/external/ISSVValidators.sol";
import {Cluster} from "../../types/Cluster.sol";
import {SSVClusterAccounts} from "./SSVClusterAccounts.sol";
import {ISSVModule} from "./ISSVSimulator.sol";
import {SSVPacking} from "./SSVPacking.sol";
import {SSVWhitelists} from "./SSVWhitelists.sol";

/// @title SSVValidatorsModule
/// @notice Validators of the simulated network.
contract SSVValidatorsModule is ISSVValidators, ISSVModule, SSVClusterAccounts, SSVWhitelists {
    uint256 private constant PUBLIC_KEY_LENGTH = 48;

    /// @inheritdoc ISSVModule
    function selectors() external pure override returns (bytes4[] memory list) {
        list = new bytes4[](6);
        list[0] = ISSVValidators.registerValidator.selector;
        list[1] = ISSVValidators.bulkRegisterValidator.selector;
        list[2] = ISSVValidators.removeValidator.selector;
        list[3] = ISSVValidators.bulkRemoveValidator.selector;
        list[4] = ISSVValidators.exitValidator.selector;
        list[5] = ISSVValidators.bulkExitValidator.selector;
    }

    /// @inheritdoc ISSVValidators
    function registerValidator(
        bytes memory publicKey,
        uint64[] memory operatorIds,
        bytes memory sharesData,
        Cluster memory cluster
    ) external payable override {
        _register(_single(publicKey), operatorIds, _single(sharesData), cluster);
    }

    /// @inheritdoc ISSVValidators
    function bulkRegisterValidator(
        bytes[] memory publicKeys,
        uint64[] memory operatorIds,
        bytes[] memory sharesData,
        Cluster memory cluster
    ) external payable override {
        _register(publicKeys, operatorIds, sharesData, cluster);
    }

    /// @inheritdoc ISSVValidators
    function removeValidator(
        bytes memory publicKey,
        uint64[] memory operatorIds,
        Cluster memory cluster
    ) external override {
        _remove(_single(publicKey), operatorIds, cluster);
    }

    /// @inheritdoc ISSVValidators
    function bulkRemoveValidator(
        bytes[] memory publicKeys,
        uint64[] memory operatorIds,
        Cluster memory cluster
    ) external override {
        _remove(publicKeys, operatorIds, cluster);
    }

    /// @inheritdoc ISSVValidators
    function exitValidator(bytes calldata publicKey, uint64[] calldata operatorIds) external override {
        _checkValidator(publicKey, _validatorData(operatorIds));
        emit ValidatorExited(msg.sender, operatorIds, publicKey);
    }

    /// @inheritdoc ISSVValidators
    function bulkExitValidator(bytes[] calldata publicKeys, uint64[] calldata operatorIds) external override {
        require(publicKeys.length != 0, ValidatorDoesNotExist());

        bytes32 data = _validatorData(operatorIds);
        for (uint256 i; i < publicKeys.length; ++i) {
            _checkValidator(publicKeys[i], data);
            emit ValidatorExited(msg.sender, operatorIds, publicKeys[i]);
        }
    }

    function _register(
        bytes[] memory publicKeys,
        uint64[] memory operatorIds,
        bytes[] memory sharesData,
        Cluster memory cluster
    ) private {
        require(publicKeys.length != 0, EmptyPublicKeysList());
        require(publicKeys.length == sharesData.length, PublicKeysSharesLengthMismatch());
        require(_isClusterSize(operatorIds.length), InvalidOperatorIdsLength());

        for (uint256 i; i < publicKeys.length; ++i) _addValidator(publicKeys[i], operatorIds);
        _growCluster(operatorIds, uint32(publicKeys.length), cluster);

        for (uint256 i; i < publicKeys.length; ++i)
            emit ValidatorAdded(msg.sender, operatorIds, publicKeys[i], sharesData[i], cluster);
    }

    function _remove(bytes[] memory publicKeys, uint64[] memory operatorIds, Cluster memory cluster) private {
        require(publicKeys.length != 0, ValidatorDoesNotExist());

        bytes32 clusterId = _checkCluster(msg.sender, operatorIds, cluster);
        bytes32 data = _validatorData(operatorIds);
        for (uint256 i; i < publicKeys.length; ++i) delete _validators[_checkValidator(publicKeys[i], data)];
        _shrinkCluster(clusterId, operatorIds, uint32(publicKeys.length), cluster);

        for (uint256 i; i < publicKeys.length; ++i)
            emit ValidatorRemoved(msg.sender, operatorIds, publicKeys[i], cluster);
    }

    function _addValidator(bytes memory publicKey, uint64[] memory operatorIds) private {
        require(publicKey.length == PUBLIC_KEY_LENGTH, InvalidPublicKeyLength());

        bytes32 key = _validatorKey(publicKey);
        require(_validators[key] == 0, ValidatorAlreadyExistsWithData(publicKey));
        _validators[key] = _validatorData(operatorIds);
    }

    function _growCluster(uint64[] memory operatorIds, uint32 count, Cluster memory cluster) private {
        bytes32 clusterId = _checkNewOrActive(operatorIds, cluster);
        cluster.balance += msg.value;

        (uint64 index, uint64 fee) = _addToOperators(operatorIds, count);
        _charge(cluster, _vUnits(clusterId, cluster.validatorCount), index);
        _addNetworkValidators(count, 0);
        cluster.validatorCount += count;

        EffectiveBalance storage effectiveBalance = _effectiveBalances[clusterId];
        uint64 vUnits = effectiveBalance.vUnits;
        if (vUnits == 0) {
            vUnits = SSVPacking.vUnitsOf(cluster.validatorCount);
        } else {
            vUnits += SSVPacking.vUnitsOf(count);
            effectiveBalance.vUnits = vUnits;
        }
        require(!_isInsolvent(cluster, vUnits, fee), InsufficientBalance());

        _clusters[clusterId] = _hash(cluster);
    }

    function _shrinkCluster(
        bytes32 clusterId,
        uint64[] memory operatorIds,
        uint32 count,
        Cluster memory cluster
    ) private {
        if (cluster.active) {
            (uint64 index, ) = _removeFromOperators(operatorIds, count);
            _charge(cluster, _vUnits(clusterId, cluster.validatorCount), index);
            _removeNetworkValidators(count, 0);
        }
        cluster.validatorCount -= count;

        EffectiveBalance storage effectiveBalance = _effectiveBalances[clusterId];
        uint64 vUnits = effectiveBalance.vUnits;
        if (vUnits != 0) {
            vUnits -= SSVPacking.vUnitsOf(count);
            if (cluster.validatorCount == 0) {
                if (vUnits != 0 && cluster.active) {
                    _reweighOperators(operatorIds, vUnits, 0);
                    _removeNetworkValidators(0, vUnits);
                }
                vUnits = 0;
            }
            effectiveBalance.vUnits = vUnits;
        }

        _clusters[clusterId] = _hash(cluster);
    }

    function _addToOperators(uint64[] memory operatorIds, uint32 count) private returns (uint64 index, uint64 fee) {
        for (uint256 i; i < operatorIds.length; ++i) {
            uint64 operatorId = operatorIds[i];
            if (i + 1 < operatorIds.length) {
                require(operatorId <= operatorIds[i + 1], UnsortedOperatorsList());
                require(operatorId != operatorIds[i + 1], OperatorsListNotUnique());
            }

            Operator storage stored = _operators[operatorId];
            require(_exists(stored), OperatorDoesNotExist());

            Operator memory operator = stored;
            if (operator.isPrivate)
                require(
                    _isWhitelistedByAddress(msg.sender, operatorId) || _isWhitelistedByContract(msg.sender, operatorId),
                    CallerNotWhitelistedWithData(operatorId)
                );

            _accrue(operator.snapshot, operatorId, operator.fee, operator.validatorCount);
            operator.validatorCount += count;
            _checkValidatorLimit(operator.validatorCount, operatorId);
            _operators[operatorId] = operator;

            index += operator.snapshot.index;
            fee += operator.fee;
        }
    }

    function _checkNewOrActive(
        uint64[] memory operatorIds,
        Cluster memory cluster
    ) private view returns (bytes32 clusterId) {
        clusterId = _clusterId(msg.sender, operatorIds);
        bytes32 clusterHash = _clusters[clusterId];
        bytes32 tokenClusterHash = _tokenClusters[clusterId];

        if (clusterHash == 0) {
            require(tokenClusterHash == 0, IncorrectClusterVersion());
            Cluster memory empty;
            empty.active = true;
            require(_hash(cluster) == _hash(empty), IncorrectClusterState());
        } else {
            require(clusterHash == _hash(cluster), IncorrectClusterState());
            require(cluster.active, ClusterIsLiquidated());
        }
    }

    /// @dev Checks that the caller registered the validator with the operators of `data`.
    function _checkValidator(bytes memory publicKey, bytes32 data) private view returns (bytes32 key) {
        key = _validatorKey(publicKey);
        bytes32 stored = _validators[key];
        require(stored != 0, ValidatorDoesNotExist());
        require(stored == data, IncorrectValidatorStateWithData(publicKey));
    }

    function _validatorKey(bytes memory publicKey) private view returns (bytes32) {
        return keccak256(abi.encodePacked(publicKey, msg.sender));
    }

    function _validatorData(uint64[] memory operatorIds) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(operatorIds)) | bytes32(uint256(1));
    }

    function _isClusterSize(uint256 operators) private pure returns (bool) {
        return operators >= 4 && operators <= 13 && operators % 3 == 1;
    }

    function _single(bytes memory item) private pure returns (bytes[] memory list) {
        list = new bytes[](1);
        list[0] = item;
    }
}
