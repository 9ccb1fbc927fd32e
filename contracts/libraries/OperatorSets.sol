// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title OperatorSets
/// @notice Compares sets of SSV operators, which are in ascending order.
library OperatorSets {
    /// @dev How many of `former` are not among `current`.
    function leftOut(uint64[] calldata former, uint64[] calldata current) internal pure returns (uint256 count) {
        uint256 next = 0;
        for (uint256 i = 0; i < former.length; ++i) {
            while (next < current.length && current[next] < former[i]) ++next;
            if (next == current.length || current[next] != former[i]) ++count;
        }
    }

    /// @dev How many of 3f + 1 operators may be faulty, and a threshold of 2f + 1 still be honest.
    function faultTolerance(uint256 operators) internal pure returns (uint256) {
        return operators / 3;
    }

    /// @dev Names a set in 192 bits.
    function nameOf(uint64[] calldata operatorIds) internal pure returns (bytes24) {
        return bytes24(keccak256(abi.encode(operatorIds)));
    }
}
