// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {ICommittee} from "../interfaces/ICommittee.sol";
import {DataContract} from "./DataContract.sol";

/// @title Committee
/// @notice A fixed set of oracle members. It holds nothing and calls nobody; a pool changes its committee by announcing
///         another contract.
/// @custom:security-contact security@pooleth.example
contract Committee is ICommittee, EIP712 {
    uint256 private constant MIN_MEMBERS = 3;
    uint256 private constant MAX_MEMBERS = 32;
    uint256 private constant SIGNATURE_LENGTH = 65;
    /// @dev Half the order of secp256k1: of the two values of s that make a signature valid, the low one counts.
    uint256 private constant MAX_S = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @inheritdoc ICommittee
    address public immutable POOL_ETH;
    /// @inheritdoc ICommittee
    uint256 public immutable QUORUM;

    uint256 private immutable MEMBER_COUNT;
    /// @dev The members stand in the code of this address, 32 bytes each, so that one cold read fetches all of them.
    address private immutable MEMBERS;

    /// @notice Fixes members and quorum.
    /// @param poolETH The pool that this committee speaks for.
    /// @param members_ Addresses in ascending order.
    /// @param quorum Signatures needed: more than half of the members.
    constructor(address poolETH, address[] memory members_, uint256 quorum) EIP712("poolETH Committee", "1") {
        uint256 count = members_.length;
        require(count >= MIN_MEMBERS && count <= MAX_MEMBERS, MemberCountOutOfRange(count));
        require(quorum > count / 2 && quorum <= count, QuorumOutOfRange(quorum, count));

        address previous;
        for (uint256 i = 0; i < count; ++i) {
            require(members_[i] > previous, MembersNotAscending(members_[i]));
            previous = members_[i];
        }

        POOL_ETH = poolETH;
        QUORUM = quorum;
        MEMBER_COUNT = count;
        MEMBERS = address(new DataContract(abi.encodePacked(members_)));
    }

    /// @inheritdoc ICommittee
    function requireQuorum(
        bytes32 structHash,
        bytes calldata signatures
    ) external view returns (uint256 signers, uint256 memberCount) {
        require(signatures.length % SIGNATURE_LENGTH == 0, SignaturesLengthInvalid(signatures.length));
        signers = signatures.length / SIGNATURE_LENGTH;
        memberCount = MEMBER_COUNT;
        require(signers >= QUORUM, QuorumNotReached(signers, QUORUM));

        bytes32 digest = _hashTypedDataV4(structHash);
        (uint256 next, uint256 end) = _loadMembers(memberCount);
        // No offset exceeds the length of its list.
        unchecked {
            for (uint256 offset = 0; offset < signatures.length; offset += SIGNATURE_LENGTH) {
                address signer = _recover(digest, signatures, offset);
                // Both lists ascend, so one pass over the members finds each signer, and finds none twice.
                next = _find(signer, next, end);
                require(next < end, SignerNotInOrder(signer));
                next += 32;
            }
        }
    }

    /// @inheritdoc ICommittee
    function members() external view returns (address[] memory list) {
        list = new address[](MEMBER_COUNT);
        bytes memory packed = MEMBERS.code;
        for (uint256 i = 0; i < list.length; ++i) list[i] = _memberAt(packed, i);
    }

    /// @dev Returns where in memory the first member stands, and where the last one ends. Behind it one word is free.
    function _loadMembers(uint256 count) private view returns (uint256 start, uint256 end) {
        address source = MEMBERS;
        // start = 32 + memory pointer of bytes.concat(source.code, bytes32(0))
        assembly ("memory-safe") {
            start := mload(0x40)
            end := add(start, mul(count, 32))
            extcodecopy(source, start, 0, mul(count, 32))
            mstore(0x40, add(end, 32))
        }
    }

    /// @dev Returns where `member` stands from `start` on, or `end`.
    function _find(address member, uint256 start, uint256 end) private pure returns (uint256 found) {
        // found = start; while (found != end && memory[found] != member) found += 32
        assembly ("memory-safe") {
            mstore(end, member)
            for {
                found := start
            } iszero(eq(mload(found), member)) {
                found := add(found, 32)
            } {}
        }
    }

    /// @dev The zero address for a malformed signature, which is never a member, and for one whose s is not the low one
    ///      of its two.
    function _recover(bytes32 digest, bytes calldata signatures, uint256 offset) private pure returns (address signer) {
        (bytes32 r, bytes32 s, uint8 v) = (0, 0, 0);
        // (r, s, v) = signatures[offset:offset + 65], which is within bounds for every signature counted
        assembly ("memory-safe") {
            let start := add(signatures.offset, offset)
            r := calldataload(start)
            s := calldataload(add(start, 32))
            v := byte(0, calldataload(add(start, 64)))
        }
        return uint256(s) > MAX_S ? address(0) : ecrecover(digest, v, r, s);
    }

    function _memberAt(bytes memory packed, uint256 index) private pure returns (address member) {
        // member = packed[32 * index:32 * index + 32], which is within bounds for every index below MEMBER_COUNT
        assembly ("memory-safe") {
            member := mload(add(add(packed, 32), mul(index, 32)))
        }
    }
}
