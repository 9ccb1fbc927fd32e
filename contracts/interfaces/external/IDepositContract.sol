// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title IDepositContract
/// @notice The Ethereum deposit contract, as the consensus specifications describe it.
interface IDepositContract {
    /// @notice Deposits `msg.value` for a validator key.
    /// @param pubkey BLS public key, 48 bytes.
    /// @param withdrawalCredentials Where the stake returns to, 32 bytes.
    /// @param signature BLS signature over the deposit message, 96 bytes; not checked here.
    /// @param depositDataRoot Hash tree root of the deposit data; checked here.
    function deposit(
        bytes calldata pubkey,
        bytes calldata withdrawalCredentials,
        bytes calldata signature,
        bytes32 depositDataRoot
    ) external payable;

    /// @notice Number of deposits so far.
    /// @return count Eight bytes, little endian.
    function get_deposit_count() external view returns (bytes memory count);
}
