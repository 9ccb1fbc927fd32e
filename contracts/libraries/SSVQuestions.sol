// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Cluster} from "../types/Cluster.sol";

/// @title SSVQuestions
/// @notice Asks ssv.network for numbers. Questions revert as the network reverts, and when it answers no number.
library SSVQuestions {
    /// @dev Questions about a cluster have room for a selector, the owner, an offset and the cluster before their array.
    uint256 private constant HEAD = 0x100;

    /// @dev Asks a question without arguments.
    function ask(address network, bytes4 selector) internal view returns (uint256 answer) {
        // answer = abi.decode(network.staticcall(selector), (uint256))
        assembly ("memory-safe") {
            mstore(0, selector)
            if iszero(staticcall(gas(), network, 0, 4, 0, 0x20)) {
                let free := mload(0x40)
                returndatacopy(free, 0, returndatasize())
                revert(free, returndatasize())
            }
            if lt(returndatasize(), 0x20) {
                revert(0, 0)
            }
            answer := mload(0)
        }
    }

    /// @dev The arguments of questions about a cluster of this contract, laid out once in memory for all of them: 0x00 room
    ///      for a selector, 0x20 owner, 0x40 offset of the operators, 0x60 cluster, 0x100 operators.
    function aboutCluster(
        uint64[] calldata operatorIds,
        Cluster calldata cluster
    ) internal view returns (bytes memory question) {
        // question = abi.encode(0, address(this), operatorIds, cluster), its offset counted from the owner on
        assembly ("memory-safe") {
            question := mload(0x40)
            let frame := add(question, 0x20)
            let operators := add(frame, HEAD)
            let end := add(add(operators, 0x20), mul(operatorIds.length, 0x20))
            mstore(question, sub(end, frame))
            mstore(add(frame, 0x20), address())
            mstore(add(frame, 0x40), sub(HEAD, 0x20))
            calldatacopy(add(frame, 0x60), cluster, 0xa0)
            mstore(operators, operatorIds.length)
            calldatacopy(add(operators, 0x20), operatorIds.offset, mul(operatorIds.length, 0x20))
            mstore(0x40, end)
        }
    }

    /// @dev Asks a question about a cluster.
    function ask(address network, bytes4 selector, bytes memory question) internal view returns (uint256 answer) {
        uint256 word = uint32(selector);
        // answer = abi.decode(network.staticcall(selector + arguments), (uint256))
        assembly ("memory-safe") {
            let frame := add(question, 0x20)
            mstore(frame, word) // the selector stands in its last 4 bytes, just before the arguments
            if iszero(staticcall(gas(), network, add(frame, 0x1c), sub(mload(question), 0x1c), 0, 0x20)) {
                let free := mload(0x40)
                returndatacopy(free, 0, returndatasize())
                revert(free, returndatasize())
            }
            if lt(returndatasize(), 0x20) {
                revert(0, 0)
            }
            answer := mload(0)
        }
    }
}
