// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Cluster} from "../../types/Cluster.sol";
import {SSVNetworkAccounts} from "./SSVNetworkAccounts.sol";
import {SSVOperatorAccounts} from "./SSVOperatorAccounts.sol";
import {SSVPacking} from "./SSVPacking.sol";

/// @title SSVClusterAccounts
/// @notice What clusters are, owe and must hold.
abstract contract SSVClusterAccounts is SSVNetworkAccounts, SSVOperatorAccounts {
    using SSVPacking for uint64;
    using SSVPacking for uint256;

    function _clusterId(address owner, uint64[] memory operatorIds) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(owner, operatorIds));
    }

    function _hash(Cluster memory cluster) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encodePacked(
                    cluster.validatorCount,
                    cluster.networkFeeIndex,
                    cluster.index,
                    cluster.balance,
                    cluster.active
                )
            );
    }

    /// @dev Checks that `cluster` is the newest state of an existing cluster.
    function _checkCluster(
        address owner,
        uint64[] memory operatorIds,
        Cluster memory cluster
    ) internal view returns (bytes32 clusterId) {
        bool paysEther;
        (clusterId, paysEther) = _checkAnyCluster(owner, operatorIds, cluster);
        require(paysEther, IncorrectClusterVersion());
    }

    function _checkAnyCluster(
        address owner,
        uint64[] memory operatorIds,
        Cluster memory cluster
    ) internal view returns (bytes32 clusterId, bool paysEther) {
        clusterId = _clusterId(owner, operatorIds);
        bytes32 clusterHash = _clusters[clusterId];
        bytes32 tokenClusterHash = _tokenClusters[clusterId];

        paysEther = clusterHash != 0;
        if (!paysEther) clusterHash = tokenClusterHash;
        require(clusterHash != 0, ClusterDoesNotExist());
        require(clusterHash == _hash(cluster), IncorrectClusterState());
    }

    function _vUnits(bytes32 clusterId, uint32 validatorCount) internal view returns (uint64 vUnits) {
        vUnits = _effectiveBalances[clusterId].vUnits;
        if (vUnits == 0) vUnits = SSVPacking.vUnitsOf(validatorCount);
    }

    /// @dev Takes the fees since the last settlement from the cluster in memory, down to nothing.
    function _charge(Cluster memory cluster, uint64 vUnits, uint64 index) internal view {
        uint64 networkFeeIndex = _networkFeeIndex();
        uint256 operatorFees = uint256(index - cluster.index).scale(vUnits);
        uint256 networkFees = uint256(networkFeeIndex - cluster.networkFeeIndex).scale(vUnits);
        uint256 fees = (operatorFees + networkFees) * SSVPacking.WEI_PER_UNIT;

        cluster.balance = fees > cluster.balance ? 0 : cluster.balance - fees;
        cluster.index = index;
        cluster.networkFeeIndex = networkFeeIndex;
    }

    /// @dev Whether a settled cluster of `vUnits`, whose operators ask `operatorFee`, holds too little.
    function _isInsolvent(Cluster memory cluster, uint64 vUnits, uint64 operatorFee) internal view returns (bool) {
        if (cluster.validatorCount == 0) return false;

        Protocol storage protocol = _protocol;
        if (cluster.balance < protocol.minimumCollateral.unpack()) return true;

        uint256 rate = operatorFee + protocol.networkFee;
        uint256 threshold = (protocol.thresholdPeriod * rate).scale(vUnits);
        return cluster.balance < threshold * SSVPacking.WEI_PER_UNIT;
    }
}
