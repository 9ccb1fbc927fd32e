// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {KeyBatches} from "../libraries/KeyBatches.sol";

/// @title RegistryStorage
/// @notice The registry of keys in the storage of `PoolManager`, for those parts of it that need it. It calls nobody.
abstract contract RegistryStorage {
    /// @custom:storage-location erc7201:pooleth.PoolManager
    struct PoolManagerStorage {
        KeyBatches.Context batches;
    }

    // keccak256(abi.encode(uint256(keccak256("pooleth.PoolManager")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant POOL_MANAGER_STORAGE = 0xd3a9641868f5dc73644916ec7928ef766e68659f4bc02fd9f00767b030606000;

    function _manager() internal pure returns (PoolManagerStorage storage $) {
        // $ = the struct at POOL_MANAGER_STORAGE
        assembly ("memory-safe") {
            $.slot := POOL_MANAGER_STORAGE
        }
    }
}
