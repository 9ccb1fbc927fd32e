// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev What ssv.network keeps of one (owner, operator ids) pair. Only its hash is on chain, so each cluster call must
/// carry the newest struct, read from the newest event. A new cluster is `{0, 0, 0, true, 0}`.
struct Cluster {
    /// Registered validators.
    uint32 validatorCount;
    /// Network fee index at the last settlement, packed wei (1e5) per 32 ETH of effective balance.
    uint64 networkFeeIndex;
    /// Sum of the operators' fee indices at the last settlement, packed wei (1e5) per 32 ETH of effective balance.
    uint64 index;
    /// False once liquidated.
    bool active;
    /// Operational balance at the last settlement, wei.
    uint256 balance;
}
