// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title ICommittee
/// @notice The oracle members of one pool, and how many of them must sign.
interface ICommittee {
    /// @notice Too few members, or too many.
    /// @param count Members given.
    error MemberCountOutOfRange(uint256 count);
    /// @notice Members must be ascending and not zero.
    /// @param member Member out of order.
    error MembersNotAscending(address member);
    /// @notice A quorum must be more than half of the members, and not more than all.
    /// @param quorum Quorum given.
    /// @param members Number of members.
    error QuorumOutOfRange(uint256 quorum, uint256 members);
    /// @notice Signatures are 65 bytes each.
    /// @param length Bytes given.
    error SignaturesLengthInvalid(uint256 length);
    /// @notice A signature is not from a member, is repeated, or is not in ascending order of the signers.
    /// @param signer Who signed; zero for a malformed signature.
    error SignerNotInOrder(address signer);
    /// @notice Fewer members signed than the quorum.
    /// @param signatures Signatures given.
    /// @param quorum Signatures needed.
    error QuorumNotReached(uint256 signatures, uint256 quorum);

    /// @notice Checks that a quorum signed a message for this pool and chain.
    /// @dev EIP-712 with the domain ("poolETH Committee", "1", chain, this contract). ECDSA signatures with a low s only.
    /// @param structHash Hash of the message by EIP-712.
    /// @param signatures 65 bytes (r, s, v) each, in ascending order of the signers' addresses.
    /// @return signers Members who signed.
    /// @return memberCount Members there are.
    /// @custom:error SignaturesLengthInvalid If the length is not a multiple of 65.
    /// @custom:error QuorumNotReached If there are fewer signatures than the quorum.
    /// @custom:error SignerNotInOrder If a signature is malformed, foreign, repeated or out of order.
    function requireQuorum(
        bytes32 structHash,
        bytes calldata signatures
    ) external view returns (uint256 signers, uint256 memberCount);

    /// @notice The pool that this committee speaks for.
    function POOL_ETH() external view returns (address);

    /// @notice Signatures needed.
    function QUORUM() external view returns (uint256);

    /// @notice All members, ascending.
    function members() external view returns (address[] memory);
}
