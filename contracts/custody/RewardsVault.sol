// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Vault} from "./Vault.sol";

/// @title RewardsVault
/// @notice Receives the tips and MEV payments of the pool's validators.
/// @custom:security-contact security@pooleth.example
contract RewardsVault is Vault {
    /// @notice Names the pool, for ever.
    /// @param poolETH The pool that all ether goes to.
    constructor(address poolETH) Vault(poolETH) {}
}
