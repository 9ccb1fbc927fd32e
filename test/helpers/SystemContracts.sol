// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {vm} from "./Vm.sol";

/// @title SystemContracts
/// @notice Puts the deposit contract and the predeploys where Ethereum has them, with their real code and storage.
library SystemContracts {
    struct Addresses {
        address depositContract;
        address withdrawalRequests;
        address consolidationRequests;
    }

    string private constant VECTORS = "test/vectors/system-contracts.json";
    /// @dev Sender of the calls that end a block.
    address private constant SYSTEM = 0xffffFFFfFFffffffffffffffFfFFFfffFFFfFFfE;

    function install() internal returns (Addresses memory addresses) {
        string memory json = vm.readFile(VECTORS);
        addresses.depositContract = _install(json, ".depositContract");
        addresses.withdrawalRequests = _install(json, ".withdrawalRequests");
        addresses.consolidationRequests = _install(json, ".consolidationRequests");
        endBlock(addresses);
    }

    /// @dev Takes the requests of a block out of the predeploys and sets their fees.
    function endBlock(Addresses memory addresses) internal {
        _callAsSystem(addresses.withdrawalRequests);
        _callAsSystem(addresses.consolidationRequests);
    }

    function _install(string memory json, string memory name) private returns (address account) {
        account = vm.parseJsonAddress(json, string.concat(name, ".address"));
        vm.etch(account, vm.parseJsonBytes(json, string.concat(name, ".code")));
        bytes32[] memory slots = vm.parseJsonBytes32Array(json, string.concat(name, ".slots"));
        bytes32[] memory values = vm.parseJsonBytes32Array(json, string.concat(name, ".values"));
        for (uint256 i = 0; i < slots.length; ++i) vm.store(account, slots[i], values[i]);
    }

    function _callAsSystem(address predeploy) private {
        vm.prank(SYSTEM);
        (bool success, ) = predeploy.call("");
        vm.assertTrue(success, "the predeploy ends its block");
    }
}
