// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Committee} from "../../contracts/custody/Committee.sol";
import {ICommittee} from "../../contracts/interfaces/ICommittee.sol";
import {CommitteeKeys} from "../helpers/CommitteeKeys.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @title CommitteeTest
/// @notice Which signatures make a quorum, for committees of any size.
contract CommitteeTest {
    uint256 private constant MIN_MEMBERS = 3;
    uint256 private constant MAX_MEMBERS = 12;
    uint256 private constant OUTSIDER = 0xBAD;

    function testFuzz_I34_aQuorumIsASubsetOfMembersInOrder(
        uint256 size,
        uint256 quorum,
        uint256 subset,
        bytes32 message
    ) external {
        (Committee committee, uint256[] memory keys) = _make(size, quorum);
        bytes32 signed = CommitteeKeys.digest(address(committee), message);
        bytes memory signatures;
        uint256 signers = 0;
        for (uint256 i = 0; i < keys.length; ++i) {
            if ((subset >> i) & 1 == 0) continue;
            signatures = bytes.concat(signatures, CommitteeKeys.signOne(keys[i], signed));
            ++signers;
        }

        uint256 required = committee.QUORUM();
        vm.assertGt(2 * required, keys.length, "a quorum is more than half");
        if (signers < required)
            vm.expectRevert(abi.encodeWithSelector(ICommittee.QuorumNotReached.selector, signers, required));
        (uint256 counted, uint256 members) = committee.requireQuorum(message, signatures);

        if (signers < required) return;
        vm.assertEq(counted, signers, "all signers count");
        vm.assertEq(members, keys.length, "of all members");
    }

    function testFuzz_H3_anyOtherOrderOrARepetitionIsRefused(
        uint256 size,
        uint256 quorum,
        uint256 first,
        uint256 second,
        bytes32 message
    ) external {
        (Committee committee, uint256[] memory keys) = _make(size, quorum);
        first = bound(first, 1, keys.length - 1);
        second = bound(second, 0, first);
        uint256 moved = keys[second];
        // A member stands behind one that comes after it, or twice.
        for (uint256 i = second; i < first; ++i) keys[i] = keys[i + 1];
        keys[first] = moved;
        if (first == second) keys[first - 1] = moved;
        bytes memory signatures = CommitteeKeys.sign(keys, keys.length, address(committee), message);

        vm.expectRevert(abi.encodeWithSelector(ICommittee.SignerNotInOrder.selector, vm.addr(moved)));
        committee.requireQuorum(message, signatures);
    }

    function testFuzz_H3_anOutsiderSpoilsTheQuorum(
        uint256 size,
        uint256 quorum,
        uint256 position,
        bytes32 message
    ) external {
        (Committee committee, uint256[] memory keys) = _make(size, quorum);
        keys[bound(position, 0, keys.length - 1)] = OUTSIDER;
        bytes memory signatures = CommitteeKeys.sign(keys, keys.length, address(committee), message);

        vm.expectRevert(abi.encodeWithSelector(ICommittee.SignerNotInOrder.selector, vm.addr(OUTSIDER)));
        committee.requireQuorum(message, signatures);
    }

    function testFuzz_H3_signaturesForAnotherCommitteeOrMessageDoNotCount(
        uint256 size,
        uint256 quorum,
        bytes32 message,
        bytes32 other
    ) external {
        (Committee committee, uint256[] memory keys) = _make(size, quorum);
        (Committee twin, ) = _make(size, quorum);
        bytes memory forTwin = CommitteeKeys.sign(keys, keys.length, address(twin), message);
        twin.requireQuorum(message, forTwin);

        vm.expectPartialRevert(ICommittee.SignerNotInOrder.selector);
        committee.requireQuorum(message, forTwin);

        if (other == message) return;
        bytes memory forOther = CommitteeKeys.sign(keys, keys.length, address(committee), other);
        vm.expectPartialRevert(ICommittee.SignerNotInOrder.selector);
        committee.requireQuorum(message, forOther);
    }

    function testFuzz_H3_lengthsThatAreNoWholeSignaturesAreRefused(uint256 length) external {
        (Committee committee, ) = _make(0, 0);
        length = bound(length, 1, 650);
        if (length % 65 == 0) ++length;

        vm.expectRevert(abi.encodeWithSelector(ICommittee.SignaturesLengthInvalid.selector, length));
        committee.requireQuorum(bytes32(0), new bytes(length));
    }

    function _make(uint256 size, uint256 quorum) private returns (Committee committee, uint256[] memory keys) {
        size = bound(size, MIN_MEMBERS, MAX_MEMBERS);
        quorum = bound(quorum, size / 2 + 1, size);
        keys = CommitteeKeys.make(size);
        committee = new Committee(address(this), CommitteeKeys.addressesOf(keys), quorum);
    }
}
