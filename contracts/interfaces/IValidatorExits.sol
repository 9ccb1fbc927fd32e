// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Cluster} from "../types/Cluster.sol";

/// @title IValidatorExits
/// @notice How validators of the pool leave ssv.network: they exit, and when they are gone their keys are removed.
/// @dev Keys are given packed, 48 bytes each. ssv.network tells of each one by an event.
interface IValidatorExits {
    /// @notice Keys were removed from ssv.network.
    /// @param pubkeysHash keccak256 of all of them, packed.
    /// @param count How many.
    /// @param refSlot Slot at which the committee saw that they are gone; zero if they were not.
    event ValidatorsRemoved(bytes32 indexed pubkeysHash, uint256 count, uint64 refSlot);
    /// @notice Keys whose validators are not gone may be removed, or no longer.
    /// @param pubkeysHash keccak256 of all of them, packed.
    /// @param isAllowed Whether they may.
    event RemovalAllowed(bytes32 indexed pubkeysHash, bool isAllowed);

    /// @notice Public keys have 48 bytes each.
    /// @param length Bytes given.
    error PubkeysMalformed(uint256 length);
    /// @notice Nobody allowed that these keys are removed before their validators are gone.
    /// @param pubkeysHash keccak256 of all of them, packed.
    error RemovalNotAllowed(bytes32 pubkeysHash);

    /// @notice Asks the SSV operators to exit validators. By role.
    /// @dev Nothing on chain tells whether they did: it needs a threshold of them, and a cluster that is not liquidated.
    ///      The withdrawal vault can ask the consensus layer itself.
    /// @param pubkeys Public keys.
    /// @param operatorIds Their SSV operators, ascending.
    /// @custom:error PubkeysMalformed If they are not whole keys.
    function exit(bytes calldata pubkeys, uint64[] calldata operatorIds) external;

    /// @notice Removes keys whose validators are gone. Anyone may call with the committee's signatures.
    /// @dev Members sign `ExitStatus(bytes32 pubkeysHash,uint64 refSlot)` with the domain of their committee: that at this
    ///      slot, which was finalized, every one of these validators could withdraw or had withdrawn all. No validator ever
    ///      comes back, so a status does not expire.
    /// @param pubkeys Public keys, in the order in which they were signed.
    /// @param operatorIds Their SSV operators, ascending.
    /// @param cluster Newest snapshot of their cluster.
    /// @param refSlot Slot at which members looked.
    /// @param signatures See `ICommittee.requireQuorum`.
    /// @custom:error PubkeysMalformed If they are not whole keys.
    /// @custom:error ICommittee.QuorumNotReached, ICommittee.SignerNotInOrder For signatures that do not suffice.
    /// @custom:emits ValidatorsRemoved
    function remove(
        bytes calldata pubkeys,
        uint64[] calldata operatorIds,
        Cluster calldata cluster,
        uint64 refSlot,
        bytes calldata signatures
    ) external;

    /// @notice Allows that keys are removed before their validators are gone, or takes that back. By role; at deployment
    ///         by the one that acts with a delay.
    /// @dev It names no cluster, so that nobody can outdate it while it waits.
    /// @param pubkeysHash keccak256 of all keys, packed in the order in which they will be removed.
    /// @param isAllowed Whether they may be removed, once.
    /// @custom:emits RemovalAllowed
    function allowRemoval(bytes32 pubkeysHash, bool isAllowed) external;

    /// @notice Removes keys whose validators are not gone, as `allowRemoval` allowed. By role.
    /// @dev They may be registered again later, with other operators: see `IOperatorUpdates`.
    ///      Warning: these validators are off duty at once, and cannot be made to exit through SSV meanwhile.
    /// @param pubkeys Public keys.
    /// @param operatorIds Their SSV operators, ascending.
    /// @param cluster Newest snapshot of their cluster.
    /// @custom:error PubkeysMalformed If they are not whole keys.
    /// @custom:error RemovalNotAllowed If it was not allowed for exactly these keys.
    /// @custom:emits ValidatorsRemoved
    function removeUnexited(bytes calldata pubkeys, uint64[] calldata operatorIds, Cluster calldata cluster) external;

    /// @notice Whether keys may be removed before their validators are gone.
    /// @param pubkeysHash keccak256 of all of them, packed.
    function isRemovalAllowed(bytes32 pubkeysHash) external view returns (bool);
}
