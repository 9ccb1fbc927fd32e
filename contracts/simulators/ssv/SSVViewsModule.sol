// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVNetworkViews} from "../../interfaces/external/ISSVNetworkViews.sol";
import {ISSVWhitelistingContract} from "../../interfaces/external/ISSVWhitelistingContract.sol";
import {Cluster} from "../../types/Cluster.sol";
import {SSVClusterAccounts} from "./SSVClusterAccounts.sol";
import {SSVPacking} from "./SSVPacking.sol";
import {SSVWhitelists} from "./SSVWhitelists.sol";

/// @title SSVViewsModule
/// @notice Views of the simulated network.
contract SSVViewsModule is ISSVNetworkViews, SSVClusterAccounts, SSVWhitelists {
    using SSVPacking for uint64;
    using SSVPacking for uint256;

    uint8 private constant PAYS_ETHER = 1;
    uint256 private constant ORACLE_WEIGHT = 25 ether;

    /// @inheritdoc ISSVNetworkViews
    function getValidator(address owner, bytes calldata publicKey) external view override returns (bool) {
        return _validators[keccak256(abi.encodePacked(publicKey, owner))] != 0;
    }

    /// @inheritdoc ISSVNetworkViews
    function getBalance(
        address owner,
        uint64[] calldata operatorIds,
        Cluster memory cluster
    ) external view override returns (uint256) {
        bytes32 clusterId = _checkCluster(owner, operatorIds, cluster);
        require(cluster.active, ClusterIsLiquidated());

        (uint64 index, ) = _operatorTotals(operatorIds);
        _charge(cluster, _vUnits(clusterId, cluster.validatorCount), index);
        return cluster.balance;
    }

    /// @inheritdoc ISSVNetworkViews
    function getBurnRate(
        address owner,
        uint64[] calldata operatorIds,
        Cluster memory cluster
    ) external view override returns (uint256) {
        bytes32 clusterId = _checkCluster(owner, operatorIds, cluster);
        (, uint64 fee) = _operatorTotals(operatorIds);
        return (fee + _protocol.networkFee).unpack().scale(_vUnits(clusterId, cluster.validatorCount));
    }

    /// @inheritdoc ISSVNetworkViews
    function getEffectiveBalance(
        address owner,
        uint64[] calldata operatorIds,
        Cluster memory cluster
    ) external view override returns (uint32) {
        bytes32 clusterId = _checkCluster(owner, operatorIds, cluster);
        require(cluster.active, ClusterIsLiquidated());
        return SSVPacking.toEffectiveBalance(_vUnits(clusterId, cluster.validatorCount));
    }

    /// @inheritdoc ISSVNetworkViews
    function isLiquidatable(
        address owner,
        uint64[] calldata operatorIds,
        Cluster memory cluster
    ) external view override returns (bool) {
        bytes32 clusterId = _checkCluster(owner, operatorIds, cluster);
        if (!cluster.active) return false;

        (uint64 index, uint64 fee) = _operatorTotals(operatorIds);
        uint64 vUnits = _vUnits(clusterId, cluster.validatorCount);
        _charge(cluster, vUnits, index);
        return _isInsolvent(cluster, vUnits, fee);
    }

    /// @inheritdoc ISSVNetworkViews
    function isLiquidated(
        address owner,
        uint64[] calldata operatorIds,
        Cluster memory cluster
    ) external view override returns (bool) {
        _checkCluster(owner, operatorIds, cluster);
        return !cluster.active;
    }

    /// @inheritdoc ISSVNetworkViews
    function getClusterAssetType(address owner, uint64[] calldata operatorIds) external view override returns (uint8) {
        require(_clusters[_clusterId(owner, operatorIds)] != 0, ClusterDoesNotExist());
        return PAYS_ETHER;
    }

    /// @inheritdoc ISSVNetworkViews
    function getOperatorFee(uint64 operatorId) external view override returns (uint256) {
        return _operators[operatorId].fee.unpack();
    }

    /// @inheritdoc ISSVNetworkViews
    function getOperatorDeclaredFee(uint64 operatorId) external view override returns (OperatorDeclaredFeeData memory) {
        FeeDeclaration memory declaration = _feeDeclarations[operatorId];
        return
            OperatorDeclaredFeeData(
                declaration.approvalBeginTime != 0,
                declaration.fee.unpack(),
                declaration.approvalBeginTime,
                declaration.approvalEndTime
            );
    }

    /// @inheritdoc ISSVNetworkViews
    function getOperatorById(uint64 operatorId) external view override returns (OperatorData memory) {
        Operator storage operator = _operators[operatorId];
        return
            OperatorData({
                owner: operator.owner,
                fee: operator.fee.unpack(),
                validatorCount: operator.validatorCount,
                whitelistedAddress: _whitelistingContracts[operatorId],
                isPrivate: operator.isPrivate,
                isActive: _isActive(operator)
            });
    }

    /// @inheritdoc ISSVNetworkViews
    function getOperatorEarnings(uint64 operatorId) external view override returns (uint256) {
        Operator storage operator = _operators[operatorId];
        Snapshot memory snapshot = operator.snapshot;
        _accrue(snapshot, operatorId, operator.fee, operator.validatorCount);
        return snapshot.balance.unpack();
    }

    /// @inheritdoc ISSVNetworkViews
    function getWhitelistedOperators(
        uint64[] calldata operatorIds,
        address account
    ) external view override returns (uint64[] memory) {
        if (account == address(0)) return new uint64[](0);

        uint64[] memory found = new uint64[](operatorIds.length);
        uint256 count;
        for (uint256 i; i < operatorIds.length; ++i) {
            uint64 operatorId = operatorIds[i];
            if (i != 0) {
                require(operatorId != operatorIds[i - 1], OperatorsListNotUnique());
                require(operatorId > operatorIds[i - 1], UnsortedOperatorsList());
            }
            if (_isWhitelistedByAddress(account, operatorId) || _isWhitelistedByContract(account, operatorId))
                found[count++] = operatorId;
        }

        uint64[] memory list = new uint64[](count);
        for (uint256 i; i < count; ++i) list[i] = found[i];
        return list;
    }

    /// @inheritdoc ISSVNetworkViews
    function isWhitelistingContract(address contractAddress) external view override returns (bool) {
        return _isWhitelistingContract(contractAddress);
    }

    /// @inheritdoc ISSVNetworkViews
    function isAddressWhitelistedInWhitelistingContract(
        address account,
        uint256 operatorId,
        address whitelistingContract
    ) external view override returns (bool) {
        if (account == address(0) || !_isWhitelistingContract(whitelistingContract)) return false;
        return ISSVWhitelistingContract(whitelistingContract).isWhitelisted(account, operatorId);
    }

    /// @inheritdoc ISSVNetworkViews
    function getNetworkFee() external view override returns (uint256) {
        return _protocol.networkFee.unpack();
    }

    /// @inheritdoc ISSVNetworkViews
    function getNetworkEarnings() external view override returns (uint256) {
        return _networkEarnings().unpack();
    }

    /// @inheritdoc ISSVNetworkViews
    function getNetworkValidatorsCount() external view override returns (uint32) {
        return _protocol.validatorCount;
    }

    /// @inheritdoc ISSVNetworkViews
    function getMaximumOperatorFee() external view override returns (uint256) {
        return _protocol.maximumOperatorFee.unpack();
    }

    /// @inheritdoc ISSVNetworkViews
    function getMinimumOperatorEthFee() external view override returns (uint256) {
        return _protocol.minimumOperatorFee.unpack();
    }

    /// @inheritdoc ISSVNetworkViews
    function getOperatorFeeIncreaseLimit() external view override returns (uint64) {
        return _protocol.feeIncreaseLimit;
    }

    /// @inheritdoc ISSVNetworkViews
    function getOperatorFeePeriods() external view override returns (OperatorFeePeriodsData memory) {
        return OperatorFeePeriodsData(_protocol.declareFeePeriod, _protocol.executeFeePeriod);
    }

    /// @inheritdoc ISSVNetworkViews
    function getLiquidationThresholdPeriod() external view override returns (uint64) {
        return _protocol.thresholdPeriod;
    }

    /// @inheritdoc ISSVNetworkViews
    function getMinimumLiquidationCollateral() external view override returns (uint256) {
        return _protocol.minimumCollateral.unpack();
    }

    /// @inheritdoc ISSVNetworkViews
    function getValidatorsPerOperatorLimit() external view override returns (uint32) {
        return _protocol.validatorsPerOperatorLimit;
    }

    /// @inheritdoc ISSVNetworkViews
    function getCommittedRoot(uint64 blockNum) external view override returns (bytes32) {
        return _roots[blockNum];
    }

    /// @inheritdoc ISSVNetworkViews
    function getOracle(uint32 oracleId) external view override returns (address) {
        return _oracles[oracleId];
    }

    /// @inheritdoc ISSVNetworkViews
    function getActiveOracleIds() external pure override returns (uint32[4] memory) {
        return [uint32(1), 2, 3, 4];
    }

    /// @inheritdoc ISSVNetworkViews
    function getOracleWeight(uint32) external pure override returns (uint256) {
        return ORACLE_WEIGHT;
    }

    /// @inheritdoc ISSVNetworkViews
    function getQuorumBps() external view override returns (uint16) {
        return _quorumBps;
    }

    /// @inheritdoc ISSVNetworkViews
    function getVersion() external pure override returns (string memory) {
        return "v2.0.0";
    }
}
