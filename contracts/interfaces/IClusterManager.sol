// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

import {Cluster} from "../types/Cluster.sol";
import {IClusterFunding} from "./IClusterFunding.sol";
import {IClusterSettings} from "./IClusterSettings.sol";
import {IClusterViews} from "./IClusterViews.sol";
import {IOperatingReserve} from "./IOperatingReserve.sol";
import {IOperatorUpdates} from "./IOperatorUpdates.sol";
import {IValidatorExits} from "./IValidatorExits.sol";

/// @title IClusterManager
/// @notice The pool's account at ssv.network: owner of all its clusters, and of the ether that pays for them.
interface IClusterManager is
    IERC1271,
    IOperatingReserve,
    IClusterSettings,
    IClusterFunding,
    IClusterViews,
    IValidatorExits,
    IOperatorUpdates
{
    /// @notice Only the pool manager may call.
    /// @param caller Who called.
    error CallerNotPoolManager(address caller);
    /// @notice Other keys must be registered first, because SSV nodes accept shares in the order of their nonces only.
    /// @param expected Nonce that SSV nodes expect next.
    /// @param actual Nonce that the first key's shares are signed for.
    error NonceOutOfOrder(uint256 expected, uint256 actual);
    /// @notice SSV nodes keep an owner's nonce in 16 bits, so the shares of these keys would never be accepted.
    /// @param firstNonce Owner nonce of the first key.
    /// @param count Number of keys.
    error OwnerNonceExhausted(uint256 firstNonce, uint256 count);

    /// @notice Registers keys at SSV and funds their cluster for `runwayBlocks`. Only the pool manager may call.
    /// @dev SSV tells of each key by an event, and the pool manager of the funding.
    ///      Warning: it trusts the caller that `count` keys and their shares are there.
    ///      Warning: an owner can register 65,536 keys ever, since SSV nodes count its nonces in 16 bits. A pool that
    ///      nears this needs another cluster manager.
    /// @param pubkeys Public keys, 48 bytes each; more than are registered may be given.
    /// @param sharesData Encrypted key shares of these keys, packed.
    /// @param count How many of them to register.
    /// @param operatorIds SSV operators, ascending.
    /// @param cluster Newest snapshot of the cluster.
    /// @param firstNonce Owner nonce that the first key's shares are signed for; the others follow it.
    /// @return funding Wei paid into the cluster.
    /// @custom:error NonceOutOfOrder If SSV nodes expect another nonce.
    /// @custom:error InsufficientReserve If the reserve does not suffice.
    /// @custom:error OwnerNonceExhausted If a nonce would not fit the 16 bits of SSV nodes.
    function register(
        bytes calldata pubkeys,
        bytes calldata sharesData,
        uint256 count,
        uint64[] calldata operatorIds,
        Cluster calldata cluster,
        uint256 firstNonce
    ) external returns (uint256 funding);

    /// @notice Whether a holder of the role for this function signed, in the name of this account, a message of ssv-dkg:
    ///         that keys which were made for it be signed anew (`resign`), or shared with other operators (`reshare`).
    /// @dev Such a message is a text of 64 lower-case hexadecimal digits, and its hash the one of EIP-191. No permit, no
    ///      order and no other typed data (EIP-712) has such a hash, so none is ever signed in the name of this account.
    ///      What was signed stays valid for as long as its signer has the role, and without a delay: there is no way to
    ///      sign with one. A signer with code is asked by ERC-1271, and may use up almost all gas.
    ///      Warning: the digits say nothing about what they stand for. A message can name any withdrawal credentials and
    ///      any new operators, so its signer must have made it himself.
    /// @param hash EIP-191 hash of the text.
    /// @param signature What the digits write (32 bytes), the signer (20 bytes), and his signature of `hash`, packed.
    /// @return magicValue 0x1626ba7e if so. 0xffffffff otherwise; it does not revert.
    function isValidSignature(
        bytes32 hash,
        bytes calldata signature
    ) external view override returns (bytes4 magicValue);

    /// @notice Registrations so far, which is the nonce that SSV nodes expect next.
    function ownerNonce() external view returns (uint256);

    /// @notice The pool.
    function POOL_ETH() external view returns (address);

    /// @notice ssv.network, which is asked for what it charges as well.
    function SSV_NETWORK() external view returns (address);
}
