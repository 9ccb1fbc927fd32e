// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev Keys offered for staking, in the order of their owner nonces. Each field holds one part of all of them, packed.
struct StakeKeys {
    /// @dev 48 bytes each.
    bytes pubkeys;
    /// @dev BLS deposit signatures, 96 bytes each.
    bytes signatures;
    /// @dev Deposit data roots, 32 bytes each; the deposit contract checks them.
    bytes depositDataRoots;
    /// @dev Deposit of each key, Gwei.
    uint64 amountGwei;
    /// @dev Whether the credentials begin with 0x02 instead of 0x01.
    bool compounding;
}

/// @dev What the committee saw when it approved keys, and until when that counts.
struct ApprovalGuard {
    /// @dev Deposits in the deposit contract.
    uint64 depositCount;
    /// @dev Block in which the members looked.
    uint64 blockNumber;
    /// @dev Last timestamp of use, seconds.
    uint64 deadline;
}
