// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IClusterManager} from "../interfaces/IClusterManager.sol";
import {IPoolManager} from "../interfaces/IPoolManager.sol";
import {Cluster} from "../types/Cluster.sol";

/// @title ClusterCalls
/// @notice Hands the keys of an activation on to the cluster manager, copying each byte once.
library ClusterCalls {
    /// @dev Selector, three offsets, count, the five words of the cluster, and the nonce.
    uint256 private constant HEAD_LENGTH = 0x144;
    /// @dev Length and padding of an array.
    uint256 private constant MAX_OVERHEAD = 0x3f;

    /// @dev Calls `IClusterManager.register` for the first `count` keys. The activation's `pubkeys` come by themselves, since
    ///      finding them in it costs gas. It reverts as the cluster manager reverts.
    function register(
        address clusterManager,
        IPoolManager.Activation calldata activation,
        bytes calldata pubkeys,
        uint256 count,
        uint256 firstNonce
    ) internal returns (uint256 funding) {
        bytes calldata sharesData = activation.sharesData;
        uint64[] calldata operatorIds = activation.operatorIds;
        uint256 size;
        // No length in calldata is near 2^256.
        unchecked {
            size = HEAD_LENGTH + pubkeys.length + sharesData.length + 0x20 * operatorIds.length + 3 * MAX_OVERHEAD;
        }
        (uint256 frame, uint256 end) = _begin(activation.cluster, count, firstNonce, size);
        end = _append(frame, 0x00, end, pubkeys);
        end = _append(frame, 0x20, end, sharesData);
        end = _append(frame, 0x60, end, operatorIds);
        return _send(clusterManager, frame, end);
    }

    /// @dev Takes `size` bytes of memory, and writes what has no offset: selector, count, cluster and nonce. Returns where
    ///      the arguments begin, and where their arrays may.
    function _begin(
        Cluster calldata cluster,
        uint256 count,
        uint256 firstNonce,
        uint256 size
    ) private pure returns (uint256 frame, uint256 end) {
        bytes4 selector = IClusterManager.register.selector;
        // abi.encodeCall(IClusterManager.register, ...), with its three offsets left open
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(0x40, add(data, and(add(size, 0x1f), not(0x1f))))
            mstore(data, selector)
            frame := add(data, 4)
            mstore(add(frame, 0x40), count)
            calldatacopy(add(frame, 0x80), cluster, 0xa0)
            mstore(add(frame, 0x120), firstNonce)
            end := add(frame, 0x140)
        }
    }

    function _append(uint256 frame, uint256 head, uint256 at, bytes calldata data) private pure returns (uint256) {
        uint256 source;
        // source = where the bytes begin in the calldata
        assembly ("memory-safe") {
            source := data.offset
        }
        return _append(frame, head, at, source, data.length, data.length);
    }

    function _append(
        uint256 frame,
        uint256 head,
        uint256 at,
        uint64[] calldata operatorIds
    ) private pure returns (uint256) {
        uint256 source;
        // source = where the operators begin in the calldata
        assembly ("memory-safe") {
            source := operatorIds.offset
        }
        return _append(frame, head, at, source, operatorIds.length, 0x20 * operatorIds.length);
    }

    /// @dev Writes an array of `size` bytes to `at`, and its offset to `head` of the arguments. Returns where it ends.
    function _append(
        uint256 frame,
        uint256 head,
        uint256 at,
        uint256 source,
        uint256 length,
        uint256 size
    ) private pure returns (uint256 end) {
        // at: length, and the elements, padded to words
        assembly ("memory-safe") {
            mstore(add(frame, head), sub(at, frame))
            end := add(add(at, 0x20), and(add(size, 0x1f), not(0x1f)))
            mstore(sub(end, 0x20), 0) // where the last word is padded
            mstore(at, length)
            calldatacopy(add(at, 0x20), source, size)
        }
    }

    function _send(address clusterManager, uint256 frame, uint256 end) private returns (uint256 funding) {
        // funding = abi.decode(clusterManager.call(what was written), (uint256))
        assembly ("memory-safe") {
            let data := sub(frame, 4)
            if iszero(call(gas(), clusterManager, 0, data, sub(end, data), 0, 0x20)) {
                let free := mload(0x40)
                returndatacopy(free, 0, returndatasize())
                revert(free, returndatasize())
            }
            if lt(returndatasize(), 0x20) {
                revert(0, 0)
            }
            funding := mload(0)
        }
    }
}
