// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title IPoolControls
/// @notice What the roles may do to the pool, and what shuts its deposits. None of it moves ether or shares.
interface IPoolControls {
    /// @notice The cap was changed.
    /// @param oldCapEth Whole ether before.
    /// @param newCapEth Whole ether now.
    event CapChanged(uint256 oldCapEth, uint256 newCapEth);
    /// @notice A committee was announced.
    /// @param newCommittee Its contract; zero when an announcement was withdrawn.
    /// @param adoptableAt Timestamp from which anyone may put it in place, seconds.
    event CommitteeAnnounced(address indexed newCommittee, uint256 adoptableAt);
    /// @notice The committee changed.
    /// @param oldCommittee Its contract before.
    /// @param newCommittee Its contract now.
    event CommitteeChanged(address indexed oldCommittee, address indexed newCommittee);
    /// @notice A loss was announced; deposits and redemptions are shut. Zero when an announcement was withdrawn.
    /// @param maxLoss Largest loss that may be booked, wei.
    event LossAnnounced(uint256 maxLoss);
    /// @notice A large loss is final; deposits are open again.
    event LossConfirmed();
    /// @notice The guardian paused deposits, or ended a pause.
    /// @param until Timestamp of the end, seconds.
    event DepositsPaused(uint256 until);
    /// @notice The guardian paused staking, or ended a pause.
    /// @param until Timestamp of the end, seconds.
    event StakingPaused(uint256 until);
    /// @notice The guardian may pause once more.
    event GuardianRearmed();

    /// @notice A peer does not point back at this pool, or an address that must be a contract is none.
    /// @param peer Address.
    error PeerMismatch(address peer);
    /// @notice There was no report for too long.
    /// @param lastRebase Timestamp of the last one, seconds.
    error ReportStale(uint256 lastRebase);
    /// @notice Deposits are paused by the guardian.
    /// @param until Timestamp of the end, seconds.
    error DepositsArePaused(uint256 until);
    /// @notice Staking is paused by the guardian.
    /// @param until Timestamp of the end, seconds.
    error StakingIsPaused(uint256 until);
    /// @notice Deposits, or redemptions, wait for a loss: it is announced, or was booked and can be taken back.
    /// @param announcedAt Timestamp of the announcement, seconds; zero for none.
    /// @param bookedAt Timestamp of the booking, seconds; zero for none.
    error ShutByLoss(uint256 announcedAt, uint256 bookedAt);
    /// @notice A pause must have a length within the limit.
    /// @param duration Seconds given.
    /// @param maximum Most seconds.
    error PauseDurationOutOfRange(uint256 duration, uint256 maximum);
    /// @notice The guardian has paused before and was not re-armed.
    error GuardianNotArmed();
    /// @notice An announced committee may not be put in place yet, or none is announced.
    /// @param adoptableAt Timestamp from which it may be, seconds; zero for none.
    error CommitteeNotAdoptable(uint256 adoptableAt);
    /// @notice No large loss is open, or it was booked too recently to be final.
    /// @param bookedAt Timestamp of the booking, seconds; zero for none.
    error LossNotConfirmable(uint256 bookedAt);

    /// @notice Puts an announced committee in place. Anyone may call, seven days after the announcement.
    /// @custom:error CommitteeNotAdoptable If it is too early, or none is announced.
    /// @custom:emits CommitteeChanged
    function adoptCommittee() external;

    /// @notice Sets the most that the pool takes. By role.
    /// @param newCapEth Whole ether.
    /// @custom:emits CapChanged
    function setCap(uint24 newCapEth) external;

    /// @notice Announces a committee; zero withdraws an announcement. By role.
    /// @param newCommittee A committee that speaks for this pool.
    /// @custom:error PeerMismatch If it speaks for another one.
    /// @custom:emits CommitteeAnnounced
    function announceCommittee(address newCommittee) external;

    /// @notice Announces a loss that may be booked from 72 hours on, for 14 days; zero withdraws an announcement. By role.
    /// @dev Warning: deposits and redemptions are shut at once.
    /// @param maxLoss Largest loss, wei.
    /// @custom:emits LossAnnounced
    function announceLoss(uint96 maxLoss) external;

    /// @notice Declares a large loss final, three days after it was booked or later, and opens deposits. By role.
    /// @custom:error LossNotConfirmable If there is none, or it is too recent.
    /// @custom:emits LossConfirmed
    function confirmLoss() external;

    /// @notice Pauses deposits for at most 14 days, once until re-armed. By role.
    /// @param duration Seconds.
    /// @custom:error GuardianNotArmed If it was used before.
    /// @custom:error PauseDurationOutOfRange If the duration is zero or too long.
    /// @custom:emits DepositsPaused
    function pauseDeposits(uint32 duration) external;

    /// @notice Pauses staking for at most 14 days, once until re-armed. By role.
    /// @param duration Seconds.
    /// @custom:error GuardianNotArmed If it was used before.
    /// @custom:error PauseDurationOutOfRange If the duration is zero or too long.
    /// @custom:emits StakingPaused
    function pauseStaking(uint32 duration) external;

    /// @notice Ends both pauses. By role.
    /// @custom:emits DepositsPaused, StakingPaused
    function resume() external;

    /// @notice Lets the guardian pause once more. By role.
    /// @custom:emits GuardianRearmed
    function rearmGuardian() external;

    /// @notice Why deposits would revert now, apart from minimum and cap: all zero while they are open.
    /// @return pausedUntil End of the guardian's pause, seconds; zero for none.
    /// @return announcedAt When a loss was announced, seconds; zero for none.
    /// @return lossBookedAt When a large loss was booked that can be taken back, seconds; zero for none.
    /// @return isStale Whether the last rebase is older than 14 days.
    function depositGates()
        external
        view
        returns (uint256 pausedUntil, uint256 announcedAt, uint256 lossBookedAt, bool isStale);

    /// @notice Wei that may be staked now by the daily limit; zero while staking is paused.
    function stakingAllowance() external view returns (uint256);

    /// @notice Wei ever received from the vaults.
    function totalCollected() external view returns (uint256);

    /// @notice Timestamp of the last rebase, seconds.
    function lastRebase() external view returns (uint256);

    /// @notice Most that the pool takes, wei.
    function cap() external view returns (uint256);

    /// @notice The committee whose signatures count.
    function committee() external view returns (address);
}
