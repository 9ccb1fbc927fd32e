// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVValidators} from "../interfaces/external/ISSVValidators.sol";
import {Cluster} from "../types/Cluster.sol";
import {BeaconDeposits} from "./BeaconDeposits.sol";

/// @title SSVCalldata
/// @notice Lays out calls of ssv.network from packed keys and shares, copying each byte once: the shares are most of what
///         an activation carries.
library SSVCalldata {
    /// @dev `bulkRegisterValidator` has three offsets and the five words of the cluster before its arrays.
    uint256 private constant HEAD = 0x100;
    /// @dev Views of a cluster have room for a selector, the owner, an offset and the cluster before their array.
    uint256 private constant QUESTION_HEAD = 0x100;
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
        uint256 operatorsAt = HEAD + _bytesArraySize(count, BeaconDeposits.PUBKEY_LENGTH);
        uint256 sharesAt = operatorsAt + 0x20 * (operatorIds.length + 1);
        data = _allocate(4 + sharesAt + _bytesArraySize(count, sharesLength(operatorIds.length)));

        uint256 frame = _writeHead(data, operatorsAt, sharesAt, cluster);
        _writeBytesArray(frame + HEAD, _offset(pubkeys), count, BeaconDeposits.PUBKEY_LENGTH);
        _writeOperators(frame + operatorsAt, operatorIds);
        _writeBytesArray(frame + sharesAt, _offset(sharesData), count, sharesLength(operatorIds.length));
    }

    /// @dev The arguments of views that tell of one cluster, laid out once in memory for all of them: 0x00 room for a
    ///      selector, 0x20 owner, 0x40 offset of the operators, 0x60 cluster, 0x100 operators.
    function clusterQuestion(
        address owner,
        uint64[] calldata operatorIds,
        Cluster calldata cluster
    ) internal pure returns (bytes memory question) {
        question = _allocate(QUESTION_HEAD + 0x20 * (operatorIds.length + 1));
        // question = abi.encode(0, owner, operatorIds, cluster), its offset counted from the owner on
        assembly ("memory-safe") {
            let frame := add(question, 0x20)
            mstore(add(frame, 0x20), owner)
            mstore(add(frame, 0x40), sub(QUESTION_HEAD, 0x20))
            calldatacopy(add(frame, 0x60), cluster, 0xa0)
            mstore(add(frame, QUESTION_HEAD), operatorIds.length)
            calldatacopy(add(frame, add(QUESTION_HEAD, 0x20)), operatorIds.offset, mul(operatorIds.length, 0x20))
        }
    }

    /// @dev Asks the network a question about a cluster. It reverts as the network reverts.
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

    /// @dev Writes selector, offsets and cluster, and returns where the arguments begin.
    function _writeHead(
        bytes memory data,
        uint256 operatorsAt,
        uint256 sharesAt,
        Cluster calldata cluster
    ) private pure returns (uint256 frame) {
        bytes4 selector = ISSVValidators.bulkRegisterValidator.selector;
        // data = selector, head: offsets of keys, operators and shares, and the five words of the cluster
        assembly ("memory-safe") {
            frame := add(data, 0x24)
            mstore(add(data, 0x20), selector)
            mstore(frame, HEAD)
            mstore(add(frame, 0x20), operatorsAt)
            mstore(add(frame, 0x40), sharesAt)
            calldatacopy(add(frame, 0x60), cluster, 0xa0)
        }
    }

    function _writeOperators(uint256 at, uint64[] calldata operatorIds) private pure {
        // abi.encode(operatorIds), without its offset
        assembly ("memory-safe") {
            mstore(at, operatorIds.length)
            calldatacopy(add(at, 0x20), operatorIds.offset, mul(operatorIds.length, 0x20))
        }
    }

    /// @dev Writes `count` elements of `length` bytes, which stand one behind the other in the calldata, as `bytes[]`.
    function _writeBytesArray(uint256 at, uint256 source, uint256 count, uint256 length) private pure {
        uint256 size = 0x20 + _padded(length);
        // at: count, then the offset of each element, then each element as its length and its bytes
        assembly ("memory-safe") {
            mstore(at, count)
            let head := add(at, 0x20)
            let relative := mul(count, 0x20)
            let element := add(head, relative)
            for {
                let end := element
            } lt(head, end) {
                head := add(head, 0x20)
            } {
                mstore(head, relative)
                mstore(element, length)
                relative := add(relative, size)
                let next := add(element, size)
                mstore(sub(next, 0x20), 0) // the last word is padded
                calldatacopy(add(element, 0x20), source, length)
                element := next
                source := add(source, length)
            }
        }
    }

    /// @dev Bytes of a `bytes[]`: its count, and for each element its offset, its length and its padded bytes.
    function _bytesArraySize(uint256 count, uint256 length) private pure returns (uint256) {
        return 0x20 + count * (0x40 + _padded(length));
    }

    function _padded(uint256 length) private pure returns (uint256) {
        return (length + 31) & ~uint256(31);
    }

    /// @dev Like `new bytes(length)`, but not cleared: every byte is written afterwards.
    function _allocate(uint256 length) private pure returns (bytes memory data) {
        // data = memory that nobody uses yet
        assembly ("memory-safe") {
            data := mload(0x40)
            mstore(data, length)
            mstore(0x40, add(data, and(add(length, 0x3f), not(0x1f))))
        }
    }

    function _offset(bytes calldata data) private pure returns (uint256 offset) {
        // offset = where data begins in the calldata
        assembly ("memory-safe") {
            offset := data.offset
        }
    }
}
