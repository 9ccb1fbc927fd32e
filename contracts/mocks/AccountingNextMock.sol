// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Accounting} from "../policy/Accounting.sol";

/// @title AccountingNextMock
/// @notice A later `Accounting` whose storage has one more field behind all others.
contract AccountingNextMock is Accounting {
    struct NextStorage {
        AccountingStorage before;
        uint256 added;
    }

    // keccak256(abi.encode(uint256(keccak256("pooleth.Accounting")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant NEXT_STORAGE = 0xb0f9af3010e8950d40b03a87176e5fada14a45670f796e8dd14fcd6f406c0800;

    constructor(
        address authority,
        address poolETH,
        address withdrawalVault,
        address rewardsVault,
        uint256 genesisTime,
        uint256 secondsPerSlot,
        uint256 slotsPerFrame
    ) Accounting(authority, poolETH, withdrawalVault, rewardsVault, genesisTime, secondsPerSlot, slotsPerFrame) {}

    /// @notice Fills the new field, once.
    /// @param added_ Its value.
    function initializeNext(uint256 added_) external reinitializer(2) {
        _next().added = added_;
    }

    /// @notice The new field.
    function added() external view returns (uint256) {
        return _next().added;
    }

    function _next() private pure returns (NextStorage storage $) {
        // $ = the struct at NEXT_STORAGE
        assembly ("memory-safe") {
            $.slot := NEXT_STORAGE
        }
    }
}
