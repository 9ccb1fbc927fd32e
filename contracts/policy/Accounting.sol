// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IAccounting} from "../interfaces/IAccounting.sol";
import {ICommittee} from "../interfaces/ICommittee.sol";
import {IPoolETH} from "../interfaces/IPoolETH.sol";
import {IVault} from "../interfaces/IVault.sol";
import {IWithdrawalQueue} from "../interfaces/IWithdrawalQueue.sol";
import {ReportChecks} from "../libraries/ReportChecks.sol";
import {Fees} from "../types/Fees.sol";
import {Report} from "../types/Report.sol";
import {ReportAmounts, reportAmounts} from "../types/ReportAmounts.sol";
import {ReportCounters, reportCounters} from "../types/ReportCounters.sol";
import {AnnouncedUpgrade} from "./AnnouncedUpgrade.sol";

/// @title Accounting
/// @notice Keeps the last report and turns each new one into a rebase. It holds no ether; it calls the committee, the
///         pool, the vaults and the withdrawal queue.
/// @custom:security-contact security@pooleth.example
contract Accounting is IAccounting, AnnouncedUpgrade {
    using ReportChecks for Report;

    /// @custom:storage-location erc7201:pooleth.Accounting
    struct AccountingStorage {
        ReportCounters counters;
        ReportAmounts amounts;
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
    /// @param authority Access manager.
    /// @param poolETH The pool.
    /// @param withdrawalVault Its withdrawal vault.
    /// @param rewardsVault Its rewards vault.
    /// @param genesisTime Time of slot zero, seconds.
    /// @param secondsPerSlot Seconds of one slot.
    /// @param slotsPerFrame Slots between two reports.
    constructor(
        address authority,
        address poolETH,
        address withdrawalVault,
        address rewardsVault,
        uint256 genesisTime,
        uint256 secondsPerSlot,
        uint256 slotsPerFrame
    ) AnnouncedUpgrade(authority) {
        require(secondsPerSlot != 0, PolicyOutOfRange("secondsPerSlot", 0));
        require(slotsPerFrame != 0, PolicyOutOfRange("slotsPerFrame", 0));
        POOL_ETH = poolETH;
        WITHDRAWAL_VAULT = withdrawalVault;
        REWARDS_VAULT = rewardsVault;
        GENESIS_TIME = genesisTime;
        SECONDS_PER_SLOT = secondsPerSlot;
        SLOTS_PER_FRAME = slotsPerFrame;
    }

    /// @notice Sets up the proxy, in its constructor.
    /// @param policy_ Fees and bounds.
    function initialize(Policy calldata policy_) external initializer {
        _setPolicy(policy_);
        _accounting().amounts = reportAmounts(0, 0, block.timestamp, 0);
    }

    /* EVERYBODY */

    /// @inheritdoc IAccounting
    function applyReport(Report calldata report, bytes calldata signatures) external {
        IPoolETH.RebaseState memory pool = IPoolETH(POOL_ETH).rebaseState();

        ReportChecks.Votes memory votes;
        (votes.signers, votes.members) = ICommittee(pool.committee).requireQuorum(report.hash(), signatures);
        (ReportCounters last, ReportAmounts amounts) = (_accounting().counters, _accounting().amounts);
        ReportCounters counters = _check(report, last, amounts.creditedFromVaults(), pool.totalCollected);

        int256 rewards = _rewards(counters, last, report.vaultsReceivedWei, amounts.creditedFromVaults());
        (uint256 newPooledEther, uint256 deferred) = _settle(
            _plus(rewards, amounts.deferredRewards()),
            pool,
            votes,
            counters.keysLostSince(last)
        );
        (Fees memory fees, uint256 chargedAt) = _fees(amounts.costsChargedAt(), pool, newPooledEther);
        _keep(report, counters, deferred, chargedAt);
        emit ReportProcessed(counters.refSlot(), counters.clBalanceGwei(), report.vaultsReceivedWei, rewards, deferred);

        IPoolETH(POOL_ETH).rebase(newPooledEther, fees, _unbufferedGwei(counters, deferred));
        if (report.finalizeUpTo != 0)
            _finalize(report.finalizeUpTo, _spendable(report.vaultsReceivedWei, pool.totalCollected));
    }

    /// @inheritdoc IAccounting
    function skim() external returns (uint256 ethAmount) {
        ReportAmounts amounts = _accounting().amounts;
        uint256 credited = amounts.creditedFromVaults();
        uint256 accountedFor = bufferedEther() + IPoolETH(POOL_ETH).totalCollected();
        ethAmount = Math.saturatingSub(POOL_ETH.balance + credited, accountedFor);
        require(ethAmount != 0, NothingToSkim());

        uint256 deferred = amounts.deferredRewards() + ethAmount;
        _accounting().amounts = reportAmounts(credited, deferred, amounts.costsChargedAt(), amounts.exitingKeys());
        emit Skimmed(ethAmount);
    }

    /* ADMIN */

    /// @inheritdoc IAccounting
    function setPolicy(Policy calldata newPolicy) external restricted {
        _setPolicy(newPolicy);
    }

    /* VIEWS */

    /// @inheritdoc IAccounting
    function nextGain() external view returns (uint256) {
        uint256 perReport =
            (IPoolETH(POOL_ETH).totalPooledEther() * _accounting().policy.maxGainBasisPoints) / BASIS_POINTS;
        return perReport + _accounting().amounts.deferredRewards();
    }

    /// @inheritdoc IAccounting
    function bufferedEther() public view returns (uint256) {
        ReportCounters last = _accounting().counters;
        uint256 owned = IPoolETH(POOL_ETH).totalPooledEther() + _accounting().amounts.deferredRewards();
        uint256 unreported = IPoolETH(POOL_ETH).totalStaked() - last.stakedWei();
        // Below zero only if more was staked than the pool owned, which `PoolManager` does not do.
        return Math.saturatingSub(owned, unreported + last.clBalanceWei());
    }

    /// @inheritdoc IAccounting
    function lastReport() external view returns (LastReport memory last) {
        ReportCounters counters = _accounting().counters;
        ReportAmounts amounts = _accounting().amounts;
        last.refSlot = uint32(counters.refSlot());
        last.clBalanceGwei = uint64(counters.clBalanceGwei());
        last.stakedGwei = uint64(counters.stakedGwei());
        last.stakedKeys = uint24(counters.stakedKeys());
        last.exitedKeys = uint24(counters.exitedKeys());
        last.slashedKeys = uint24(counters.slashedKeys());
        last.lostKeys = uint24(counters.lostKeys());
        last.creditedFromVaults = uint96(amounts.creditedFromVaults());
        last.deferredRewards = uint96(amounts.deferredRewards());
        last.costsChargedAt = uint40(amounts.costsChargedAt());
        last.exitingKeys = uint24(amounts.exitingKeys());
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

    /// @dev Whether it is the report's time, and what it says can be true. Returns what is kept of it.
    function _check(
        Report calldata report,
        ReportCounters last,
        uint256 lastCredited,
        uint256 totalCollected
    ) private view returns (ReportCounters) {
        ReportChecks.requireCurrent(report.refSlot, last.refSlot(), SLOTS_PER_FRAME, _currentSlot());
        // Stake that the last report named is there, so only what is new is looked up.
        uint256 lastStakedWei = last.stakedWei();
        if (report.stakedWei != lastStakedWei) report.requireStaked(lastStakedWei, IPoolETH(POOL_ETH).totalStaked());
        _requireReceived(report.vaultsReceivedWei, lastCredited, totalCollected);
        report.requireKeys(last);
        return reportCounters(report);
    }

    /// @dev The withdrawal vault is looked at only if the rewards vault does not cover what is credited: validators with
    ///      compounding credentials pay nothing out on most days.
    function _requireReceived(uint256 credited, uint256 lastCredited, uint256 collected) private view {
        // All ether there is stays below 2^96 wei.
        unchecked {
            uint256 received = collected + REWARDS_VAULT.balance;
            if (credited >= lastCredited && credited <= received) return;
            ReportChecks.requireReceived(credited, lastCredited, received + WITHDRAWAL_VAULT.balance);
        }
    }

    /// @dev The counters were checked: no more keys are exiting than were staked to.
    function _keep(Report calldata report, ReportCounters counters, uint256 deferred, uint256 chargedAt) private {
        _accounting().counters = counters;
        _accounting().amounts = reportAmounts(report.vaultsReceivedWei, deferred, chargedAt, report.exitingKeys);
    }

    /// @dev (CL + vaults) now - (CL + vaults) before - stake newly reported, wei.
    function _rewards(
        ReportCounters counters,
        ReportCounters last,
        uint256 credited,
        uint256 lastCredited
    ) private pure returns (int256) {
        // Gwei have 64 bits and wei 128, so nothing overflows; stake does not shrink.
        unchecked {
            uint256 afterwards = counters.clBalanceWei() + credited;
            uint256 before = last.clBalanceWei() + lastCredited;
            uint256 newlyStaked = counters.stakedWei() - last.stakedWei();
            return int256(afterwards) - int256(before + newlyStaked);
        }
    }

    /// @dev Neither has more than 130 bits.
    function _plus(int256 rewards, uint256 deferred) private pure returns (int256) {
        unchecked {
            return rewards + int256(deferred);
        }
    }

    /// @dev Books rewards, with those deferred before, as a gain or a loss of the pool. Returns what stays deferred.
    function _settle(
        int256 available,
        IPoolETH.RebaseState memory pool,
        ReportChecks.Votes memory votes,
        uint256 newlyLostKeys
    ) private view returns (uint256 newPooledEther, uint256 deferred) {
        uint256 pooledEther = pool.pooledEther;
        if (available >= 0) {
            uint256 released = _releasable(uint256(available), pool);
            // No more is released than is available.
            unchecked {
                return (pooledEther + released, uint256(available) - released);
            }
        }

        uint256 loss = uint256(-available);
        uint256 maxLoss = (pooledEther * _accounting().policy.maxLossBasisPoints) / BASIS_POINTS;
        ReportChecks.requireSignersForLoss(loss, pooledEther, votes);
        ReportChecks.requireLossAllowed(loss, maxLoss, newlyLostKeys, pool.announcedLoss);
        return (Math.saturatingSub(pooledEther, loss), 0);
    }

    /// @dev As much of the rewards as this report, and custody, let the share rate rise.
    function _releasable(uint256 available, IPoolETH.RebaseState memory pool) private view returns (uint256 allowed) {
        // Pooled ether has 96 bits.
        unchecked {
            allowed = (pool.pooledEther * _accounting().policy.maxGainBasisPoints) / BASIS_POINTS;
        }
        if (allowed < pool.restorable) allowed = pool.restorable;
        if (allowed > pool.maxGain) allowed = pool.maxGain;
        if (allowed > available) allowed = available;
    }

    /// @dev The fee counts from the highest share rate ever, so that a loss is earned back first. Running costs do not, so
    ///      that the pool's own rewards pay for its clusters after a loss; but they never lower the rate. Returns too when
    ///      running costs were charged last.
    function _fees(
        uint256 lastChargedAt,
        IPoolETH.RebaseState memory pool,
        uint256 newPooledEther
    ) private view returns (Fees memory fees, uint256 chargedAt) {
        chargedAt = lastChargedAt;
        if (newPooledEther <= pool.pooledEther) return (fees, chargedAt);

        Policy storage policy_ = _accounting().policy;
        uint256 elapsed = block.timestamp - chargedAt;
        if (elapsed >= COSTS_PERIOD) {
            uint256 costs = (pool.pooledEther * policy_.costsBasisPoints * elapsed) / (BASIS_POINTS * 365 days);
            uint256 allowed = Math.min(pool.maxCosts, newPooledEther - pool.pooledEther);
            (fees.operations, fees.costs) = (policy_.operations, Math.min(costs, allowed));
            chargedAt = block.timestamp;
        }

        // Rates have 128 bits, shares 96, and the costs are no more than the gain.
        unchecked {
            uint256 highest = (pool.highWaterRateRay * pool.totalShares + RAY - 1) / RAY;
            uint256 lift = Math.saturatingSub(newPooledEther - fees.costs, highest);
            (fees.treasury, fees.fee) = (policy_.treasury, (lift * policy_.feeBasisPoints) / BASIS_POINTS);
        }
    }

    /// @dev What the consensus layer holds beyond the stake, and what is deferred, as `PoolETH.rebase` wants it.
    function _unbufferedGwei(ReportCounters counters, uint256 deferred) private pure returns (int64) {
        // By the books this is pooled less buffered ether less stake, and nobody has 2^63 Gwei.
        unchecked {
            int256 beyondStake = int256(counters.clBalanceGwei()) - int256(counters.stakedGwei());
            return int64(beyondStake - int256(deferred / 1 gwei));
        }
    }

    /// @dev As far as buffered ether goes, `maxEther` wei. That nobody can be paid must not keep the report from being booked.
    function _finalize(uint256 lastId, uint256 maxEther) private {
        IWithdrawalQueue queue = IWithdrawalQueue(IPoolETH(POOL_ETH).WITHDRAWAL_QUEUE());
        try queue.finalize(lastId, maxEther) {} catch {
            _finalizePart(queue, lastId, maxEther);
        }
    }

    /// @dev Finalizes as many requests as `maxEther` suffices for, after fetching ether for them.
    function _finalizePart(IWithdrawalQueue queue, uint256 lastId, uint256 maxEther) private {
        (uint256 payableId, uint256 required) = queue.payableUpTo(lastId, maxEther);
        if (payableId == 0) return;
        if (POOL_ETH.balance < required) IVault(WITHDRAWAL_VAULT).collect();
        if (POOL_ETH.balance < required) IVault(REWARDS_VAULT).collect();
        try queue.finalize(payableId, maxEther) {} catch (bytes memory reason) {
            // Without a reason it ran out of gas, which whoever sends the report must not get to choose.
            require(reason.length != 0, FinalizationOutOfGas(payableId));
            emit FinalizationRefused(payableId, reason);
        }
    }

    /// @dev Wei that are owned and not staked, without looking at stake: what is in the pool and was credited, collected or
    ///      not. Ether that was forced into the pool counts; what came into the vaults after the reference slot does not.
    function _spendable(uint256 credited, uint256 totalCollected) private view returns (uint256) {
        return Math.saturatingSub(POOL_ETH.balance + credited, totalCollected);
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
