// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IAccounting} from "../interfaces/IAccounting.sol";
import {ICommittee} from "../interfaces/ICommittee.sol";
import {IPoolETH} from "../interfaces/IPoolETH.sol";
import {IVault} from "../interfaces/IVault.sol";
import {IWithdrawalQueue} from "../interfaces/IWithdrawalQueue.sol";
import {ReportChecks} from "../libraries/ReportChecks.sol";
import {Fees} from "../types/Fees.sol";
import {Report} from "../types/Report.sol";
import {AnnouncedUpgrade} from "./AnnouncedUpgrade.sol";

/// @title Accounting
/// @notice Keeps the last report and turns each new one into a rebase. It holds no ether; it calls the committee, the
///         pool, the vaults and the withdrawal queue.
/// @custom:security-contact security@pooleth.example
contract Accounting is IAccounting, AnnouncedUpgrade {
    using ReportChecks for Report;
    using SafeCast for uint256;

    /// @custom:storage-location erc7201:pooleth.Accounting
    struct AccountingStorage {
        LastReport last;
        Policy policy;
    }

    uint256 private constant BASIS_POINTS = 10_000;
    uint256 private constant RAY = 1e27;
    uint256 private constant MAX_FEE_BASIS_POINTS = 2_000;
    uint256 private constant MAX_COSTS_BASIS_POINTS = 20;
    uint256 private constant MAX_LOSS_BASIS_POINTS = 500;
    /// @dev Running costs are charged in one report a week, because each charge costs gas.
    uint256 private constant COSTS_PERIOD = 7 days;
    // keccak256(abi.encode(uint256(keccak256("pooleth.Accounting")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant ACCOUNTING_STORAGE = 0xb0f9af3010e8950d40b03a87176e5fada14a45670f796e8dd14fcd6f406c0800;

    /// @inheritdoc IAccounting
    address public immutable POOL_ETH;
    /// @inheritdoc IAccounting
    address public immutable WITHDRAWAL_VAULT;
    /// @inheritdoc IAccounting
    address public immutable REWARDS_VAULT;
    /// @inheritdoc IAccounting
    uint256 public immutable GENESIS_TIME;
    /// @inheritdoc IAccounting
    uint256 public immutable SECONDS_PER_SLOT;
    /// @inheritdoc IAccounting
    uint256 public immutable SLOTS_PER_FRAME;

    /// @notice Names the peers and the clock of this implementation.
    /// @param poolETH The pool.
    /// @param withdrawalVault Its withdrawal vault.
    /// @param rewardsVault Its rewards vault.
    /// @param genesisTime Time of slot zero, seconds.
    /// @param secondsPerSlot Seconds of one slot.
    /// @param slotsPerFrame Slots between two reports.
    constructor(
        address poolETH,
        address withdrawalVault,
        address rewardsVault,
        uint256 genesisTime,
        uint256 secondsPerSlot,
        uint256 slotsPerFrame
    ) {
        require(secondsPerSlot != 0, PolicyOutOfRange("secondsPerSlot", 0));
        require(slotsPerFrame != 0, PolicyOutOfRange("slotsPerFrame", 0));
        POOL_ETH = poolETH;
        WITHDRAWAL_VAULT = withdrawalVault;
        REWARDS_VAULT = rewardsVault;
        GENESIS_TIME = genesisTime;
        SECONDS_PER_SLOT = secondsPerSlot;
        SLOTS_PER_FRAME = slotsPerFrame;
        _disableInitializers();
    }

    /// @notice Sets up the proxy, in its constructor.
    /// @param authority Access manager.
    /// @param policy_ Fees and bounds.
    function initialize(address authority, Policy calldata policy_) external initializer {
        __AccessManaged_init(authority);
        _setPolicy(policy_);
        _accounting().last.costsChargedAt = uint64(block.timestamp);
    }

    /* EVERYBODY */

    /// @inheritdoc IAccounting
    function applyReport(Report calldata report, bytes calldata signatures) external {
        LastReport memory last = _accounting().last;
        IPoolETH.RebaseState memory pool = IPoolETH(POOL_ETH).rebaseState();

        ReportChecks.Votes memory votes;
        (votes.signers, votes.members) = ICommittee(pool.committee).requireQuorum(report.hash(), signatures);
        ReportChecks.requireCurrent(report.refSlot, last.refSlot, SLOTS_PER_FRAME, _currentSlot());
        report.requireMonotone(last, pool.totalStaked, _vaultsReceived(pool.totalCollected));

        int256 rewards = _rewards(report, last);
        uint256 newPooledEther = _settle(report, last, pool, votes, rewards);
        Fees memory fees = _fees(last, pool, newPooledEther);
        _remember(last, report);
        _store(last);
        emit ReportProcessed(
            report.refSlot,
            last.clBalanceGwei,
            report.vaultsReceivedWei,
            rewards,
            last.deferredRewards
        );

        IPoolETH(POOL_ETH).rebase(newPooledEther, fees);
        if (report.finalizeUpTo != 0) _finalize(report.finalizeUpTo);
    }

    /// @inheritdoc IAccounting
    function skim() external returns (uint256 ethAmount) {
        LastReport storage last = _accounting().last;
        uint256 accountedFor = bufferedEther() + IPoolETH(POOL_ETH).totalCollected();
        ethAmount = Math.saturatingSub(POOL_ETH.balance + last.creditedFromVaults, accountedFor);
        require(ethAmount != 0, NothingToSkim());

        last.deferredRewards = (last.deferredRewards + ethAmount).toUint96();
        emit Skimmed(ethAmount);
    }

    /* ADMIN */

    /// @inheritdoc IAccounting
    function setPolicy(Policy calldata newPolicy) external restricted {
        _setPolicy(newPolicy);
    }

    /* VIEWS */

    /// @inheritdoc IAccounting
    function bufferedEther() public view returns (uint256) {
        LastReport storage last = _accounting().last;
        uint256 owned = IPoolETH(POOL_ETH).totalPooledEther() + last.deferredRewards;
        uint256 unreported = IPoolETH(POOL_ETH).totalStaked() - uint256(last.stakedGwei) * 1 gwei;
        // Below zero only if more was staked than the pool owned, which `PoolManager` does not do.
        return Math.saturatingSub(owned, unreported + uint256(last.clBalanceGwei) * 1 gwei);
    }

    /// @inheritdoc IAccounting
    function lastReport() external view returns (LastReport memory) {
        return _accounting().last;
    }

    /// @inheritdoc IAccounting
    function policy() external view returns (Policy memory) {
        return _accounting().policy;
    }

    /// @inheritdoc IAccounting
    function hashReport(Report calldata report) external pure returns (bytes32) {
        return report.hash();
    }

    /* PRIVATE */

    function _setPolicy(Policy calldata newPolicy) private {
        _requireHolder("treasury", newPolicy.treasury);
        _requireHolder("operations", newPolicy.operations);
        _requireAtMost("feeBasisPoints", newPolicy.feeBasisPoints, MAX_FEE_BASIS_POINTS);
        _requireAtMost("costsBasisPoints", newPolicy.costsBasisPoints, MAX_COSTS_BASIS_POINTS);
        _requireAtMost("maxGainBasisPoints", newPolicy.maxGainBasisPoints, BASIS_POINTS);
        _requireAtMost("maxLossBasisPoints", newPolicy.maxLossBasisPoints, MAX_LOSS_BASIS_POINTS);

        _accounting().policy = newPolicy;
        emit PolicyChanged(newPolicy);
    }

    /// @dev Every report with a fee would revert if its receiver could not hold shares.
    function _requireHolder(bytes32 field, address receiver) private view {
        bool canHold = receiver != address(0) && receiver != POOL_ETH;
        require(canHold, PolicyOutOfRange(field, uint160(receiver)));
    }

    function _requireAtMost(bytes32 field, uint256 value, uint256 maximum) private pure {
        require(value <= maximum, PolicyOutOfRange(field, value));
    }

    /// @dev (CL + vaults) now - (CL + vaults) before - stake newly reported, wei.
    function _rewards(Report calldata report, LastReport memory last) private pure returns (int256) {
        uint256 clGwei = uint256(report.validatorsGwei) + report.pendingGwei;
        uint256 afterwards = clGwei * 1 gwei + report.vaultsReceivedWei;
        uint256 before = uint256(last.clBalanceGwei) * 1 gwei + last.creditedFromVaults;
        uint256 newlyStaked = report.stakedWei - uint256(last.stakedGwei) * 1 gwei;
        return int256(afterwards) - int256(before + newlyStaked);
    }

    /// @dev Books rewards, with those deferred before, as a gain or a loss of the pool. What stays deferred goes to `last`.
    function _settle(
        Report calldata report,
        LastReport memory last,
        IPoolETH.RebaseState memory pool,
        ReportChecks.Votes memory votes,
        int256 rewards
    ) private view returns (uint256 newPooledEther) {
        int256 available = rewards + int256(uint256(last.deferredRewards));
        if (available >= 0) {
            uint256 released = _releasable(uint256(available), pool);
            last.deferredRewards = (uint256(available) - released).toUint96();
            return pool.pooledEther + released;
        }

        uint256 loss = uint256(-available);
        uint256 maxLoss = (pool.pooledEther * _accounting().policy.maxLossBasisPoints) / BASIS_POINTS;
        ReportChecks.requireSignersForLoss(loss, pool.pooledEther, votes);
        ReportChecks.requireLossAllowed(loss, maxLoss, report.lostKeys - last.lostKeys, pool.announcedLoss);
        last.deferredRewards = 0;
        return Math.saturatingSub(pool.pooledEther, loss);
    }

    /// @dev As much of the rewards as this report, and custody, let the share rate rise.
    function _releasable(uint256 available, IPoolETH.RebaseState memory pool) private view returns (uint256) {
        uint256 perReport = (pool.pooledEther * _accounting().policy.maxGainBasisPoints) / BASIS_POINTS;
        return Math.min(available, Math.min(Math.max(perReport, pool.restorable), pool.maxGain));
    }

    /// @dev The fee counts from the highest share rate ever, so that a loss is earned back first. Running costs do not, so
    ///      that the pool's own rewards pay for its clusters after a loss; but they never lower the rate.
    function _fees(
        LastReport memory last,
        IPoolETH.RebaseState memory pool,
        uint256 newPooledEther
    ) private view returns (Fees memory fees) {
        if (newPooledEther <= pool.pooledEther) return fees;

        Policy storage policy_ = _accounting().policy;
        uint256 elapsed = block.timestamp - last.costsChargedAt;
        if (elapsed >= COSTS_PERIOD) {
            uint256 costs = (pool.pooledEther * policy_.costsBasisPoints * elapsed) / (BASIS_POINTS * 365 days);
            uint256 allowed = Math.min(pool.maxCosts, newPooledEther - pool.pooledEther);
            (fees.operations, fees.costs) = (policy_.operations, Math.min(costs, allowed));
            last.costsChargedAt = uint64(block.timestamp);
        }

        uint256 highest = Math.mulDiv(pool.highWaterRateRay, pool.totalShares, RAY, Math.Rounding.Ceil);
        uint256 lift = Math.saturatingSub(newPooledEther - fees.costs, highest);
        (fees.treasury, fees.fee) = (policy_.treasury, (lift * policy_.feeBasisPoints) / BASIS_POINTS);
    }

    function _remember(LastReport memory last, Report calldata report) private pure {
        last.refSlot = uint256(report.refSlot).toUint32();
        last.clBalanceGwei = report.validatorsGwei + report.pendingGwei;
        last.stakedGwei = uint64(report.stakedWei / 1 gwei);
        last.creditedFromVaults = uint256(report.vaultsReceivedWei).toUint96();
        last.stakedKeys = uint256(report.stakedKeys).toUint24();
        last.exitedKeys = uint256(report.exitedKeys).toUint24();
        last.slashedKeys = uint256(report.slashedKeys).toUint24();
        last.lostKeys = uint256(report.lostKeys).toUint24();
    }

    /// @dev Writes each slot once, where an assignment of the struct writes it once for each field.
    function _store(LastReport memory last) private {
        uint256 counters =
            (uint256(last.lostKeys) << 232) |
                (uint256(last.slashedKeys) << 208) |
                (uint256(last.exitedKeys) << 184) |
                (uint256(last.stakedKeys) << 160);
        uint256 first =
            counters | (uint256(last.stakedGwei) << 96) | (uint256(last.clBalanceGwei) << 32) | last.refSlot;
        uint256 second =
            (uint256(last.costsChargedAt) << 192) | (uint256(last.deferredRewards) << 96) | last.creditedFromVaults;
        LastReport storage kept = _accounting().last;
        // kept = last
        assembly ("memory-safe") {
            sstore(kept.slot, first)
            sstore(add(kept.slot, 1), second)
        }
    }

    function _finalize(uint256 lastId) private {
        address queue = IPoolETH(POOL_ETH).WITHDRAWAL_QUEUE();
        require(queue != address(0), ReportFieldOutOfRange("finalizeUpTo", lastId, 0, 0));
        IVault(WITHDRAWAL_VAULT).collect();
        IVault(REWARDS_VAULT).collect();
        IWithdrawalQueue(queue).finalize(lastId);
    }

    function _vaultsReceived(uint256 totalCollected) private view returns (uint256) {
        return WITHDRAWAL_VAULT.balance + REWARDS_VAULT.balance + totalCollected;
    }

    function _currentSlot() private view returns (uint256) {
        return Math.saturatingSub(block.timestamp, GENESIS_TIME) / SECONDS_PER_SLOT;
    }

    function _accounting() private pure returns (AccountingStorage storage $) {
        // $ = the struct at ACCOUNTING_STORAGE
        assembly ("memory-safe") {
            $.slot := ACCOUNTING_STORAGE
        }
    }
}
