// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccounting} from "../../contracts/interfaces/IAccounting.sol";
import {IPoolManager} from "../../contracts/interfaces/IPoolManager.sol";
import {IWithdrawalRequests} from "../../contracts/interfaces/IWithdrawalRequests.sol";
import {ValidatorKeys} from "../helpers/ValidatorKeys.sol";
import {vm} from "../helpers/Vm.sol";
import {KeeperActions} from "./KeeperActions.sol";
import {QueueActions} from "./QueueActions.sol";
import {ReportActions} from "./ReportActions.sol";
import {StakerActions} from "./StakerActions.sol";
import {ValidatorActions} from "./ValidatorActions.sol";

/// @title PoolHandler
/// @notice Everything that can happen to a pool, in any order. It stands in this file because the runner
///         finds targets by the artifacts of the files it is given. Each action checks what must hold across it; what would
///         rightly be refused is either left out or checked to be refused.
contract PoolHandler is StakerActions, QueueActions, ValidatorActions, ReportActions, KeeperActions {
    constructor() {
        _deployPool();
    }

    function stakedSeed(uint256 index) external view returns (uint256) {
        return stakedSeeds[index];
    }

    function firstSeed(uint256 batchId) external view returns (uint256) {
        return firstSeedOf[batchId];
    }

    function clusterSize() external view returns (uint32) {
        return newestCluster.validatorCount;
    }
}

/// @title PoolInvariantTest
/// @notice What holds after any sequence of actions.
contract PoolInvariantTest {
    uint256 private constant WAD = 1e18;
    uint256 private constant RAY = 1e27;
    uint256 private constant INITIAL_ETHER = 1e9;
    uint256 private constant START_TIME = 1_800_000_000;
    /// @dev What rounding may have added to the rate while the pool held only the first 10^9 wei.
    uint256 private constant ROUNDING_WAD = 1e12;
    uint256 private constant SCENARIO_STEPS = 400;
    address private constant DEAD = 0x000000000000000000000000000000000000dEaD;
    bytes32 private constant IMPLEMENTATION_SLOT = bytes32(uint256(keccak256("eip1967.proxy.implementation")) - 1);

    PoolHandler private _handler;
    bytes32[3] private _implementations;

    function setUp() external {
        _handler = new PoolHandler();
        _implementations = _readImplementations();
    }

    function targetContracts() external view returns (address[] memory list) {
        list = new address[](1);
        list[0] = address(_handler);
    }

    /// @dev Invariants prove nothing about what the handler never does.
    function test_handlerReachesEveryOutcome() external {
        bytes4[21] memory actions = [
            _handler.bookLargeLoss.selector,
            _handler.confirmLoss.selector,
            _handler.discardBatch.selector,
            _handler.exit.selector,
            _handler.forceEther.selector,
            _handler.loseDeposit.selector,
            _handler.passTime.selector,
            _handler.pauseDeposits.selector,
            _handler.pauseStaking.selector,
            _handler.penalize.selector,
            _handler.processPending.selector,
            _handler.resume.selector,
            _handler.skim.selector,
            _handler.slash.selector,
            _handler.sweep.selector,
            _handler.topUp.selector,
            _handler.requestWithdrawal.selector,
            _handler.transferRequest.selector,
            _handler.claim.selector,
            _handler.redeem.selector,
            _handler.fallSilent.selector
        ];
        for (uint256 i = 0; i < SCENARIO_STEPS; ++i) {
            uint256 seed = uint256(keccak256(abi.encode(i)));
            (bool success, ) = address(_handler).call(
                abi.encodePacked(actions[seed % actions.length], keccak256(abi.encode(seed)), seed >> 8, seed >> 16)
            );
            vm.assertTrue(success, "no action reverts");
            _handler.deposit(seed >> 24, seed >> 32, seed >> 40);
            _handler.registerBatch(seed >> 48);
            _handler.activate(seed >> 56);
            _handler.earn(seed >> 64);
            if (seed % 3 == 0) _handler.report();
        }

        for (uint256 i = 0; i < 40; ++i) {
            _handler.deposit(i, 0, i << 100);
            _handler.requestWithdrawal(i, i, 1 ether);
            _handler.fallSilent(0);
            _handler.report();
        }
        _handler.observe();
        for (uint256 i = 0; i < 3; ++i) _handler.passTime(12 hours);
        _handler.report();

        bytes32[25] memory outcomes = [
            bytes32("deposit"),
            "deposit refused",
            "request",
            "claim",
            "request passed on",
            "finalization",
            "finalization refused",
            "stale finalization",
            "instant redemption",
            "discard",
            "activation",
            "nothing to activate",
            "penalty",
            "slashing",
            "lost deposit",
            "sweep",
            "top-up",
            "gain",
            "deferred gain",
            "loss",
            "announced loss",
            "loss confirmed",
            "report too late",
            "fee",
            "costs"
        ];
        for (uint256 i = 0; i < outcomes.length; ++i)
            vm.assertGt(_handler.happened(outcomes[i]), 0, string(abi.encodePacked("never reached: ", outcomes[i])));
    }

    function invariant_I1_I2_I3_I4_I6_sharesAndBalancesAddUp() external view {
        address[] memory holders = _handler.holders();
        (uint256 totalEther, uint256 totalShares) = (
            _handler.poolETH().totalPooledEther(),
            _handler.poolETH().totalShares()
        );
        uint256 shares = 0;
        uint256 balances = 0;
        for (uint256 i = 0; i < holders.length; ++i) {
            uint256 held = _handler.poolETH().sharesOf(holders[i]);
            uint256 balance = _handler.poolETH().balanceOf(holders[i]);
            vm.assertEq(balance, (held * totalEther) / totalShares, "I3: a balance is its shares' part of the pool");
            shares += held;
            balances += balance;
        }

        vm.assertEq(shares, totalShares, "I1: the shares of all holders are all shares");
        vm.assertLe(balances, totalEther, "I2: nobody owns what is not there");
        vm.assertLt(totalEther - balances, holders.length, "I2: less than one wei for each holder is rounded away");
        vm.assertEq(totalShares, _handler.modelShares(), "I4: shares come and go by deposits, fees and redemption");
        vm.assertEq(totalEther, _handler.modelEther(), "I4: ether comes and goes by deposits, reports and redemption");
        vm.assertEq(_handler.poolETH().sharesOf(DEAD), INITIAL_ETHER, "I6: the first shares stay locked");
    }

    function invariant_I11_I12_I13_I14_I20_theBooksBalance() external view {
        IAccounting.LastReport memory last = _handler.accounting().lastReport();
        uint256 owned = _handler.poolETH().totalPooledEther() + last.deferredRewards;
        uint256 buffered = _handler.accounting().bufferedEther();
        uint256 staked = _handler.poolETH().totalStaked();
        uint256 unreported = staked - uint256(last.stakedGwei) * 1 gwei;
        uint256 clWei = uint256(last.clBalanceGwei) * 1 gwei;

        int256 expected = _handler.modelBuffered();
        vm.assertEq(owned, _handler.modelOwned(), "I11: owned is all that came in and was earned");
        bool isBalanced = int256(owned) == expected + int256(unreported + clWei);
        vm.assertTrue(isBalanced, "I11: and is buffered, staked since, or in CL");
        vm.assertEq(buffered, expected > 0 ? uint256(expected) : 0, "I11: buffered is what was not staked or paid");
        (uint256 stakeable, , ) = _handler.poolETH().stakingState();
        vm.assertLe(stakeable, buffered, "I12: no more is stakeable than is buffered");
        vm.assertEq(staked, _handler.modelStaked(), "I13: staked is what the deposit contract received");
        vm.assertEq(uint256(last.stakedGwei) * 1 gwei, _handler.reportedStaked(), "I14: as of the reference slot");
        vm.assertEq(clWei, _handler.reportedClWei(), "I20: only reports change the CL balance");
        vm.assertEq(last.creditedFromVaults, _handler.reportedReceived(), "I20: and what vaults are credited with");

        uint256 inVaults = address(_handler.withdrawalVault()).balance + address(_handler.rewardsVault()).balance;
        uint256 received = inVaults + _handler.poolETH().totalCollected();
        vm.assertEq(received, _handler.modelReceived(), "I17: vaults never lose track of what they received");
        uint256 liquid = inVaults + address(_handler.poolETH()).balance;
        vm.assertGe(liquid, buffered, "I12: what is buffered is there");
        uint256 uncredited = received - _handler.reportedReceived();
        uint256 forced = _handler.modelForced() - _handler.modelSkimmed();
        int256 rest = expected + int256(uncredited + forced);
        vm.assertTrue(int256(liquid) == rest, "I12: and the rest is not credited yet, or forced in");
    }

    function invariant_H42_H49_I27_I28_I29_I31_I32_theQueueIsInOrderAndSolvent() external view {
        IWithdrawalRequests.QueueState memory state = _handler.queue().queueState();
        vm.assertEq(state.lastId, _handler.requestCount(), "I28: requests are those that were made");
        vm.assertEq(state.lastFinalizedId, _handler.modelFinalized(), "I28: finalized is a prefix");
        (uint256 owed, uint256 waiting, uint256 checkpoint) = (0, 0, 0);
        for (uint256 id = 1; id <= state.lastId; ++id) {
            IWithdrawalRequests.Request memory request = _handler.queue().requestOf(id);
            vm.assertEq(request.owner, _handler.requestRecord(id).owner, "requests are owned by whom they went to");
            vm.assertEq(request.shares, _handler.requestRecord(id).shares, "I27: sums of shares only grow");
            bool isFinalized = id <= state.lastFinalizedId;
            vm.assertTrue(isFinalized != (request.state == IWithdrawalRequests.RequestState.Waiting), "I28: a prefix");
            if (!isFinalized) waiting += request.shares;
            if (request.state == IWithdrawalRequests.RequestState.Claimable) owed += request.ethAmount;
            if (!isFinalized) continue;
            uint256 its = _handler.queue().checkpointOf(id);
            vm.assertTrue(its == checkpoint || its == checkpoint + 1, "I31: checkpoints follow each other");
            checkpoint = its;
        }
        vm.assertEq(checkpoint, state.checkpointCount, "I31: each checkpoint has requests");
        vm.assertEq(waiting, state.waitingShares, "I32: what waits is all less what is finalized");
        vm.assertEq(waiting, _handler.poolETH().sharesOf(address(_handler.queue())), "I32: and the queue has it");
        (, uint256 reserved, ) = _handler.poolETH().stakingState();
        vm.assertEq(reserved, _handler.queue().unfinalizedEther(), "H51: custody keeps its worth from being staked");

        uint256 setAside = address(_handler.queue()).balance;
        vm.assertEq(setAside, _handler.modelSetAside(), "I29: set aside is what was paid and not claimed");
        vm.assertTrue(owed <= setAside && setAside - owed <= 1, "I29: every claim can be paid, and a wei is left over");
    }

    function invariant_I22_I23_I25_I26_keysGoOneWay() external view {
        uint256 staked = _handler.validatorCount();
        vm.assertEq(_handler.depositEvents() * 32 ether, _handler.poolETH().totalStaked(), "I23: one deposit per key");
        vm.assertEq(_handler.clusterManager().ownerNonce(), staked, "I26: a nonce for each key staked");
        vm.assertEq(_handler.clusterSize(), staked, "I25: SSV has as many validators as were staked");
        for (uint256 i = 0; i < staked; ++i) {
            bytes memory pubkey = ValidatorKeys.pubkey(_handler.stakedSeed(i));
            bool isRegistered = _handler.ssvViews().getValidator(address(_handler.clusterManager()), pubkey);
            vm.assertTrue(isRegistered, "I25: SSV has the keys that were staked");
        }

        uint256 deposited = 0;
        uint256 waiting = 0;
        uint256 nonce = staked;
        for (uint256 id = 0; id < _handler.poolManager().batchCount(); ++id) {
            IPoolManager.Batch memory batch = _handler.poolManager().batchOf(id);
            if (batch.count == 0) deposited += _stakedOf(id, staked);
            for (uint256 position = 0; position < batch.count; ++position) {
                IPoolManager.KeyStatus status = _handler.poolManager().keyStatus(id, position);
                bool isStaked = _isStaked(_handler.firstSeed(id) + position, staked);
                vm.assertTrue(isStaked == (status == IPoolManager.KeyStatus.Deposited), "I22: deposited for ever");
                if (isStaked) ++deposited;
                else if (status == IPoolManager.KeyStatus.Registered) ++waiting;
                else vm.assertTrue(batch.discarded, "I22: discarded with its batch");
            }
            if (batch.discarded || batch.activated == batch.count) continue;
            vm.assertEq(batch.firstNonce + batch.activated, nonce, "H14: live batches cover consecutive nonces");
            nonce += batch.count - batch.activated;
        }
        vm.assertEq(deposited, staked, "I22: each key stands in one batch");
        vm.assertEq(_handler.poolManager().nextNonce(), staked + waiting, "H14: the next batch begins behind them");
    }

    function invariant_I18_I35_I37_I40_reportsStayInBounds() external view {
        IAccounting.LastReport memory last = _handler.accounting().lastReport();
        vm.assertEq(last.refSlot, _handler.modelRefSlot(), "I35: the newest reference slot");
        uint256 gone = uint256(last.exitedKeys) + last.lostKeys;
        vm.assertLe(gone, last.stakedKeys, "I18: no more keys are gone than were staked");
        vm.assertLe(uint256(last.stakedKeys) * 32 ether, uint256(last.stakedGwei) * 1 gwei, "I18: keys are paid for");

        // Gains accrue at 10 % a year; compounding adds less than the square.
        uint256 grownWad = ((block.timestamp - START_TIME) * 0.1e18) / 365 days;
        uint256 maximumWad = WAD + grownWad + (grownWad * grownWad) / WAD + ROUNDING_WAD;
        // Growth acts on what fees of instant redemptions added before.
        uint256 maximumRay = (maximumWad * RAY) / WAD + 2 * _handler.modelLiftRay();
        vm.assertLe(_handler.poolETH().shareRateRay(), maximumRay, "I37: the rate grows as allowed");
        bytes32[3] memory implementations = _readImplementations();
        for (uint256 i = 0; i < 3; ++i) vm.assertEq(implementations[i], _implementations[i], "I40: code is unchanged");
    }

    /// @dev How many keys of a batch were staked that the registry no longer keeps.
    function _stakedOf(uint256 batchId, uint256 staked) private view returns (uint256 count) {
        for (uint256 seed = _handler.firstSeed(batchId); seed < _handler.firstSeed(batchId + 1); ++seed)
            if (_isStaked(seed, staked)) ++count;
    }

    function _isStaked(uint256 seed, uint256 staked) private view returns (bool) {
        for (uint256 i = 0; i < staked; ++i) if (_handler.stakedSeed(i) == seed) return true;
        return false;
    }

    function _readImplementations() private view returns (bytes32[3] memory) {
        return
            [
                vm.load(address(_handler.poolManager()), IMPLEMENTATION_SLOT),
                vm.load(address(_handler.accounting()), IMPLEMENTATION_SLOT),
                vm.load(address(_handler.clusterManager()), IMPLEMENTATION_SLOT)
            ];
    }
}
