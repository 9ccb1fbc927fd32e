// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SSVParameters} from "./SSVParameters.sol";

/// @title ISSVModule
/// @notice A part of the simulated network that changes it, run by delegatecall.
interface ISSVModule {
    /// @notice The functions that the module answers for.
    /// @return Function selectors.
    function selectors() external pure returns (bytes4[] memory);
}

/// @title ISSVRouter
/// @notice The set-up of a simulated network.
interface ISSVRouter {
    /// @notice Sets the network up, once.
    /// @param modules Modules of the network, that of the views last.
    /// @param parameters Parameters to start with.
    /// @param owner Owner of the network.
    /// @param oracles The four effective-balance oracles.
    function initialize(
        address[] calldata modules,
        SSVParameters calldata parameters,
        address owner,
        address[4] calldata oracles
    ) external;
}
