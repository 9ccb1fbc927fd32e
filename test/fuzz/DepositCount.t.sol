// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {BeaconDeposits} from "../../contracts/libraries/BeaconDeposits.sol";
import {vm} from "../helpers/Vm.sol";

/// @title DepositCountTest
/// @notice The number of deposits against the bytes that the deposit contract gives, which stand the other way round.
contract DepositCountTest {
    uint64 private _count;

    /// @notice Stands in for the deposit contract.
    function get_deposit_count() external view returns (bytes memory littleEndian) {
        littleEndian = new bytes(8);
        for (uint256 i = 0; i < 8; ++i) littleEndian[i] = bytes1(uint8(_count >> (8 * i)));
    }

    function testFuzz_depositCountReadsLittleEndian(uint64 count) external {
        _count = count;
        vm.assertEq(BeaconDeposits.depositCount(address(this)), count, "the bytes the other way round");
    }

    function test_depositCountKeepsEachByteInItsPlace() external {
        for (uint256 i = 0; i < 8; ++i) {
            _count = uint64(0xa5 << (8 * i));
            vm.assertEq(BeaconDeposits.depositCount(address(this)), _count, "one byte");
        }
    }
}
