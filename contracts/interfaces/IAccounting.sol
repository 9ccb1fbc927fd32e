// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Report} from "../types/Report.sol";

/// @title IAccounting
/// @notice Turns the committee's reports into rebases: it checks them, keeps what exceeds the bounds for later, and
///         charges fees.
interface IAccounting {
    /// @dev What the last report said, in two slots that every report rewrites.
    struct LastReport {
        uint32 refSlot;
        /// @dev Validators and own pending deposits, Gwei.
        uint64 clBalanceGwei;
        /// @dev `PoolETH.totalStaked` at the reference slot, Gwei.
        uint64 stakedGwei;
        uint24 stakedKeys;
        uint24 exitedKeys;
        uint24 slashedKeys;
        uint24 lostKeys;
        /// @dev Ether received by the vaults that buffered ether counts, wei.
        uint96 creditedFromVaults;
        /// @dev Rewards that the bounds held back, wei.
        uint96 deferredRewards;
        /// @dev When running costs were charged last, seconds.
        uint40 costsChargedAt;
        /// @dev Keys of validators on their way out, at the reference slot.
        uint24 exitingKeys;
    }

    /// @dev Fees and bounds of reports.
    struct Policy {
        address treasury;
        /// @dev Part of what lifts the share rate above its highest.
        uint16 feeBasisPoints;
        /// @dev Running costs in a year, as a part of the pool.
        uint16 costsBasisPoints;
        /// @dev Largest gain of one report, as a part of the pool; the rest is deferred.
        uint16 maxGainBasisPoints;
        /// @dev Largest loss of one report, as a part of the pool.
        uint16 maxLossBasisPoints;
        address operations;
    }

    /// @notice A report was applied.
    /// @param refSlot Reference slot.
    /// @param clBalanceGwei Validators and own pending deposits, Gwei.
    /// @param vaultsReceivedWei Ether that both vaults ever received.
    /// @param rewards Wei earned since the report before; negative for a loss.
    /// @param deferredRewards Wei that the bounds hold back now.
    event ReportProcessed(
        uint256 indexed refSlot,
        uint256 clBalanceGwei,
        uint256 vaultsReceivedWei,
        int256 rewards,
        uint256 deferredRewards
    );
    /// @notice Fees or bounds were changed.
    /// @param policy New ones.
    event PolicyChanged(Policy policy);
    /// @notice Ether that nobody deposited was booked as rewards.
    /// @param ethAmount Wei.
    event Skimmed(uint256 ethAmount);

    /// @notice A report was booked, but nobody was paid by it.
    /// @param lastId Last request that was to be finalized.
    /// @param reason What the queue, or the pool, says.
    event FinalizationRefused(uint256 lastId, bytes reason);

    /// @notice The reference slot is not the last slot of a frame.
    /// @param refSlot Slot given.
    error RefSlotNotOnFrame(uint256 refSlot);
    /// @notice The reference slot is not later than that of the last report.
    /// @param refSlot Slot given.
    /// @param lastRefSlot Slot of the last report.
    error RefSlotNotIncreasing(uint256 refSlot, uint256 lastRefSlot);
    /// @notice The reference slot lies in the future, or a later frame has ended since.
    /// @param refSlot Slot given.
    /// @param currentSlot Slot of now.
    error RefSlotNotCurrent(uint256 refSlot, uint256 currentSlot);
    /// @notice A value went backwards, or is above what the chain shows now.
    /// @param field Name of the field.
    /// @param value Value given.
    /// @param minimum Least.
    /// @param maximum Most.
    error ReportFieldOutOfRange(bytes32 field, uint256 value, uint256 minimum, uint256 maximum);
    /// @notice A loss exceeds the bound of one report.
    /// @param loss Wei.
    /// @param allowed Wei allowed.
    error ReportedLossAboveLimit(uint256 loss, uint256 allowed);
    /// @notice A loss above 0.05 % of the pool needs two thirds of the members.
    /// @param loss Wei.
    /// @param signers Members who signed.
    /// @param required Members needed.
    error SupermajorityRequired(uint256 loss, uint256 signers, uint256 required);
    /// @notice A part of the policy exceeds its hard bound, or a receiver cannot hold shares.
    /// @param field Name of the field.
    /// @param value Value given; of a receiver the address as a number.
    error PolicyOutOfRange(bytes32 field, uint256 value);
    /// @notice Finalization took more gas than was left for it.
    /// @param lastId Last request that was to be finalized.
    error FinalizationOutOfGas(uint256 lastId);
    /// @notice There is no ether to skim.
    error NothingToSkim();

    /// @notice Applies a report that a quorum of the committee signed. Anyone may call.
    /// @dev Gains above the bounds are deferred; losses above the bounds are refused. Requests up to `finalizeUpTo` are
    ///      finalized as far as buffered ether goes, at the rate of after the report, and not at all while a loss shuts it.
    /// @param report What the committee saw.
    /// @param signatures See `ICommittee.requireQuorum`; the message is `Report` with the fields in their order.
    /// @custom:error RefSlotNotOnFrame, RefSlotNotIncreasing, RefSlotNotCurrent If it is not this report's time.
    /// @custom:error ReportFieldOutOfRange If a counter goes backwards or beyond what the chain shows.
    /// @custom:error ReportedLossAboveLimit, SupermajorityRequired If the loss needs more than this.
    /// @custom:error FinalizationOutOfGas If the caller sends too little gas to finalize.
    /// @custom:emits ReportProcessed, FinalizationRefused
    function applyReport(Report calldata report, bytes calldata signatures) external;

    /// @notice Books ether that reached the pool without a deposit as rewards, deferred and released within the bounds.
    ///         Anyone may call.
    /// @return ethAmount Wei.
    /// @custom:error NothingToSkim If there is none.
    /// @custom:emits Skimmed
    function skim() external returns (uint256 ethAmount);

    /// @notice Sets fees and bounds. By role.
    /// @param newPolicy All of them.
    /// @custom:error PolicyOutOfRange If one exceeds its hard bound.
    /// @custom:emits PolicyChanged
    function setPolicy(Policy calldata newPolicy) external;

    /// @notice Most wei that holders may gain by the next report: what a report may book, and what is deferred.
    /// @dev `PoolETH` charges as much for redeeming at once, so that nobody can come for a report and go.
    function nextGain() external view returns (uint256);

    /// @notice Ether that is owned and not staked, in the pool or still in the vaults, wei.
    /// @dev totalPooledEther + deferredRewards - (totalStaked - reported staked) - reported CL balance.
    function bufferedEther() external view returns (uint256);

    /// @notice What the last report said.
    function lastReport() external view returns (LastReport memory);

    /// @notice Fees and bounds.
    function policy() external view returns (Policy memory);

    /// @notice EIP-712 struct hash of a report, for signers.
    /// @param report Report.
    function hashReport(Report calldata report) external pure returns (bytes32);

    /// @notice The pool.
    function POOL_ETH() external view returns (address);

    /// @notice Its withdrawal vault.
    function WITHDRAWAL_VAULT() external view returns (address);

    /// @notice Its rewards vault.
    function REWARDS_VAULT() external view returns (address);

    /// @notice Slots of one frame.
    function SLOTS_PER_FRAME() external view returns (uint256);

    /// @notice Time of slot zero, seconds.
    function GENESIS_TIME() external view returns (uint256);

    /// @notice Seconds of one slot.
    function SECONDS_PER_SLOT() external view returns (uint256);
}
