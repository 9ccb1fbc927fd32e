// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev What a report charges the holders, paid in new shares.
struct Fees {
    /// @dev Receives the fee on rewards.
    address treasury;
    /// @dev Part of what lifts the share rate above its highest, wei.
    uint256 fee;
    /// @dev Receives the running costs.
    address operations;
    /// @dev Running costs, wei.
    uint256 costs;
}
