// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

import {IAccounting} from "../interfaces/IAccounting.sol";
import {ICommittee} from "../interfaces/ICommittee.sol";
import {IPoolETH} from "../interfaces/IPoolETH.sol";
import {IWithdrawalQueue} from "../interfaces/IWithdrawalQueue.sol";
import {BeaconDeposits} from "../libraries/BeaconDeposits.sol";
import {Pauses} from "../libraries/Pauses.sol";
import {RebaseLimits} from "../libraries/RebaseLimits.sol";
import {StakingLimit} from "../libraries/StakingLimit.sol";
import {Fees} from "../types/Fees.sol";
import {PoolTotals} from "../types/PoolTotals.sol";
import {Savings, savingsOf} from "../types/Savings.sol";
import {ApprovalGuard, StakeKeys} from "../types/Stake.sol";
import {InstantRedemptions} from "./InstantRedemptions.sol";
import {RoleGated} from "./RoleGated.sol";

/// @title PoolETH
/// @notice Holds the pool's ether that is not staked yet and the ledger of its shares. It calls the deposit contract, the
///         withdrawal queue, and the committee.
/// @custom:security-contact security@pooleth.example
contract PoolETH is InstantRedemptions {
    using BeaconDeposits for BeaconDeposits.PackedKeys;
    using BeaconDeposits for StakeKeys;
    using Pauses for Pauses.Context;
    using RebaseLimits for RebaseLimits.Context;
    using StakingLimit for StakingLimit.Context;

    /// @dev Locked at deployment, so that the share rate is never 0 / 0.
    uint256 private constant INITIAL_ETHER = 1e9;
    address private constant DEAD = 0x000000000000000000000000000000000000dEaD;
    /// @dev A hundredfold a year, for test networks whose time runs fast; saved up, it fits its 40 bits.
    uint256 private constant MAX_GROWTH_WAD = 100e18;
    uint256 private constant WAD = 1e18;

    bytes32 private constant APPROVAL_TYPEHASH = keccak256(
        "ActivationApproval(bytes32 keysHash,bytes32 withdrawalCredentials,uint64 amountGwei,uint64 depositCount,uint64 blockNumber,bytes32 blockHash,uint64 deadline)"
    );

    /// @inheritdoc IPoolETH
    address public immutable DEPOSIT_CONTRACT;
    /// @inheritdoc IPoolETH
    address public immutable WITHDRAWAL_VAULT;
    /// @inheritdoc IPoolETH
    address public immutable REWARDS_VAULT;
    /// @inheritdoc IPoolETH
    address public immutable WITHDRAWAL_QUEUE;
    /// @inheritdoc IPoolETH
    address public immutable POOL_MANAGER;
    /// @inheritdoc IPoolETH
    address public immutable ACCOUNTING;
    /// @notice Growth that reports may book in a year, as a fraction of the pool scaled by 1e18.
    uint256 public immutable MAX_GROWTH_PER_YEAR_WAD;

    uint256 private immutable GROWTH_PER_YEAR;

    modifier onlyPeer(address peer) {
        require(msg.sender == peer, CallerNotPeer(msg.sender, peer));
        _;
    }

    /// @notice Fixes peers and limits, and locks the first shares.
    /// @param config Contracts and limits; policy, vaults, queue and committee must name this pool as theirs.
    constructor(Config memory config) payable RoleGated(IAccessManager(config.authority)) {
        require(msg.value == INITIAL_ETHER, InitialEtherMismatch(msg.value, INITIAL_ETHER));
        require(config.depositContract.code.length != 0, PeerMismatch(config.depositContract));
        require(config.authority.code.length != 0, PeerMismatch(config.authority));
        _requirePointsHere(config.poolManager);
        _requirePointsHere(config.accounting);
        _requirePointsHere(config.withdrawalVault);
        _requirePointsHere(config.rewardsVault);
        _requirePointsHere(config.committee);
        _requirePointsHere(config.withdrawalQueue);

        require(
            config.maxGrowthPerYearWad != 0 && config.maxGrowthPerYearWad <= MAX_GROWTH_WAD,
            GrowthLimitOutOfRange(config.maxGrowthPerYearWad, MAX_GROWTH_WAD)
        );

        DEPOSIT_CONTRACT = config.depositContract;
        WITHDRAWAL_VAULT = config.withdrawalVault;
        REWARDS_VAULT = config.rewardsVault;
        WITHDRAWAL_QUEUE = config.withdrawalQueue;
        POOL_MANAGER = config.poolManager;
        ACCOUNTING = config.accounting;
        MAX_GROWTH_PER_YEAR_WAD = config.maxGrowthPerYearWad;
        GROWTH_PER_YEAR = (config.maxGrowthPerYearWad * RebaseLimits.FRACTION) / WAD;
        committee = config.committee;

        _totals = PoolTotals.wrap(0).rebased(INITIAL_ETHER, INITIAL_ETHER, block.timestamp).withCap(config.capEth);
        _limits.savings = savingsOf(RAY, 0, 0);
        _pauses.rearm();
        _mintShares(DEAD, INITIAL_ETHER, INITIAL_ETHER);
        emit CommitteeChanged(address(0), config.committee);
    }

    /* POLICY */

    /// @inheritdoc IPoolETH
    function stake(
        StakeKeys calldata keys,
        uint256 count,
        ApprovalGuard calldata guard,
        bytes calldata approvals
    ) external onlyPeer(POOL_MANAGER) {
        BeaconDeposits.PackedKeys memory packed = keys.unpack();
        require(count != 0 && count <= packed.offered, KeyCountOutOfRange(count, packed.offered));
        require(StakingLimit.isAmountValid(keys.amountGwei, keys.compounding), StakeAmountOutOfRange(keys.amountGwei));
        PoolTotals totals = _totals;
        if (_isStakingPaused(totals)) revert StakingIsPaused(_pauses.stakingUntil);

        (uint256 amountEach, uint256 ethAmount) = (0, 0);
        // Few keys fit into calldata, and an amount has 64 bits.
        unchecked {
            amountEach = uint256(keys.amountGwei) * 1 gwei;
            ethAmount = amountEach * count;
        }
        _requireUnclaimed(totals, ethAmount);
        bytes32 credentials = withdrawalCredentials(keys.compounding);
        _requireApproval(packed.hashOf(), credentials, keys.amountGwei, guard, approvals);

        _staking.spend(ethAmount, totals.pooledEther());
        emit Staked(count, ethAmount);

        BeaconDeposits.depositEach(DEPOSIT_CONTRACT, packed, count, credentials, amountEach);
    }

    /// @inheritdoc IPoolETH
    function rebase(
        uint256 newPooledEther,
        Fees calldata fees,
        int64 unbufferedGwei
    ) external onlyPeer(ACCOUNTING) returns (uint256 feeShares) {
        if (newPooledEther == 0 || newPooledEther > type(uint96).max) revert PooledEtherOutOfRange(newPooledEther);
        PoolTotals totals = _totals;
        uint256 shares = totals.shares();
        uint256 pooledEther = totals.pooledEther();
        uint256 elapsed = block.timestamp - totals.lastRebase();

        Savings savings = _limits.open(elapsed, GROWTH_PER_YEAR);
        if (newPooledEther > pooledEther) {
            savings = _limits.bookGain(savings, pooledEther, newPooledEther, shares, totals.flags() != 0);
        } else if (newPooledEther < pooledEther) {
            _limits.bookLoss(pooledEther, newPooledEther, shares);
            totals = totals.withFlags(GATED);
        }
        (savings, feeShares) = _charge(savings, fees, newPooledEther, shares);

        if (totals.flags() != 0 && _areDepositsOpen() && !_pauses.isStakingPaused()) totals = totals.withFlags(0);
        _totals = totals.rebased(shares + feeShares, newPooledEther, block.timestamp);
        _limits.close(savings, newPooledEther, shares + feeShares, unbufferedGwei);

        emit Rebased(elapsed, shares, pooledEther, shares + feeShares, newPooledEther, feeShares);
    }

    /* CUSTODY */

    /// @inheritdoc IPoolETH
    function lockShares(address holder, uint256 shares) external onlyPeer(WITHDRAWAL_QUEUE) returns (uint256) {
        PoolTotals totals = _totals;
        if (!totals.isQueued()) _totals = totals.withQueued(true);
        return _transferShares(holder, msg.sender, shares, totals);
    }

    /// @inheritdoc IPoolETH
    function payForShares(uint256 shares) external onlyPeer(WITHDRAWAL_QUEUE) returns (uint256 ethAmount) {
        PoolTotals totals = _totals;
        // A loss that shuts it leaves a flag.
        if (totals.flags() != 0) {
            bool isShut = _limits.isAnnounced() || _limits.isSettling();
            require(!isShut, ShutByLoss(_limits.announcedAt, _limits.largeLossAt));
        }
        ethAmount = _burnShares(msg.sender, shares);
        require(ethAmount != 0, NothingToExchange());
        require(ethAmount <= address(this).balance, InsufficientEther(address(this).balance, ethAmount));
        _totals = totals.minus(shares, ethAmount).withQueued(_holders[msg.sender].shares != 0);

        IWithdrawalQueue(msg.sender).receiveEther{value: ethAmount}();
    }

    /// @inheritdoc IPoolETH
    function receiveCollected() external payable {
        require(
            msg.sender == WITHDRAWAL_VAULT || msg.sender == REWARDS_VAULT,
            CallerNotPeer(msg.sender, WITHDRAWAL_VAULT)
        );
        _totalCollected += uint96(msg.value);
        emit CollectedFrom(msg.sender, msg.value);
    }

    /* VIEWS */

    /// @inheritdoc IPoolETH
    function rebaseState() external view returns (RebaseState memory state) {
        PoolTotals totals = _totals;
        uint256 shares = totals.shares();
        uint256 pooledEther = totals.pooledEther();
        Savings savings = _limits.open(block.timestamp - totals.lastRebase(), GROWTH_PER_YEAR);
        state.totalShares = shares;
        state.pooledEther = pooledEther;
        state.highWaterRateRay = savings.highWaterRateRay();
        // Ether has 96 bits, savings 40.
        unchecked {
            state.maxGain = (savings.growth() * pooledEther) / RebaseLimits.FRACTION;
            state.maxCosts = (savings.costs() * pooledEther) / RebaseLimits.FRACTION;
        }
        if (totals.flags() != 0) {
            state.restorable = _limits.restorable(pooledEther, shares);
            state.maxGain += state.restorable;
            if (_limits.isAnnouncementRipe()) state.announcedLoss = _limits.announcedLoss;
        }
        (state.totalCollected, state.committee) = (_totalCollected, committee);
    }

    /// @inheritdoc IPoolETH
    function totalStaked() external view returns (uint256) {
        return _staking.totalStaked();
    }

    /// @inheritdoc IPoolETH
    function stakingState() external view returns (uint256 buffered, uint256 waiting, uint256 allowance) {
        PoolTotals totals = _totals;
        (buffered, waiting) = _bufferedEther(totals);
        allowance = _stakingAllowance(totals);
    }

    /// @inheritdoc IPoolETH
    function withdrawalCredentials(bool compounding) public view returns (bytes32) {
        return bytes32((uint256(compounding ? 2 : 1) << 248) | uint160(WITHDRAWAL_VAULT));
    }

    /* INTERNAL */

    /// @dev See `InstantRedemptions`.
    function _bufferedEther(PoolTotals totals) internal view override returns (uint256 buffered, uint256 waiting) {
        // Pooled ether has 96 bits, and the others no more than 64 in Gwei.
        unchecked {
            int256 unbuffered = _limits.savings.unbufferedGwei() * 1 gwei;
            int256 left = int256(totals.pooledEther()) - int256(_staking.totalStaked()) - unbuffered;
            if (left > 0) buffered = uint256(left);
        }
        waiting = _waitingEther(totals);
    }

    /// @dev See `InstantRedemptions`.
    function _nextGain() internal view override returns (uint256) {
        return IAccounting(ACCOUNTING).nextGain();
    }

    /* PRIVATE */

    /// @dev Checks what a rebase to `pooledEther` wei charges and mints it. Priced so that after all of it is minted, the
    ///      new shares are worth the fees and the shares of before the rest.
    function _charge(
        Savings savings,
        Fees calldata fees,
        uint256 pooledEther,
        uint256 shares
    ) private returns (Savings, uint256 feeShares) {
        (uint256 fee, uint256 costs) = (fees.fee, fees.costs);
        if (costs != 0) savings = RebaseLimits.chargeCosts(savings, pooledEther, costs);
        // Both were checked to be a small part of the pool, of which ether and shares have 96 bits.
        unchecked {
            if (fee != 0) RebaseLimits.requireFee(savings, pooledEther - costs, shares, fee);
            uint256 holdersEther = pooledEther - fee - costs;
            if (fee != 0) feeShares = _mintFee(fees.treasury, fee, (fee * shares) / holdersEther);
            if (costs != 0) feeShares += _mintFee(fees.operations, costs, (costs * shares) / holdersEther);
        }
        return (savings, feeShares);
    }

    function _mintFee(address receiver, uint256 ethAmount, uint256 shares) private returns (uint256) {
        if (shares == 0) return 0;
        _requireReceiver(receiver);
        _mintShares(receiver, shares, ethAmount);
        return shares;
    }

    /// @dev What the queue waits for is not staked, whatever policy takes for free.
    function _requireUnclaimed(PoolTotals totals, uint256 ethAmount) private view {
        uint256 waiting = _waitingEther(totals);
        uint256 available = address(this).balance;
        available = available > waiting ? available - waiting : 0;
        require(ethAmount <= available, InsufficientEther(available, ethAmount));
    }

    /// @dev What the shares in the queue are worth: all of them wait.
    function _waitingEther(PoolTotals totals) private view returns (uint256) {
        return totals.isQueued() ? toEtherUp(_holders[WITHDRAWAL_QUEUE].shares) : 0;
    }

    /// @dev Binding the deposit signatures too keeps a policy from burning stake with wrong ones, which the deposit
    ///      contract would accept.
    function _requireApproval(
        bytes32 keysHash,
        bytes32 credentials,
        uint256 amountGwei,
        ApprovalGuard calldata guard,
        bytes calldata approvals
    ) private view {
        (uint256 deadline, uint256 blockNumber) = (guard.deadline, guard.blockNumber);
        if (block.timestamp > deadline) revert ApprovalExpired(deadline);
        bytes32 blockHash = blockhash(blockNumber);
        if (blockHash == 0) revert ApprovalBlockUnknown(blockNumber);
        uint256 depositCount = BeaconDeposits.depositCount(DEPOSIT_CONTRACT);
        if (depositCount != guard.depositCount) revert DepositCountChanged(guard.depositCount, depositCount);

        bytes32 structHash = keccak256(
            abi.encode(
                APPROVAL_TYPEHASH,
                keysHash,
                credentials,
                amountGwei,
                depositCount,
                blockNumber,
                blockHash,
                deadline
            )
        );
        ICommittee(committee).requireQuorum(structHash, approvals);
    }
}
