// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {OperatorSets} from "../../contracts/libraries/OperatorSets.sol";
import {vm} from "../helpers/Vm.sol";

/// @title OperatorSetsTest
/// @notice Which operators an update leaves out, and what those could do together with faulty ones.
contract OperatorSetsTest {
    uint256 private constant MAX_ID = 20;

    /// @dev Sets are given as bits: operator `i` is a member if bit `i` is set.
    function testFuzz_H12_countsTheOperatorsLeftOut(uint32 formerBits, uint32 currentBits) external view {
        uint256 expected = _members(formerBits & ~currentBits).length;

        vm.assertEq(this.leftOut(_members(formerBits), _members(currentBits)), expected, "as many as bits");
    }

    function test_H12_whoIsLeftOutStaysBelowTheThresholdWithAllThatMayBeFaulty() external pure {
        for (uint256 f = 1; f <= 4; ++f) {
            uint256 tolerated = OperatorSets.faultTolerance(3 * f + 1);
            vm.assertEq(tolerated, f, "of 3f + 1");
            vm.assertLt(tolerated + f, 2 * f + 1, "below the threshold");
        }
    }

    function test_namesOfSetsDiffer() external view {
        bytes24 name = this.nameOf(_members(30));
        vm.assertTrue(name == bytes24(keccak256(abi.encode(_members(30)))), "the first bits of the hash");
        vm.assertFalse(name == this.nameOf(_members(46)), "of another set");
        vm.assertFalse(name == this.nameOf(_members(14)), "of a part");
    }

    function leftOut(uint64[] calldata former, uint64[] calldata current) external pure returns (uint256) {
        return OperatorSets.leftOut(former, current);
    }

    function nameOf(uint64[] calldata operatorIds) external pure returns (bytes24) {
        return OperatorSets.nameOf(operatorIds);
    }

    function _members(uint256 bits) private pure returns (uint64[] memory ids) {
        uint256 count;
        for (uint256 i = 0; i < MAX_ID; ++i) count += (bits >> i) & 1;
        ids = new uint64[](count);
        uint256 next;
        for (uint64 i = 0; i < MAX_ID; ++i) if ((bits >> i) & 1 == 1) ids[next++] = i;
    }
}
