// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import {ISSVClusters} from "../../interfaces/external/ISSVClusters.sol";
import {Cluster} from "../../types/Cluster.sol";
import {SSVClusterAccounts} from "./SSVClusterAccounts.sol";
import {ISSVModule} from "./ISSVSimulator.sol";
import {SSVPacking} from "./SSVPacking.sol";

/// @title SSVClustersModule
/// @notice Clusters of the simulated network.
contract SSVClustersModule is ISSVClusters, ISSVModule, SSVClusterAccounts {
    uint256 private constant MIN_ETH_PER_VALIDATOR = 32;
    uint256 private constant MAX_ETH_PER_VALIDATOR = 2_048;

    /// @inheritdoc ISSVModule
    function selectors() external pure override returns (bytes4[] memory list) {
        list = new bytes4[](7);
        list[0] = ISSVClusters.deposit.selector;
        list[1] = ISSVClusters.withdraw.selector;
        list[2] = ISSVClusters.reactivate.selector;
        list[3] = ISSVClusters.liquidate.selector;
        list[4] = ISSVClusters.liquidateSSV.selector;
        list[5] = ISSVClusters.migrateClusterToETH.selector;
        list[6] = ISSVClusters.updateClusterBalance.selector;
    }

    /// @inheritdoc ISSVClusters
    function deposit(
        address clusterOwner,
        uint64[] calldata operatorIds,
        Cluster memory cluster
    ) external payable override {
        bytes32 clusterId = _checkCluster(clusterOwner, operatorIds, cluster);

        cluster.balance += msg.value;
        _clusters[clusterId] = _hash(cluster);

        emit ClusterDeposited(clusterOwner, operatorIds, msg.value, cluster);
    }

    /// @inheritdoc ISSVClusters
    function withdraw(
        uint64[] calldata operatorIds,
        uint256 amount,
        Cluster memory cluster
    ) external override nonReentrant {
        bytes32 clusterId = _checkCluster(msg.sender, operatorIds, cluster);

        uint64 fee;
        uint64 vUnits = _vUnits(clusterId, cluster.validatorCount);
        if (cluster.active) {
            uint64 index;
            (index, fee) = _operatorTotals(operatorIds);
            _charge(cluster, vUnits, index);
        }
        require(cluster.balance >= amount, InsufficientBalance());
        cluster.balance -= amount;
        require(!cluster.active || !_isInsolvent(cluster, vUnits, fee), InsufficientBalance());
        _clusters[clusterId] = _hash(cluster);

        _send(msg.sender, amount);
        emit ClusterWithdrawn(msg.sender, operatorIds, amount, cluster);
    }

    /// @inheritdoc ISSVClusters
    function reactivate(uint64[] calldata operatorIds, Cluster memory cluster) external payable override {
        bytes32 clusterId = _checkCluster(msg.sender, operatorIds, cluster);
        require(!cluster.active, ClusterAlreadyEnabled());

        uint64 vUnits = _vUnits(clusterId, cluster.validatorCount);
        uint64 extraVUnits = vUnits - SSVPacking.vUnitsOf(cluster.validatorCount);
        (uint64 index, uint64 fee) = _returnToOperators(operatorIds, cluster.validatorCount, extraVUnits);

        cluster.balance += msg.value;
        cluster.active = true;
        cluster.index = index;
        cluster.networkFeeIndex = _networkFeeIndex();
        require(!_isInsolvent(cluster, vUnits, fee), InsufficientBalance());

        _addNetworkValidators(cluster.validatorCount, extraVUnits);
        _clusters[clusterId] = _hash(cluster);
        emit ClusterReactivated(msg.sender, operatorIds, cluster);
    }

    /// @inheritdoc ISSVClusters
    function liquidate(
        address clusterOwner,
        uint64[] calldata operatorIds,
        Cluster memory cluster
    ) external override nonReentrant {
        bytes32 clusterId = _checkCluster(clusterOwner, operatorIds, cluster);
        require(cluster.active, ClusterIsLiquidated());

        uint64 vUnits = _vUnits(clusterId, cluster.validatorCount);
        (uint64 index, uint64 fee) = _removeFromOperators(operatorIds, cluster.validatorCount);
        _charge(cluster, vUnits, index);
        require(clusterOwner == msg.sender || _isInsolvent(cluster, vUnits, fee), ClusterNotLiquidatable());

        _liquidate(clusterId, clusterOwner, operatorIds, cluster, vUnits);
    }

    /// @inheritdoc ISSVClusters
    /// @dev There are no clusters that pay in SSV tokens, so this always reverts.
    function liquidateSSV(
        address clusterOwner,
        uint64[] calldata operatorIds,
        Cluster memory cluster
    ) external view override {
        _checkAnyCluster(clusterOwner, operatorIds, cluster);
        revert IncorrectClusterVersion();
    }

    /// @inheritdoc ISSVClusters
    /// @dev There are no clusters that pay in SSV tokens, so this always reverts.
    function migrateClusterToETH(uint64[] calldata operatorIds, Cluster memory cluster) external payable override {
        _checkAnyCluster(msg.sender, operatorIds, cluster);
        revert IncorrectClusterVersion();
    }

    /// @inheritdoc ISSVClusters
    function updateClusterBalance(
        uint64 blockNum,
        address clusterOwner,
        uint64[] calldata operatorIds,
        Cluster memory cluster,
        uint32 effectiveBalance,
        bytes32[] calldata merkleProof
    ) external override nonReentrant {
        bytes32 clusterId = _checkCluster(clusterOwner, operatorIds, cluster);
        _checkUpdate(clusterId, blockNum, effectiveBalance, merkleProof);
        _checkBounds(effectiveBalance, cluster.validatorCount);

        uint64 oldVUnits = _vUnits(clusterId, cluster.validatorCount);
        uint64 newVUnits = SSVPacking.toVUnits(effectiveBalance);
        _effectiveBalances[clusterId] = EffectiveBalance(newVUnits, blockNum, uint64(block.number));
        if (cluster.active) _reweigh(clusterId, clusterOwner, operatorIds, cluster, oldVUnits, newVUnits);

        emit ClusterBalanceUpdated(clusterOwner, operatorIds, blockNum, effectiveBalance, cluster);
    }

    function _checkUpdate(
        bytes32 clusterId,
        uint64 blockNum,
        uint32 effectiveBalance,
        bytes32[] calldata merkleProof
    ) private view {
        bytes32 root = _roots[blockNum];
        require(root != 0, RootNotFound());

        EffectiveBalance storage last = _effectiveBalances[clusterId];
        require(
            last.updateBlock == 0 || block.number >= last.updateBlock + _protocol.minBlocksBetweenUpdates,
            UpdateTooFrequent()
        );
        require(blockNum > last.rootBlock, StaleUpdate());

        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(clusterId, effectiveBalance))));
        require(MerkleProof.verifyCalldata(merkleProof, root, leaf), InvalidProof());
    }

    function _checkBounds(uint256 effectiveBalance, uint256 validatorCount) private pure {
        require(effectiveBalance <= validatorCount * MAX_ETH_PER_VALIDATOR, EBExceedsMaximum());
        require(effectiveBalance >= validatorCount * MIN_ETH_PER_VALIDATOR, EBBelowMinimum());
    }

    /// @dev Charges an active cluster at its old weight and lets the new one apply, liquidating it if need be.
    function _reweigh(
        bytes32 clusterId,
        address clusterOwner,
        uint64[] calldata operatorIds,
        Cluster memory cluster,
        uint64 oldVUnits,
        uint64 newVUnits
    ) private {
        (uint64 index, uint64 fee) = _removeFromOperators(operatorIds, 0);
        _charge(cluster, oldVUnits, index);

        if (newVUnits != oldVUnits) {
            _reweighOperators(operatorIds, oldVUnits, newVUnits);
            _settleNetwork();
            _protocol.vUnits = _protocol.vUnits + newVUnits - oldVUnits;
        }

        if (_isInsolvent(cluster, newVUnits, fee)) {
            _removeFromOperators(operatorIds, cluster.validatorCount);
            _liquidate(clusterId, clusterOwner, operatorIds, cluster, newVUnits);
        } else {
            _clusters[clusterId] = _hash(cluster);
        }
    }

    /// @dev Closes a settled cluster whose validators were taken from the operators, and pays the caller what is left.
    function _liquidate(
        bytes32 clusterId,
        address clusterOwner,
        uint64[] calldata operatorIds,
        Cluster memory cluster,
        uint64 vUnits
    ) private {
        uint64 baseVUnits = SSVPacking.vUnitsOf(cluster.validatorCount);
        _removeNetworkValidators(cluster.validatorCount, vUnits - baseVUnits);
        if (vUnits != baseVUnits) _reweighOperators(operatorIds, vUnits, baseVUnits);

        uint256 balance = cluster.balance;
        cluster.balance = 0;
        cluster.index = 0;
        cluster.networkFeeIndex = 0;
        cluster.active = false;
        _clusters[clusterId] = _hash(cluster);

        if (balance != 0) _send(msg.sender, balance);
        emit ClusterLiquidated(clusterOwner, operatorIds, cluster);
    }
}
