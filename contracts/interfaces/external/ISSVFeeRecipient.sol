// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title ISSVFeeRecipient
/// @notice Where the execution rewards of an owner's validators go.
interface ISSVFeeRecipient {
    /// @notice An owner named its fee recipient.
    /// @param owner Owner of clusters.
    /// @param recipientAddress Fee recipient.
    event FeeRecipientAddressUpdated(address indexed owner, address recipientAddress);

    /// @notice Announces where the execution rewards of the caller's validators go; stores nothing.
    /// @param recipientAddress Fee recipient of all the caller's clusters.
    function setFeeRecipientAddress(address recipientAddress) external;
}
