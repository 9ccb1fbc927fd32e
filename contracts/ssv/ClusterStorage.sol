// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IClusterManager} from "../interfaces/IClusterManager.sol";
import {RollingSum} from "../types/RollingSum.sol";

/// @title ClusterStorage
/// @notice What the pool's account at ssv.network remembers. It calls nobody.
abstract contract ClusterStorage is IClusterManager {
    /// @dev A key that was removed before its validator was gone.
    struct RemovedKey {
        uint64 removedAt;
        /// @dev Names the operators that it had; see `OperatorSets`.
        bytes24 operators;
    }

    /// @custom:storage-location erc7201:pooleth.ClusterManager
    struct ClusterManagerStorage {
        uint64 ownerNonce;
        uint32 runwayBlocks;
        uint32 minRunwayBlocks;
        /// @dev Largest effective balance of a validator, ETH; zero for 32.
        uint16 maxBalanceEth;
        /// @dev Thousandths of an ether taken out of the reserve in the last seven days and a part of another.
        RollingSum withdrawn;
        /// @dev By the hash of keys, packed.
        mapping(bytes32 pubkeysHash => bool) removable;
        /// @dev By the hash of the key.
        mapping(bytes32 pubkeyHash => RemovedKey) removedKeys;
    }

    // keccak256(abi.encode(uint256(keccak256("pooleth.ClusterManager")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant CLUSTER_MANAGER_STORAGE =
        0xb6d72a1df9d4ccf51a9795dfe852862e9a45c60fd177d541b3c9b82150b1f000;

    /// @inheritdoc IClusterManager
    address public immutable POOL_ETH;
    /// @inheritdoc IClusterManager
    address public immutable SSV_NETWORK;

    constructor(address poolETH, address ssvNetwork) {
        POOL_ETH = poolETH;
        SSV_NETWORK = ssvNetwork;
    }

    function _clusters() internal pure returns (ClusterManagerStorage storage $) {
        // $ = the struct at CLUSTER_MANAGER_STORAGE
        assembly ("memory-safe") {
            $.slot := CLUSTER_MANAGER_STORAGE
        }
    }
}
