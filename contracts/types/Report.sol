// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev What the committee saw at a finalized reference slot: all of it read from one state root and its execution block.
struct Report {
    /// @dev Last slot of a frame.
    uint64 refSlot;
    /// @dev Sum of the balances of the pool's validators, Gwei.
    uint64 validatorsGwei;
    /// @dev Own entries of the pending deposits, Gwei.
    uint64 pendingGwei;
    /// @dev `PoolETH.totalStaked` at the block of the reference slot, wei.
    uint128 stakedWei;
    /// @dev Ether that both vaults ever received: their balances plus `PoolETH.totalCollected`, wei.
    uint128 vaultsReceivedWei;
    /// @dev Keys that the pool ever staked to.
    uint32 stakedKeys;
    /// @dev Keys of active validators that are not exiting.
    uint32 activeKeys;
    /// @dev Keys of validators on their way out, until they are paid out.
    uint32 exitingKeys;
    /// @dev Keys of validators that were paid out, counted since the beginning.
    uint32 exitedKeys;
    /// @dev Keys of validators ever slashed.
    uint32 slashedKeys;
    /// @dev Keys whose deposit can never become the pool's, counted since the beginning.
    uint32 lostKeys;
    /// @dev Last withdrawal request to finalize; zero for none.
    uint64 finalizeUpTo;
}
