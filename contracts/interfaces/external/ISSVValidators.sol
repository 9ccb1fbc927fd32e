// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Cluster} from "../../types/Cluster.sol";

/// @title ISSVValidators
/// @notice Registration, removal and exit of validators; the caller is the owner of the cluster.
interface ISSVValidators {
    /// @notice A validator was registered; `cluster` is the state after the whole call.
    /// @param owner Owner of the cluster.
    /// @param operatorIds Operators concerned.
    /// @param publicKey Validator public key.
    /// @param shares Encrypted key shares.
    /// @param cluster State of the cluster after the call.
    event ValidatorAdded(address indexed owner, uint64[] operatorIds, bytes publicKey, bytes shares, Cluster cluster);
    /// @notice A validator was removed; `cluster` is the state after the whole call.
    /// @param owner Owner of the cluster.
    /// @param operatorIds Operators concerned.
    /// @param publicKey Validator public key.
    /// @param cluster State of the cluster after the call.
    event ValidatorRemoved(address indexed owner, uint64[] operatorIds, bytes publicKey, Cluster cluster);
    /// @notice The owner asked the operators to exit a validator.
    /// @param owner Owner of the cluster.
    /// @param operatorIds Operators concerned.
    /// @param publicKey Validator public key.
    event ValidatorExited(address indexed owner, uint64[] operatorIds, bytes publicKey);

    /// @notice Registers one validator and adds `msg.value` to the cluster's balance.
    /// @dev `sharesData` is not looked into. A public key is unique per owner only.
    /// @param publicKey Validator public key, 48 bytes.
    /// @param operatorIds Operators of the cluster, ascending; 4, 7, 10 or 13.
    /// @param sharesData Encrypted key shares for the operators.
    /// @param cluster Newest state of the cluster.
    function registerValidator(
        bytes calldata publicKey,
        uint64[] calldata operatorIds,
        bytes calldata sharesData,
        Cluster calldata cluster
    ) external payable;

    /// @notice Registers several validators in one cluster, all or none, and adds `msg.value` to its balance.
    /// @param publicKeys Validator public keys, 48 bytes each.
    /// @param operatorIds Operators of the cluster, ascending; 4, 7, 10 or 13.
    /// @param sharesData Encrypted key shares, one entry per public key.
    /// @param cluster Newest state of the cluster.
    function bulkRegisterValidator(
        bytes[] calldata publicKeys,
        uint64[] calldata operatorIds,
        bytes[] calldata sharesData,
        Cluster calldata cluster
    ) external payable;

    /// @notice Removes a validator; possible on a liquidated cluster too.
    /// @param publicKey Validator public key.
    /// @param operatorIds Operators of the cluster.
    /// @param cluster Newest state of the cluster.
    function removeValidator(
        bytes calldata publicKey,
        uint64[] calldata operatorIds,
        Cluster calldata cluster
    ) external;

    /// @notice Removes several validators of one cluster.
    /// @param publicKeys Validator public keys.
    /// @param operatorIds Operators of the cluster.
    /// @param cluster Newest state of the cluster.
    function bulkRemoveValidator(
        bytes[] calldata publicKeys,
        uint64[] calldata operatorIds,
        Cluster calldata cluster
    ) external;

    /// @notice Asks the operators to exit a validator; changes no state.
    /// @param publicKey Validator public key.
    /// @param operatorIds Operators of the validator.
    function exitValidator(bytes calldata publicKey, uint64[] calldata operatorIds) external;

    /// @notice Asks the operators to exit several validators; changes no state.
    /// @param publicKeys Validator public keys.
    /// @param operatorIds Operators of the validators.
    function bulkExitValidator(bytes[] calldata publicKeys, uint64[] calldata operatorIds) external;
}
