// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Fees} from "../types/Fees.sol";
import {ApprovalGuard, StakeKeys} from "../types/Stake.sol";
import {IInstantRedemptions} from "./IInstantRedemptions.sol";
import {IPoolControls} from "./IPoolControls.sol";
import {IRebasingToken} from "./IRebasingToken.sol";

/// @title IPoolETH
/// @notice Token, ledger and safe of the pool. It holds the ether that is not staked yet, and sends ether for three things
///         only: to the deposit contract, for keys that the committee approved, to the withdrawal queue, and to holders who
///         redeem at once, for the shares that are burned for it.
interface IPoolETH is IRebasingToken, IPoolControls, IInstantRedemptions {
    /// @dev Contracts and limits that are fixed at deployment.
    struct Config {
        address authority;
        address depositContract;
        address withdrawalVault;
        address rewardsVault;
        address withdrawalQueue;
        address poolManager;
        address accounting;
        address committee;
        /// @dev Growth that reports may book in a year, as a fraction of the pool scaled by 1e18.
        uint256 maxGrowthPerYearWad;
        /// @dev Most that the pool takes at first, whole ether.
        uint24 capEth;
    }

    /// @dev What a report needs to know before it proposes a rebase.
    struct RebaseState {
        uint256 totalShares;
        uint256 pooledEther;
        /// @dev Highest share rate after fees, 1e27.
        uint256 highWaterRateRay;
        /// @dev Largest gain that a rebase may book now, wei.
        uint256 maxGain;
        /// @dev The part of it that only takes a large loss back, wei.
        uint256 restorable;
        /// @dev Largest running costs that a rebase may charge now, wei.
        uint256 maxCosts;
        /// @dev Largest loss that may be booked by announcement now, wei; zero for none.
        uint256 announcedLoss;
        uint256 totalCollected;
        address committee;
    }

    /// @notice A deposit named somebody who referred the depositor.
    /// @param receiver Who received the shares.
    /// @param referral Who is named.
    /// @param ethAmount Wei deposited.
    event Referred(address indexed receiver, address indexed referral, uint256 ethAmount);
    /// @notice Ether went to the deposit contract.
    /// @param keys Number of keys.
    /// @param ethAmount Wei for all of them.
    event Staked(uint256 keys, uint256 ethAmount);
    /// @notice A report changed the share rate, or confirmed it.
    /// @param timeElapsed Seconds since the rebase before.
    /// @param preTotalShares All shares before.
    /// @param preTotalEther Total pooled ether before, wei.
    /// @param postTotalShares All shares after, with fee shares.
    /// @param postTotalEther Total pooled ether after, wei.
    /// @param feeShares Shares minted as fees and for running costs.
    event Rebased(
        uint256 timeElapsed,
        uint256 preTotalShares,
        uint256 preTotalEther,
        uint256 postTotalShares,
        uint256 postTotalEther,
        uint256 feeShares
    );
    /// @notice A vault sent ether.
    /// @param vault Which one.
    /// @param ethAmount Wei.
    event CollectedFrom(address indexed vault, uint256 ethAmount);

    /// @notice The constructor must be given exactly the ether that backs the locked shares.
    /// @param sent Wei sent.
    /// @param required Wei needed.
    error InitialEtherMismatch(uint256 sent, uint256 required);
    /// @notice The growth limit is zero or too large.
    /// @param growthPerYearWad Fraction of the pool given, scaled by 1e18.
    /// @param maximum Most.
    error GrowthLimitOutOfRange(uint256 growthPerYearWad, uint256 maximum);
    /// @notice Only one contract may call this function.
    /// @param caller Who called.
    /// @param expected Who may.
    error CallerNotPeer(address caller, address expected);
    /// @notice A deposit is smaller than the minimum.
    /// @param ethAmount Wei sent.
    /// @param minimum Wei needed.
    error DepositBelowMinimum(uint256 ethAmount, uint256 minimum);
    /// @notice A deposit would lift the pool above its cap.
    /// @param pooledEther Total pooled ether that would result, wei.
    /// @param cap Most that the pool takes, wei.
    error CapExceeded(uint256 pooledEther, uint256 cap);
    /// @notice An amount of ether is worth no share, or shares are worth no ether.
    error NothingToExchange();
    /// @notice The pool has less ether at hand.
    /// @param available Wei there are.
    /// @param required Wei needed.
    error InsufficientEther(uint256 available, uint256 required);
    /// @notice The packed keys do not have the right lengths.
    /// @param pubkeys Bytes of public keys.
    /// @param signatures Bytes of signatures.
    /// @param roots Bytes of deposit data roots.
    error KeysLengthMismatch(uint256 pubkeys, uint256 signatures, uint256 roots);
    /// @notice Not this many keys were offered, or none is to be staked.
    /// @param count Keys to stake.
    /// @param offered Keys offered.
    error KeyCountOutOfRange(uint256 count, uint256 offered);
    /// @notice A validator with 0x01 credentials takes 32 ETH, one with 0x02 from 32 to 2048 ETH.
    /// @param amountGwei Gwei given.
    error StakeAmountOutOfRange(uint256 amountGwei);
    /// @notice More than a day's limit would be staked.
    /// @param ethAmount Wei to stake.
    /// @param allowed Wei that may be staked now.
    error StakingLimitExceeded(uint256 ethAmount, uint256 allowed);
    /// @notice An approval came after its deadline.
    /// @param deadline Last timestamp of use, seconds.
    error ApprovalExpired(uint256 deadline);
    /// @notice The block in which the members looked is not among the last 256.
    /// @param blockNumber Block named.
    error ApprovalBlockUnknown(uint256 blockNumber);
    /// @notice Somebody deposited since the members looked; their approval may be outdated.
    /// @param approved Deposits then.
    /// @param actual Deposits now.
    error DepositCountChanged(uint256 approved, uint256 actual);
    /// @notice Fees need a receiver that can hold shares, and a rebase must leave ether.
    /// @param pooledEther Total pooled ether proposed, wei.
    error PooledEtherOutOfRange(uint256 pooledEther);

    /// @notice Stakes `msg.value` and mints shares to `receiver`.
    /// @dev Rounds shares down, in favour of the pool. Ether sent without data is a deposit for the sender.
    /// @param receiver Account that receives the shares; neither zero nor the pool itself.
    /// @param referral Somebody to name in an event; zero for nobody.
    /// @return shares Shares minted, 18 decimals.
    /// @custom:error DepositBelowMinimum If `msg.value` is below 0.001 ETH.
    /// @custom:error CapExceeded If the pool would grow above its cap.
    /// @custom:error ReportStale If the last rebase is older than 14 days.
    /// @custom:error DepositsArePaused, ShutByLoss While deposits are shut.
    /// @custom:emits Transfer, TransferShares, and Referred if a referral is named
    function deposit(address receiver, address referral) external payable returns (uint256 shares);

    /// @notice Stakes ether to the first `count` of the offered keys. Only the pool manager may call.
    /// @dev The committee must have approved all offered keys together: their public keys, deposit signatures, amount and
    ///      credentials. The approval is void as soon as anybody else deposits.
    /// @param keys Keys offered.
    /// @param count How many of them to stake to.
    /// @param guard What the members saw.
    /// @param approvals Their signatures, see `ICommittee.requireQuorum`.
    /// @custom:error CallerNotPeer If the caller is not the pool manager.
    /// @custom:error StakingIsPaused While the guardian pauses.
    /// @custom:error StakingLimitExceeded If more than max(1,600 ETH, 10 % of the pool) went out within 24 to 28 hours.
    /// @custom:error KeysLengthMismatch, KeyCountOutOfRange, StakeAmountOutOfRange, InsufficientEther For wrong input.
    /// @custom:error ApprovalExpired, ApprovalBlockUnknown, DepositCountChanged If the approval is outdated.
    /// @custom:emits Staked
    function stake(
        StakeKeys calldata keys,
        uint256 count,
        ApprovalGuard calldata guard,
        bytes calldata approvals
    ) external;

    /// @notice Sets total pooled ether and mints fee shares, within the fixed bounds. Only `Accounting` may call.
    /// @dev Fees come out of the new total: their shares are worth what is charged, rounded down.
    /// @param newPooledEther Total pooled ether, wei.
    /// @param fees Fee and running costs with their receivers; no shares are minted for zero.
    /// @param unbufferedGwei Balance on the consensus layer, less stake reported, less deferred rewards, Gwei, rounded up;
    ///        `stakingState` tells by it what is buffered.
    /// @return feeShares Shares minted.
    /// @custom:error CallerNotPeer If the caller is not `Accounting`.
    /// @custom:error GainAboveLimit, LossAboveLimit, FeeAboveLimit, CostsAboveLimit If a bound is exceeded.
    /// @custom:error PooledEtherOutOfRange If the total would be zero or above 2^96 - 1.
    /// @custom:emits Rebased, and Transfer and TransferShares for fees
    function rebase(
        uint256 newPooledEther,
        Fees calldata fees,
        int64 unbufferedGwei
    ) external returns (uint256 feeShares);

    /// @notice Moves shares of a holder to the withdrawal queue. Only the queue may call, for a holder who called it.
    /// @param holder Whose shares.
    /// @param shares Number of shares, 18 decimals.
    /// @return ethAmount Their worth in wei, rounded down.
    /// @custom:error CallerNotPeer If the caller is not the queue.
    /// @custom:error InsufficientShares If the holder has fewer.
    /// @custom:emits Transfer, TransferShares
    function lockShares(address holder, uint256 shares) external returns (uint256 ethAmount);

    /// @notice Burns shares that the queue holds and pays it their worth, rounded down. Only the queue may call.
    /// @param shares Number of shares, 18 decimals.
    /// @return ethAmount Wei paid.
    /// @custom:error CallerNotPeer If the caller is not the queue.
    /// @custom:error ShutByLoss While a loss is announced, and for three days after a large one.
    /// @custom:error InsufficientEther If the pool has less at hand.
    /// @custom:emits Transfer, TransferShares
    function payForShares(uint256 shares) external returns (uint256 ethAmount);

    /// @notice Takes ether from a vault; it mints nothing.
    /// @custom:error CallerNotPeer If the caller is not a vault.
    /// @custom:emits CollectedFrom
    function receiveCollected() external payable;

    /// @notice What a report needs to know.
    function rebaseState() external view returns (RebaseState memory);

    /// @notice Wei ever sent to the deposit contract.
    function totalStaked() external view returns (uint256);

    /// @notice What an activation needs to know.
    /// @return buffered Wei that are owned and not staked, by what the last rebase was told, rounded down to what Gwei can
    ///         say. `Accounting.bufferedEther` says it to the wei, and counts what was skimmed since.
    /// @return waiting Wei that the shares in the withdrawal queue are worth, rounded up.
    /// @return allowance See `stakingAllowance`.
    function stakingState() external view returns (uint256 buffered, uint256 waiting, uint256 allowance);

    /// @notice Credentials of all validators.
    /// @param compounding Whether they begin with 0x02 instead of 0x01.
    function withdrawalCredentials(bool compounding) external view returns (bytes32);

    /// @notice The Ethereum deposit contract.
    function DEPOSIT_CONTRACT() external view returns (address);

    /// @notice The vault that validators pay out to.
    function WITHDRAWAL_VAULT() external view returns (address);

    /// @notice The vault that tips and MEV go to.
    function REWARDS_VAULT() external view returns (address);

    /// @notice The withdrawal queue.
    function WITHDRAWAL_QUEUE() external view returns (address);

    /// @notice The pool manager.
    function POOL_MANAGER() external view returns (address);

    /// @notice The accounting.
    function ACCOUNTING() external view returns (address);
}
