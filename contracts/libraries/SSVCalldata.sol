// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVClusters} from "../interfaces/external/ISSVClusters.sol";
import {ISSVValidators} from "../interfaces/external/ISSVValidators.sol";
import {Cluster} from "../types/Cluster.sol";

/// @title SSVCalldata
/// @notice Lays out calls of ssv.network from packed keys and shares, copying each byte once: the shares are most of what
///         an activation carries.
library SSVCalldata {
    /// @dev `bulkRegisterValidator` has three offsets and the five words of the cluster before its arrays.
    uint256 private constant HEAD = 0x100;
    /// @dev `bulkExitValidator` has two offsets before its arrays, `bulkRemoveValidator` the five words of the cluster, too.
    uint256 private constant EXIT_HEAD = 0x40;
    uint256 private constant REMOVE_HEAD = 0xe0;
    /// @dev `withdraw` has an offset, the amount and the five words of the cluster before its array.
    uint256 private constant WITHDRAW_HEAD = 0xe0;
    uint256 internal constant PUBKEY_LENGTH = 48;
    uint256 private constant SHARES_BASE_LENGTH = 96;
    uint256 private constant SHARES_LENGTH_PER_OPERATOR = 304;

    /// @dev Bytes of one key's shares: a signature, and a public and an encrypted share per operator.
    function sharesLength(uint256 operators) internal pure returns (uint256) {
        return SHARES_BASE_LENGTH + SHARES_LENGTH_PER_OPERATOR * operators;
    }

    /// @dev Calldata of `bulkRegisterValidator` for the first `count` keys. The caller has checked that so many are there.
    function bulkRegister(
        bytes calldata pubkeys,
        bytes calldata sharesData,
        uint256 count,
        uint64[] calldata operatorIds,
        Cluster calldata cluster
    ) internal pure returns (bytes memory data) {
        bytes4 selector = ISSVValidators.bulkRegisterValidator.selector;
        uint256 at;
        // data = the selector, and the head: three offsets, which count from behind the selector, and the cluster
        assembly ("memory-safe") {
            data := mload(0x40)
            mstore(add(data, 0x20), selector)
            mstore(add(data, 0x24), HEAD)
            calldatacopy(add(data, 0x84), cluster, 0xa0)
            at := add(data, add(0x24, HEAD))
        }
        at = _writeElements(at, pubkeys, count, PUBKEY_LENGTH);
        // offset of the operators
        assembly ("memory-safe") {
            mstore(add(data, 0x44), sub(at, add(data, 0x24)))
        }
        at = _writeOperators(at, operatorIds);
        // offset of the shares
        assembly ("memory-safe") {
            mstore(add(data, 0x64), sub(at, add(data, 0x24)))
        }
        at = _writeElements(at, sharesData, count, sharesLength(operatorIds.length));
        // data.length = what was written, which is allocated
        assembly ("memory-safe") {
            mstore(data, sub(at, add(data, 0x20)))
            mstore(0x40, and(add(at, 0x1f), not(0x1f)))
        }
    }

    /// @dev Calldata of `bulkExitValidator` for whole keys.
    function bulkExit(bytes calldata pubkeys, uint64[] calldata operatorIds) internal pure returns (bytes memory data) {
        return _keysAndOperators(ISSVValidators.bulkExitValidator.selector, EXIT_HEAD, pubkeys, operatorIds);
    }

    /// @dev Calldata of `bulkRemoveValidator` for whole keys.
    function bulkRemove(
        bytes calldata pubkeys,
        uint64[] calldata operatorIds,
        Cluster calldata cluster
    ) internal pure returns (bytes memory data) {
        data = _keysAndOperators(ISSVValidators.bulkRemoveValidator.selector, REMOVE_HEAD, pubkeys, operatorIds);
        // the cluster, behind the two offsets
        assembly ("memory-safe") {
            calldatacopy(add(data, 0x64), cluster, 0xa0)
        }
    }

    /// @dev Calldata of `withdraw`.
    function withdraw(
        uint64[] calldata operatorIds,
        Cluster calldata cluster,
        uint256 ethAmount
    ) internal pure returns (bytes memory data) {
        bytes4 selector = ISSVClusters.withdraw.selector;
        uint256 at;
        // data = the selector, and the head: the offset, which counts from behind the selector, amount and cluster
        assembly ("memory-safe") {
            data := mload(0x40)
            mstore(add(data, 0x20), selector)
            mstore(add(data, 0x24), WITHDRAW_HEAD)
            mstore(add(data, 0x44), ethAmount)
            calldatacopy(add(data, 0x64), cluster, 0xa0)
            at := add(data, add(0x24, WITHDRAW_HEAD))
        }
        at = _writeOperators(at, operatorIds);
        // data.length = what was written, which is allocated
        assembly ("memory-safe") {
            mstore(data, sub(at, add(data, 0x20)))
            mstore(0x40, and(add(at, 0x1f), not(0x1f)))
        }
    }

    /// @dev Calls the network, which has code, and pays it. It reverts as the network reverts.
    function send(address network, bytes memory data, uint256 value) internal {
        // network.call{value: value}(data)
        assembly ("memory-safe") {
            if iszero(call(gas(), network, value, add(data, 0x20), mload(data), 0, 0)) {
                let free := mload(0x40)
                returndatacopy(free, 0, returndatasize())
                revert(free, returndatasize())
            }
        }
    }

    /// @dev Calldata of a function whose head of `head` bytes begins with the offsets of keys and operators.
    function _keysAndOperators(
        bytes4 selector,
        uint256 head,
        bytes calldata pubkeys,
        uint64[] calldata operatorIds
    ) private pure returns (bytes memory data) {
        uint256 at;
        // data = the selector, and the first offset, which counts from behind the selector
        assembly ("memory-safe") {
            data := mload(0x40)
            mstore(add(data, 0x20), selector)
            mstore(add(data, 0x24), head)
            at := add(data, add(0x24, head))
        }
        at = _writeElements(at, pubkeys, pubkeys.length / PUBKEY_LENGTH, PUBKEY_LENGTH);
        // offset of the operators
        assembly ("memory-safe") {
            mstore(add(data, 0x44), sub(at, add(data, 0x24)))
        }
        at = _writeOperators(at, operatorIds);
        // data.length = what was written, which is allocated
        assembly ("memory-safe") {
            mstore(data, sub(at, add(data, 0x20)))
            mstore(0x40, and(add(at, 0x1f), not(0x1f)))
        }
    }

    /// @dev Writes the operators as `uint64[]` and returns where they end.
    function _writeOperators(uint256 at, uint64[] calldata operatorIds) private pure returns (uint256 end) {
        // abi.encode(operatorIds), without its offset
        assembly ("memory-safe") {
            let size := mul(operatorIds.length, 0x20)
            mstore(at, operatorIds.length)
            calldatacopy(add(at, 0x20), operatorIds.offset, size)
            end := add(add(at, 0x20), size)
        }
    }

    /// @dev Writes the first `count` elements of `length` bytes, which stand one behind the other, as `bytes[]`, and
    ///      returns where they end.
    function _writeElements(
        uint256 at,
        bytes calldata packed,
        uint256 count,
        uint256 length
    ) private pure returns (uint256 end) {
        // at: count, then the offset of each element, then each element as its length and its bytes, padded to words
        assembly ("memory-safe") {
            mstore(at, count)
            let head := add(at, 0x20)
            end := add(head, mul(count, 0x20))
            let source := packed.offset
            let offset := sub(end, head)
            let size := and(add(length, 0x3f), not(0x1f))
            for {
                let first := end
            } lt(head, first) {
                head := add(head, 0x20)
            } {
                mstore(head, offset)
                offset := add(offset, size)
                mstore(end, length)
                let next := add(end, size)
                mstore(sub(next, 0x20), 0) // where the last word is padded
                calldatacopy(add(end, 0x20), source, length)
                source := add(source, length)
                end := next
            }
        }
    }
}
