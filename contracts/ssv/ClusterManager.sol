// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVNetwork} from "../interfaces/external/ISSVNetwork.sol";
import {IClusterManager} from "../interfaces/IClusterManager.sol";
import {IPoolETH} from "../interfaces/IPoolETH.sol";
import {AnnouncedUpgrade} from "../policy/AnnouncedUpgrade.sol";
import {Cluster} from "../types/Cluster.sol";
import {ClusterStorage} from "./ClusterStorage.sol";
import {ClusterViews} from "./ClusterViews.sol";
import {OperatorUpdates} from "./OperatorUpdates.sol";
import {OwnerSignature} from "./OwnerSignature.sol";

/// @title ClusterManager
/// @notice Owner of the pool's clusters at ssv.network, and of the operating reserve that pays for them. It never touches
///         stake; it calls ssv.network.
/// @custom:security-contact security@pooleth.example
contract ClusterManager is AnnouncedUpgrade, OwnerSignature, ClusterViews, OperatorUpdates {
    /// @notice Names the peers of this implementation.
    /// @param authority Access manager.
    /// @param poolETH The pool.
    /// @param ssvNetwork ssv.network.
    constructor(
        address authority,
        address poolETH,
        address ssvNetwork
    ) AnnouncedUpgrade(authority) ClusterStorage(poolETH, ssvNetwork) {}

    /// @notice Sets up the proxy, in its constructor, and names the fee recipient at SSV for good.
    /// @param rewardsVault Receives the tips and MEV of all validators.
    /// @param runwayBlocks See `setRunway`.
    /// @param minRunwayBlocks See `setRunway`.
    function initialize(address rewardsVault, uint32 runwayBlocks, uint32 minRunwayBlocks) external initializer {
        _setRunway(runwayBlocks, minRunwayBlocks);
        ISSVNetwork(SSV_NETWORK).setFeeRecipientAddress(rewardsVault);
    }

    /// @inheritdoc IClusterManager
    function register(
        bytes calldata pubkeys,
        bytes calldata sharesData,
        uint256 count,
        uint64[] calldata operatorIds,
        Cluster calldata cluster,
        uint256 firstNonce
    ) external returns (uint256 funding) {
        require(msg.sender == IPoolETH(POOL_ETH).POOL_MANAGER(), CallerNotPoolManager(msg.sender));
        return _register(pubkeys, sharesData, count, operatorIds, cluster, firstNonce);
    }

    /// @inheritdoc IClusterManager
    function ownerNonce() external view returns (uint256) {
        return _clusters().ownerNonce;
    }
}
