// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";

import {ISSVRouter} from "./ISSVSimulator.sol";
import {SSVParameters} from "./SSVParameters.sol";

/// @title SSVNetworkSimulator
/// @notice Behaves as ssv.network v2.0.0 does for clusters that pay their fees in ether. For tests and local chains only;
/// speak to it through `ISSVNetwork`.
/// @dev A proxy in front of a router in front of modules, as the real network is, because that is part of what a call costs.
contract SSVNetworkSimulator is ERC1967Proxy {
    constructor(
        address router,
        address[] memory modules,
        SSVParameters memory parameters,
        address owner,
        address[4] memory oracles
    ) ERC1967Proxy(router, abi.encodeCall(ISSVRouter.initialize, (modules, parameters, owner, oracles))) {}
}
