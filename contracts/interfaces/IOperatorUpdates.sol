// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Cluster} from "../types/Cluster.sol";

/// @title IOperatorUpdates
/// @notice How a validator gets other SSV operators: `IValidatorExits.removeUnexited`, a wait, and then `updateOperators`.
///         It is the only way for a key to be registered twice.
interface IOperatorUpdates {
    /// @dev Keys that were removed, and what they are registered with again.
    struct OperatorUpdate {
        /// @dev Public keys, 48 bytes each.
        bytes pubkeys;
        /// @dev Their encrypted shares for the new operators, packed.
        bytes sharesData;
        /// @dev Operators they had until they were removed.
        uint64[] formerOperatorIds;
        /// @dev New operators, ascending.
        uint64[] operatorIds;
        /// @dev Newest snapshot of the new operators' cluster.
        Cluster cluster;
        /// @dev Owner nonce that the first key's shares are signed for; the others follow it.
        uint256 firstNonce;
    }

    /// @notice Keys have other operators.
    /// @param pubkeysHash keccak256 of all of them, packed.
    /// @param formerOperatorIds Operators they had.
    /// @param operatorIds Operators they have.
    /// @param funding Wei that the operating reserve paid into their cluster.
    event OperatorsUpdated(
        bytes32 indexed pubkeysHash,
        uint64[] formerOperatorIds,
        uint64[] operatorIds,
        uint256 funding
    );

    /// @notice The key was not removed to be registered again, or with other operators than were named.
    /// @param pubkey The key.
    error KeyNotRemoved(bytes pubkey);
    /// @notice Its former operators may still have duties for the key, or be about to find out that they have not.
    /// @param earliestBlock First block in which it may be registered again.
    error UpdateTooEarly(uint256 earliestBlock);
    /// @notice The operators left out could sign in the validator's name together with those that may be faulty.
    /// @param leftOut How many former operators are not among the new ones.
    /// @param allowed How many may be left out.
    error TooManyOperatorsLeftOut(uint256 leftOut, uint256 allowed);

    /// @notice Registers keys again that were removed 256 blocks ago or earlier, with other operators or the same ones. By
    ///         role.
    /// @dev 256 blocks are 8 epochs at least: SSV nodes learn of a removal when its block is final, and two more epochs
    ///      without duties must be final before others sign. Blocks do not tell that: look, because a validator that two
    ///      sets of operators sign for is slashed.
    ///      Former shares stay valid. So of 3f + 1 former operators at most f may be left out, compared with those whom the
    ///      keys had last.
    ///      It takes owner nonces, so that batches that wait must be dropped (`IPoolManager.discardBatch`) and their shares
    ///      signed anew. Where none waits, the next batch begins behind them.
    /// @param update Keys, shares and operators.
    /// @return funding Wei paid into the cluster.
    /// @custom:error KeyNotRemoved, UpdateTooEarly, TooManyOperatorsLeftOut See there.
    /// @custom:error PubkeysMalformed, SharesLengthMismatch For bytes that are too few or too many.
    /// @custom:error NonceOutOfOrder, OwnerNonceExhausted, InsufficientReserve As for `register`.
    /// @custom:emits OperatorsUpdated
    function updateOperators(OperatorUpdate calldata update) external returns (uint256 funding);

    /// @notice When a removed key may be registered again.
    /// @param pubkey Public key.
    /// @return blockNumber First block in which it may; zero if it may not at all.
    function updatableFrom(bytes calldata pubkey) external view returns (uint256 blockNumber);
}
