// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ClusterTerms} from "../libraries/ClusterTerms.sol";
import {SSVCalldata} from "../libraries/SSVCalldata.sol";
import {SSVFunding} from "../libraries/SSVFunding.sol";
import {Cluster} from "../types/Cluster.sol";
import {ClusterFunding} from "./ClusterFunding.sol";

/// @title ClusterRegistration
/// @notice Registers keys at ssv.network, which it calls, in the order of their owner nonces, and funds their cluster.
abstract contract ClusterRegistration is ClusterFunding {
    using ClusterTerms for ClusterTerms.Terms;

    /// @dev SSV nodes count an owner's registrations in 16 bits.
    uint256 private constant MAX_REGISTRATIONS = 65_536;

    /// @dev Registers the first `count` keys. The caller has checked that so many are there, with their shares.
    function _register(
        bytes calldata pubkeys,
        bytes calldata sharesData,
        uint256 count,
        uint64[] calldata operatorIds,
        Cluster calldata cluster,
        uint256 firstNonce
    ) internal returns (uint256 funding) {
        (uint32 runwayBlocks, uint256 maxBalanceEth) = _takeNonces(firstNonce, count);
        // So many nonces are left that the count fits 32 bits.
        funding =
            maxBalanceEth > ClusterTerms.MIN_BALANCE_ETH
                ? _termsOf(operatorIds, cluster, count, maxBalanceEth).missing(runwayBlocks)
                : SSVFunding.missing(SSV_NETWORK, operatorIds, cluster, uint32(count), runwayBlocks);
        _requireReserve(funding);

        bytes memory registration = SSVCalldata.bulkRegister(pubkeys, sharesData, count, operatorIds, cluster);
        SSVCalldata.send(SSV_NETWORK, registration, funding);
    }

    /// @dev Spends the next nonces. Returns runway and largest effective balance, which stand in the same slot.
    function _takeNonces(
        uint256 firstNonce,
        uint256 count
    ) private returns (uint32 runwayBlocks, uint256 maxBalanceEth) {
        ClusterManagerStorage storage $ = _clusters();
        uint256 nextNonce = $.ownerNonce;
        require(firstNonce == nextNonce, NonceOutOfOrder(nextNonce, firstNonce));
        require(firstNonce + count <= MAX_REGISTRATIONS, OwnerNonceExhausted(firstNonce, count));
        $.ownerNonce = uint64(firstNonce + count);
        return ($.runwayBlocks, $.maxBalanceEth);
    }
}
