// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {RoleGated} from "../custody/RoleGated.sol";
import {ICommittee} from "../interfaces/ICommittee.sol";
import {IPoolETH} from "../interfaces/IPoolETH.sol";
import {IValidatorExits} from "../interfaces/IValidatorExits.sol";
import {OperatorSets} from "../libraries/OperatorSets.sol";
import {SSVCalldata} from "../libraries/SSVCalldata.sol";
import {Cluster} from "../types/Cluster.sol";
import {ClusterStorage} from "./ClusterStorage.sol";

/// @title ValidatorExits
/// @notice Has validators exit, and removes their keys when the committee saw that they are gone, or when a role allowed it
///         before. It calls ssv.network and the committee.
abstract contract ValidatorExits is ClusterStorage, RoleGated {
    bytes32 private constant EXIT_STATUS_TYPEHASH = keccak256("ExitStatus(bytes32 pubkeysHash,uint64 refSlot)");

    /* EVERYBODY */

    /// @inheritdoc IValidatorExits
    function remove(
        bytes calldata pubkeys,
        uint64[] calldata operatorIds,
        Cluster calldata cluster,
        uint64 refSlot,
        bytes calldata signatures
    ) external {
        bytes32 pubkeysHash = keccak256(pubkeys);
        address committee = IPoolETH(POOL_ETH).committee();
        bytes32 structHash = keccak256(abi.encode(EXIT_STATUS_TYPEHASH, pubkeysHash, refSlot));
        ICommittee(committee).requireQuorum(structHash, signatures);

        emit ValidatorsRemoved(pubkeysHash, _countOf(pubkeys), refSlot);
        _remove(pubkeys, operatorIds, cluster);
    }

    /* OPERATOR */

    /// @inheritdoc IValidatorExits
    function exit(bytes calldata pubkeys, uint64[] calldata operatorIds) external restricted {
        _countOf(pubkeys);
        SSVCalldata.send(SSV_NETWORK, SSVCalldata.bulkExit(pubkeys, operatorIds), 0);
    }

    /// @inheritdoc IValidatorExits
    function removeUnexited(
        bytes calldata pubkeys,
        uint64[] calldata operatorIds,
        Cluster calldata cluster
    ) external restricted {
        bytes32 pubkeysHash = keccak256(pubkeys);
        require(_clusters().removable[pubkeysHash], RemovalNotAllowed(pubkeysHash));
        delete _clusters().removable[pubkeysHash];
        uint256 count = _countOf(pubkeys);
        RemovedKey memory removed = RemovedKey(uint64(block.number), OperatorSets.nameOf(operatorIds));
        for (uint256 i = 0; i < count; ++i) _clusters().removedKeys[keccak256(_keyAt(pubkeys, i))] = removed;

        emit ValidatorsRemoved(pubkeysHash, count, 0);
        _remove(pubkeys, operatorIds, cluster);
    }

    /* ADMIN */

    /// @inheritdoc IValidatorExits
    function allowRemoval(bytes32 pubkeysHash, bool isAllowed) external restricted {
        _clusters().removable[pubkeysHash] = isAllowed;
        emit RemovalAllowed(pubkeysHash, isAllowed);
    }

    /* VIEWS */

    /// @inheritdoc IValidatorExits
    function isRemovalAllowed(bytes32 pubkeysHash) external view returns (bool) {
        return _clusters().removable[pubkeysHash];
    }

    /* INTERNAL */

    /// @dev How many keys there are. SSV refuses none at all.
    function _countOf(bytes calldata pubkeys) internal pure returns (uint256) {
        require(pubkeys.length % SSVCalldata.PUBKEY_LENGTH == 0, PubkeysMalformed(pubkeys.length));
        return pubkeys.length / SSVCalldata.PUBKEY_LENGTH;
    }

    function _keyAt(bytes calldata pubkeys, uint256 position) internal pure returns (bytes calldata) {
        uint256 start = position * SSVCalldata.PUBKEY_LENGTH;
        return pubkeys[start:start + SSVCalldata.PUBKEY_LENGTH];
    }

    function _remove(bytes calldata pubkeys, uint64[] calldata operatorIds, Cluster calldata cluster) private {
        SSVCalldata.send(SSV_NETWORK, SSVCalldata.bulkRemove(pubkeys, operatorIds, cluster), 0);
    }
}
