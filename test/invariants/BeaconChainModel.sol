// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title BeaconChainModel
/// @notice The pool's validators as the consensus layer keeps them: balances, pending deposits and sweeps. It knows
///         nothing of the contracts under test.
abstract contract BeaconChainModel {
    enum Phase {
        Pending,
        Active,
        Exiting,
        Exited,
        Lost
    }

    struct Validator {
        Phase phase;
        bool isSlashed;
        uint64 balanceGwei;
        uint64 pendingGwei;
    }

    /// @dev What a reference slot shows.
    struct Counts {
        uint64 balancesGwei;
        uint64 pendingGwei;
        uint32 active;
        uint32 exiting;
        uint32 exited;
        uint32 slashed;
        uint32 lost;
    }

    uint64 private constant STAKE = 32e9;

    Validator[] internal validators;

    function validatorCount() public view returns (uint256) {
        return validators.length;
    }

    function _enterPending() internal {
        validators.push(Validator(Phase.Pending, false, 0, STAKE));
    }

    /// @dev Credits pending deposits of up to `limit` validators.
    function _processPending(uint256 limit) internal {
        for (uint256 i = 0; i < validators.length && limit > 0; ++i) {
            Validator storage validator = validators[i];
            if (validator.pendingGwei == 0) continue;
            validator.balanceGwei += validator.pendingGwei;
            validator.pendingGwei = 0;
            if (validator.phase == Phase.Pending) validator.phase = Phase.Active;
            --limit;
        }
    }

    /// @dev Pays out who is on his way out, and what active validators have above 32 ETH.
    function _sweep() internal returns (uint256 sweptGwei) {
        for (uint256 i = 0; i < validators.length; ++i) {
            Validator storage validator = validators[i];
            uint64 kept = validator.phase == Phase.Active ? STAKE : 0;
            if (validator.phase == Phase.Exiting) validator.phase = Phase.Exited;
            if (validator.balanceGwei <= kept) continue;
            sweptGwei += validator.balanceGwei - kept;
            validator.balanceGwei = kept;
        }
    }

    function _addToEachActive(uint64 gwei_) internal returns (uint256 addedGwei) {
        for (uint256 i = 0; i < validators.length; ++i) {
            if (validators[i].phase != Phase.Active) continue;
            validators[i].balanceGwei += gwei_;
            addedGwei += gwei_;
        }
    }

    /// @dev Takes up to `gwei_` from all validators, the first ones first, and at most half of each.
    function _takeFromAll(uint256 gwei_) internal returns (uint256 takenGwei) {
        for (uint256 i = 0; i < validators.length && takenGwei < gwei_; ++i) {
            uint256 part = validators[i].balanceGwei / 2;
            if (part > gwei_ - takenGwei) part = gwei_ - takenGwei;
            validators[i].balanceGwei -= uint64(part);
            takenGwei += part;
        }
    }

    /// @dev First validator in this phase from `start` on, round the list.
    function _findInPhase(Phase phase, uint256 start) internal view returns (bool found, uint256 index) {
        uint256 count = validators.length;
        for (uint256 i = 0; i < count; ++i) {
            index = ((start % count) + i) % count;
            if (validators[index].phase == phase) return (true, index);
        }
    }

    function _count() internal view returns (Counts memory counts) {
        for (uint256 i = 0; i < validators.length; ++i) {
            Validator memory validator = validators[i];
            counts.balancesGwei += validator.balanceGwei;
            counts.pendingGwei += validator.pendingGwei;
            if (validator.phase == Phase.Active) ++counts.active;
            if (validator.phase == Phase.Exiting) ++counts.exiting;
            if (validator.phase == Phase.Exited) ++counts.exited;
            if (validator.phase == Phase.Lost) ++counts.lost;
            if (validator.isSlashed) ++counts.slashed;
        }
    }
}
