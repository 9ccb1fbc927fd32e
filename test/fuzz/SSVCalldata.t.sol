// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVClusters} from "../../contracts/interfaces/external/ISSVClusters.sol";
import {ISSVValidators} from "../../contracts/interfaces/external/ISSVValidators.sol";
import {SSVCalldata} from "../../contracts/libraries/SSVCalldata.sol";
import {Cluster} from "../../contracts/types/Cluster.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @title SSVCalldataTest
/// @notice Calls of ssv.network are laid out as the compiler lays them out, whatever stood in memory before, and what is
///         allocated afterwards does not reach into them.
contract SSVCalldataTest {
    uint256 private constant MAX_KEYS = 6;
    uint256 private constant PUBKEY_LENGTH = 48;
    uint256 private constant DIRTY_BYTES = 40_000;

    function testFuzz_registersAsTheCompilerDoes(
        uint256 seed,
        uint256 offered,
        uint256 count,
        uint256 operators,
        Cluster calldata cluster
    ) external view {
        offered = bound(offered, 0, MAX_KEYS);
        count = bound(count, 0, offered);
        uint64[] memory ids = _ids(seed, operators);
        uint256 sharesLength = SSVCalldata.sharesLength(ids.length);
        bytes memory pubkeys = _bytes(seed, offered * PUBKEY_LENGTH);
        bytes memory shares = _bytes(~seed, offered * sharesLength);
        bytes[] memory keyList = _split(pubkeys, count, PUBKEY_LENGTH);
        bytes[] memory shareList = _split(shares, count, sharesLength);
        vm.assertEq(
            this.bulkRegister(pubkeys, shares, count, ids, cluster),
            abi.encodeCall(ISSVValidators.bulkRegisterValidator, (keyList, ids, shareList, cluster)),
            "registration"
        );
    }

    function testFuzz_exitsAndRemovesAsTheCompilerDoes(
        uint256 seed,
        uint256 count,
        uint256 operators,
        Cluster calldata cluster
    ) external view {
        count = bound(count, 0, MAX_KEYS);
        uint64[] memory ids = _ids(seed, operators);
        bytes memory pubkeys = _bytes(seed, count * PUBKEY_LENGTH);
        bytes[] memory keyList = _split(pubkeys, count, PUBKEY_LENGTH);
        vm.assertEq(
            this.bulkExit(pubkeys, ids),
            abi.encodeCall(ISSVValidators.bulkExitValidator, (keyList, ids)),
            "exit"
        );
        vm.assertEq(
            this.bulkRemove(pubkeys, ids, cluster),
            abi.encodeCall(ISSVValidators.bulkRemoveValidator, (keyList, ids, cluster)),
            "removal"
        );
    }

    function testFuzz_withdrawsAsTheCompilerDoes(
        uint256 seed,
        uint256 operators,
        uint256 ethAmount,
        Cluster calldata cluster
    ) external view {
        uint64[] memory ids = _ids(seed, operators);
        vm.assertEq(
            this.withdraw(ids, cluster, ethAmount),
            abi.encodeCall(ISSVClusters.withdraw, (ids, ethAmount, cluster)),
            "withdrawal"
        );
    }

    function bulkRegister(
        bytes calldata pubkeys,
        bytes calldata shares,
        uint256 count,
        uint64[] calldata ids,
        Cluster calldata cluster
    ) external pure returns (bytes memory data) {
        _soil();
        data = SSVCalldata.bulkRegister(pubkeys, shares, count, ids, cluster);
        _allocate(data);
    }

    function bulkExit(bytes calldata pubkeys, uint64[] calldata ids) external pure returns (bytes memory data) {
        _soil();
        data = SSVCalldata.bulkExit(pubkeys, ids);
        _allocate(data);
    }

    function bulkRemove(
        bytes calldata pubkeys,
        uint64[] calldata ids,
        Cluster calldata cluster
    ) external pure returns (bytes memory data) {
        _soil();
        data = SSVCalldata.bulkRemove(pubkeys, ids, cluster);
        _allocate(data);
    }

    function withdraw(
        uint64[] calldata ids,
        Cluster calldata cluster,
        uint256 ethAmount
    ) external pure returns (bytes memory data) {
        _soil();
        data = SSVCalldata.withdraw(ids, cluster, ethAmount);
        _allocate(data);
    }

    /// @dev Leaves ones where memory is not yet allocated.
    function _soil() private pure {
        assembly ("memory-safe") {
            let free := mload(0x40)
            for {
                let i := 0
            } lt(i, DIRTY_BYTES) {
                i := add(i, 0x20)
            } {
                mstore(add(free, i), not(0))
            }
        }
    }

    /// @dev Writes over what is allocated next, which must begin at a word behind the data.
    function _allocate(bytes memory data) private pure {
        uint256 free;
        assembly ("memory-safe") {
            free := mload(0x40)
        }
        uint256 end;
        assembly ("memory-safe") {
            end := add(add(data, 0x20), mload(data))
        }
        vm.assertEq(free % 0x20, 0, "whole words");
        vm.assertGe(free, end, "behind the data");
        bytes memory next = new bytes(0x20);
        next[0] = 0xff;
    }

    /// @dev 4, 7, 10 or 13 operators, or none.
    function _ids(uint256 seed, uint256 operators) private pure returns (uint64[] memory ids) {
        operators = bound(operators, 0, 4);
        ids = new uint64[](operators == 0 ? 0 : 1 + 3 * operators);
        for (uint256 i = 0; i < ids.length; ++i) ids[i] = uint64(uint256(keccak256(abi.encode(seed, i))));
    }

    function _bytes(uint256 seed, uint256 length) private pure returns (bytes memory data) {
        data = new bytes(length);
        for (uint256 i = 0; i < length; i += 0x20) {
            bytes32 word = keccak256(abi.encode(seed, i, length));
            for (uint256 j = i; j < length && j < i + 0x20; ++j) data[j] = word[j - i];
        }
    }

    function _split(bytes memory data, uint256 count, uint256 length) private pure returns (bytes[] memory parts) {
        parts = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) {
            parts[i] = new bytes(length);
            for (uint256 j = 0; j < length; ++j) parts[i][j] = data[i * length + j];
        }
    }
}
