// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {ISSVNetwork} from "../interfaces/external/ISSVNetwork.sol";
import {IClusterManager} from "../interfaces/IClusterManager.sol";
import {IPoolETH} from "../interfaces/IPoolETH.sol";
import {SSVCalldata} from "../libraries/SSVCalldata.sol";
import {SSVFunding} from "../libraries/SSVFunding.sol";
import {AnnouncedUpgrade} from "../policy/AnnouncedUpgrade.sol";
import {Cluster} from "../types/Cluster.sol";
import {OwnerSignature} from "./OwnerSignature.sol";

/// @title ClusterManager
/// @notice Owner of the pool's clusters at ssv.network, and of the operating reserve that pays for them. It never touches
///         stake; it calls ssv.network.
/// @custom:security-contact security@pooleth.example
contract ClusterManager is IClusterManager, AnnouncedUpgrade, OwnerSignature {
    using SafeCast for uint256;

    /// @custom:storage-location erc7201:pooleth.ClusterManager
    struct ClusterManagerStorage {
        uint64 ownerNonce;
        uint32 runwayBlocks;
        uint32 minRunwayBlocks;
    }

    /// @dev SSV nodes count an owner's registrations in 16 bits.
    uint256 private constant MAX_REGISTRATIONS = 65_536;
    /// @dev Two years of blocks of 12 seconds.
    uint256 private constant MAX_RUNWAY_BLOCKS = 5_256_000;
    // keccak256(abi.encode(uint256(keccak256("pooleth.ClusterManager")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant CLUSTER_MANAGER_STORAGE =
        0xb6d72a1df9d4ccf51a9795dfe852862e9a45c60fd177d541b3c9b82150b1f000;

    /// @inheritdoc IClusterManager
    address public immutable POOL_ETH;
    /// @inheritdoc IClusterManager
    address public immutable SSV_NETWORK;

    /// @notice Names the peers of this implementation.
    /// @param authority Access manager.
    /// @param poolETH The pool.
    /// @param ssvNetwork ssv.network.
    constructor(address authority, address poolETH, address ssvNetwork) AnnouncedUpgrade(authority) {
        POOL_ETH = poolETH;
        SSV_NETWORK = ssvNetwork;
    }

    /// @notice Sets up the proxy, in its constructor, and names the fee recipient at SSV for good.
    /// @param rewardsVault Receives the tips and MEV of all validators.
    /// @param runwayBlocks See `setRunway`.
    /// @param minRunwayBlocks See `setRunway`.
    function initialize(address rewardsVault, uint32 runwayBlocks, uint32 minRunwayBlocks) external initializer {
        _setRunway(runwayBlocks, minRunwayBlocks);
        ISSVNetwork(SSV_NETWORK).setFeeRecipientAddress(rewardsVault);
    }

    /* EVERYBODY */

    /// @notice Takes ether into the operating reserve: what SSV pays back arrives here.
    receive() external payable {
        emit ReserveDeposited(msg.sender, msg.value);
    }

    /// @inheritdoc IClusterManager
    function depositReserve() external payable {
        emit ReserveDeposited(msg.sender, msg.value);
    }

    /* POLICY */

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
        uint32 runwayBlocks = _takeNonces(firstNonce, count);
        // So many nonces are left that the count fits 32 bits.
        funding = SSVFunding.missing(SSV_NETWORK, operatorIds, cluster, uint32(count), runwayBlocks);
        require(funding <= address(this).balance, InsufficientReserve(address(this).balance, funding));

        bytes memory registration = SSVCalldata.bulkRegister(pubkeys, sharesData, count, operatorIds, cluster);
        SSVCalldata.send(SSV_NETWORK, registration, funding);
    }

    /* ADMIN */

    /// @inheritdoc IClusterManager
    function setRunway(uint32 runwayBlocks, uint32 minRunwayBlocks) external restricted {
        _setRunway(runwayBlocks, minRunwayBlocks);
    }

    /* VIEWS */

    /// @inheritdoc IClusterManager
    function requiredFunding(
        uint64[] calldata operatorIds,
        Cluster calldata cluster,
        uint256 newValidators,
        uint256 periodBlocks
    ) external view returns (uint256) {
        return SSVFunding.missing(SSV_NETWORK, operatorIds, cluster, newValidators.toUint32(), periodBlocks.toUint32());
    }

    /// @inheritdoc IClusterManager
    function runwayOf(uint64[] calldata operatorIds, Cluster calldata cluster) external view returns (uint256) {
        return SSVFunding.runwayBlocks(SSV_NETWORK, operatorIds, cluster);
    }

    /// @inheritdoc IClusterManager
    function reserve() external view returns (uint256) {
        return address(this).balance;
    }

    /// @inheritdoc IClusterManager
    function ownerNonce() external view returns (uint256) {
        return _clusters().ownerNonce;
    }

    /// @inheritdoc IClusterManager
    function runway() external view returns (uint256 runwayBlocks, uint256 minRunwayBlocks) {
        return (_clusters().runwayBlocks, _clusters().minRunwayBlocks);
    }

    /* PRIVATE */

    function _setRunway(uint32 runwayBlocks, uint32 minRunwayBlocks) private {
        require(
            minRunwayBlocks != 0 && runwayBlocks > minRunwayBlocks && runwayBlocks <= MAX_RUNWAY_BLOCKS,
            RunwayOutOfRange(runwayBlocks, minRunwayBlocks)
        );
        (_clusters().runwayBlocks, _clusters().minRunwayBlocks) = (runwayBlocks, minRunwayBlocks);
        emit RunwayChanged(runwayBlocks, minRunwayBlocks);
    }

    /// @dev Spends the next nonces. Returns the runway, which stands in the same slot.
    function _takeNonces(uint256 firstNonce, uint256 count) private returns (uint32 runwayBlocks) {
        ClusterManagerStorage storage $ = _clusters();
        uint256 nextNonce = $.ownerNonce;
        require(firstNonce == nextNonce, NonceOutOfOrder(nextNonce, firstNonce));
        require(firstNonce + count <= MAX_REGISTRATIONS, OwnerNonceExhausted(firstNonce, count));
        $.ownerNonce = uint64(firstNonce + count);
        return $.runwayBlocks;
    }

    function _clusters() private pure returns (ClusterManagerStorage storage $) {
        // $ = the struct at CLUSTER_MANAGER_STORAGE
        assembly ("memory-safe") {
            $.slot := CLUSTER_MANAGER_STORAGE
        }
    }
}
