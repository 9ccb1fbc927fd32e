// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPoolControls} from "../interfaces/IPoolControls.sol";
import {IVault} from "../interfaces/IVault.sol";
import {Pauses} from "../libraries/Pauses.sol";
import {RebaseLimits} from "../libraries/RebaseLimits.sol";
import {StakingLimit} from "../libraries/StakingLimit.sol";
import {PoolTotals} from "../types/PoolTotals.sol";
import {RebasingToken} from "./RebasingToken.sol";
import {RoleGated} from "./RoleGated.sol";

/// @title PoolControls
/// @notice What the roles may do to the pool, and what shuts its deposits. None of it moves ether or shares; it calls the
///         access manager.
abstract contract PoolControls is RebasingToken, IPoolControls, RoleGated {
    using Pauses for Pauses.Context;
    using RebaseLimits for RebaseLimits.Context;
    using StakingLimit for StakingLimit.Context;

    uint256 internal constant MAX_REPORT_AGE = 14 days;
    /// @dev Flag: a pause or a loss may shut deposits or staking, so look.
    uint8 internal constant GATED = 1;
    uint256 private constant COMMITTEE_NOTICE = 7 days;

    /// @inheritdoc IPoolControls
    address public committee;
    /// @dev Wei; in one slot with the committee because every report needs both.
    uint96 internal _totalCollected;
    address private _announcedCommittee;
    uint64 private _committeeAdoptableAt;
    RebaseLimits.Context internal _limits;
    StakingLimit.Context internal _staking;
    Pauses.Context internal _pauses;

    /* EVERYBODY */

    /// @inheritdoc IPoolControls
    function adoptCommittee() external {
        uint256 adoptableAt = _committeeAdoptableAt;
        require(adoptableAt != 0 && block.timestamp >= adoptableAt, CommitteeNotAdoptable(adoptableAt));

        address oldCommittee = committee;
        committee = _announcedCommittee;
        (_announcedCommittee, _committeeAdoptableAt) = (address(0), 0);
        emit CommitteeChanged(oldCommittee, committee);
    }

    /* ADMIN */

    /// @inheritdoc IPoolControls
    function setCap(uint24 newCapEth) external restricted {
        emit CapChanged(_totals.capEth(), newCapEth);
        _totals = _totals.withCap(newCapEth);
    }

    /// @inheritdoc IPoolControls
    function announceCommittee(address newCommittee) external restricted {
        uint256 adoptableAt = 0;
        if (newCommittee != address(0)) {
            _requirePointsHere(newCommittee);
            adoptableAt = block.timestamp + COMMITTEE_NOTICE;
        }
        (_announcedCommittee, _committeeAdoptableAt) = (newCommittee, uint64(adoptableAt));
        emit CommitteeAnnounced(newCommittee, adoptableAt);
    }

    /// @inheritdoc IPoolControls
    function announceLoss(uint96 maxLoss) external restricted {
        _limits.announceLoss(maxLoss);
        _totals = _totals.withFlags(GATED);
        emit LossAnnounced(maxLoss);
    }

    /// @inheritdoc IPoolControls
    function confirmLoss() external restricted {
        bool isBooked = _limits.isRestorable();
        require(isBooked && !_limits.isSettling(), LossNotConfirmable(isBooked ? _limits.largeLossAt : 0));
        _limits.confirmLoss();
        emit LossConfirmed();
    }

    /// @inheritdoc IPoolControls
    function rearmGuardian() external restricted {
        _pauses.rearm();
        emit GuardianRearmed();
    }

    /* GUARDIAN */

    /// @inheritdoc IPoolControls
    function pauseDeposits(uint32 duration) external restricted {
        _totals = _totals.withFlags(GATED);
        emit DepositsPaused(_pauses.pauseDeposits(duration));
    }

    /// @inheritdoc IPoolControls
    function pauseStaking(uint32 duration) external restricted {
        _totals = _totals.withFlags(GATED);
        emit StakingPaused(_pauses.pauseStaking(duration));
    }

    /// @inheritdoc IPoolControls
    function resume() external restricted {
        _pauses.resume();
        emit DepositsPaused(0);
        emit StakingPaused(0);
    }

    /* VIEWS */

    /// @inheritdoc IPoolControls
    function depositGates()
        public
        view
        returns (uint256 pausedUntil, uint256 announcedAt, uint256 lossBookedAt, bool isStale)
    {
        if (_pauses.areDepositsPaused()) pausedUntil = _pauses.depositsUntil;
        if (_limits.isAnnounced()) announcedAt = _limits.announcedAt;
        if (_limits.isRestorable()) lossBookedAt = _limits.largeLossAt;
        isStale = block.timestamp > _totals.lastRebase() + MAX_REPORT_AGE;
    }

    /// @inheritdoc IPoolControls
    function stakingAllowance() external view returns (uint256) {
        return _stakingAllowance(_totals);
    }

    /// @inheritdoc IPoolControls
    function totalCollected() external view returns (uint256) {
        return _totalCollected;
    }

    /// @inheritdoc IPoolControls
    function lastRebase() external view returns (uint256) {
        return _totals.lastRebase();
    }

    /// @inheritdoc IPoolControls
    function cap() external view returns (uint256) {
        return _totals.capEth() * 1 ether;
    }

    /* INTERNAL */

    function _stakingAllowance(PoolTotals totals) internal view returns (uint256) {
        return _isStakingPaused(totals) ? 0 : _staking.allowance(totals.pooledEther());
    }

    function _isStakingPaused(PoolTotals totals) internal view returns (bool) {
        return totals.flags() != 0 && _pauses.isStakingPaused();
    }

    function _areDepositsOpen() internal view returns (bool) {
        return !_pauses.areDepositsPaused() && !_limits.isAnnounced() && !_limits.isRestorable();
    }

    function _requireDepositsOpen() internal view {
        (uint256 pausedUntil, uint256 announcedAt, uint256 lossBookedAt, ) = depositGates();
        require(pausedUntil == 0, DepositsArePaused(pausedUntil));
        require(announcedAt == 0 && lossBookedAt == 0, ShutByLoss(announcedAt, lossBookedAt));
    }

    /// @dev Policy, vaults, committee and queue all name their pool in `POOL_ETH`.
    function _requirePointsHere(address peer) internal view {
        require(peer.code.length != 0 && IVault(peer).POOL_ETH() == address(this), PeerMismatch(peer));
    }
}
