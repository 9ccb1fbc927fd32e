// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

// Its fallback hands calls on, which takes more than two lines.
// solhint-disable no-complex-fallback

/// @title SSVNetworkViewsSimulator
/// @notice Answers `ISSVNetworkViews` by asking the simulated network. For tests and local chains only.
contract SSVNetworkViewsSimulator {
    address private immutable NETWORK;

    constructor(address network) {
        NETWORK = network;
    }

    /// @notice Asks the network, by a static call: nothing but views can be reached through here.
    fallback() external {
        address network = NETWORK;
        assembly {
            calldatacopy(0, 0, calldatasize())
            let success := staticcall(gas(), network, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if iszero(success) {
                revert(0, returndatasize())
            }
            return(0, returndatasize())
        }
    }
}
