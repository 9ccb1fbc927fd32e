// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ClusterFixture} from "../helpers/ClusterFixture.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @title ClusterLifetimeTest
/// @notice A cluster over many months in which operators and network raise fees, validators grow and come, strangers pay
///         in and the operator takes out all that he may, while somebody looks every few days and tops up when it is short.
contract ClusterLifetimeTest is ClusterFixture {
    uint256 private constant STEPS = 16;
    uint256 private constant ACTIONS = 8;
    uint256 private constant MAX_DAYS = 10;
    uint256 private constant BLOCKS_PER_DAY = 7_200;
    uint256 private constant FEE_NOTICE = 7 * BLOCKS_PER_DAY + 1;
    uint256 private constant PERCENT = 100;
    uint256 private constant MAX_OPERATOR_RISE = 10;
    uint256 private constant MAX_NETWORK_RISE = 15;
    uint256 private constant MAX_THRESHOLD_RISE = 20;
    uint256 private constant START_RESERVE = 100_000 ether;

    uint256 private _seed;
    uint256 private _maxBalance;
    uint256 private _reported;
    /// @dev Wei that went into the cluster from the reserve, from strangers, and out of it.
    uint256 private _paid;
    uint256 private _given;
    uint256 private _takenBack;

    function setUp() external {
        _deployClusters();
        vm.deal(address(clusterManager), START_RESERVE);
    }

    function testFuzz_H17_I42_I43_whoeverTopsUpInTimeKeepsItAliveAndNoEtherGoesAstray(uint256 seed) external {
        _seed = seed;
        _chooseOperators(_next());
        _maxBalance = _next() % 2 == 0 ? MIN_ETHER : bound(_next(), MIN_ETHER, MAX_ETHER);
        _setMaxBalance(_maxBalance);
        uint256 outside = _etherOfStakers();
        _paid += _register(1 + (_next() % 3));
        _reported = cluster.validatorCount * MIN_ETHER;

        for (uint256 i = 0; i < STEPS; ++i) {
            _act(_next() % ACTIONS);
            vm.assertTrue(cluster.active, "no change of terms liquidates it");
            _topUpIfShort();
            vm.assertFalse(_isLiquidatable(), "nobody can liquidate it");
            _pass(1 + (_next() % (MAX_DAYS * BLOCKS_PER_DAY)));
            vm.assertFalse(_isLiquidatable(), "nor until somebody looks again");
        }

        vm.assertEq(START_RESERVE - address(clusterManager).balance, _paid - _takenBack, "I42: what the reserve lacks");
        _assertNothingLost();
        vm.assertEq(_etherOfStakers(), outside, "I43: stakers' ether has no part in it");
    }

    function _act(uint256 action) private {
        if (action == 0) _raiseOperatorFees();
        if (action == 1) _raiseNetworkFee();
        if (action == 2) _raiseThreshold();
        if (action == 3) _grow();
        if (action == 4) _addValidator();
        if (action == 5) _takeOut();
        if (action == 6) _give();
    }

    /// @dev As SSV allows it: a tenth at most, a week after it was declared, up to the maximum.
    function _raiseOperatorFees() private {
        uint256 rise = PERCENT + (_next() % (MAX_OPERATOR_RISE + 1));
        uint256 maximum = ssvViews.getMaximumOperatorFee();
        for (uint256 i = 0; i < ids.length; ++i) {
            uint256 fee = ssvViews.getOperatorFee(ids[i]);
            uint256 raised = ((fee * rise) / PERCENT / FEE_UNIT) * FEE_UNIT;
            if (raised > fee && raised <= maximum) ssvNetwork.declareOperatorFee(ids[i], raised);
        }
        _pass(FEE_NOTICE);
        _topUpIfShort();
        for (uint256 i = 0; i < ids.length; ++i)
            if (ssvViews.getOperatorDeclaredFee(ids[i]).isFeeDeclared) ssvNetwork.executeOperatorFee(ids[i]);
    }

    function _raiseNetworkFee() private {
        uint256 rise = PERCENT + (_next() % (MAX_NETWORK_RISE + 1));
        ssvNetwork.updateNetworkFee(((ssvViews.getNetworkFee() * rise) / PERCENT / FEE_UNIT) * FEE_UNIT);
    }

    function _raiseThreshold() private {
        uint256 rise = PERCENT + (_next() % (MAX_THRESHOLD_RISE + 1));
        ssvNetwork.updateLiquidationThresholdPeriod(
            uint64((ssvViews.getLiquidationThresholdPeriod() * rise) / PERCENT)
        );
        ssvNetwork.updateMinimumLiquidationCollateral(
            ((ssvViews.getMinimumLiquidationCollateral() * rise) / PERCENT / FEE_UNIT) * FEE_UNIT
        );
    }

    /// @dev SSV learns of any effective balance up to the largest that clusters are funded for.
    function _grow() private {
        uint256 validators = cluster.validatorCount;
        _reported = bound(_next(), validators * MIN_ETHER, validators * _maxBalance);
        _reportBalance(_reported);
        // A root describes a block, and one block has one root.
        _pass(1);
    }

    function _addValidator() private {
        _paid += _register(1);
        _reported += MIN_ETHER;
    }

    /// @dev All that leaves the least runway and a week, to the wei.
    function _takeOut() private {
        uint256 balance = clusterManager.clusterStatus(ids, cluster).balance;
        (, uint256 minRunwayBlocks) = clusterManager.runway();
        uint256 keptBlocks = minRunwayBlocks + 7 * BLOCKS_PER_DAY;
        uint256 lacking = clusterManager.requiredFundingAtMaximum(ids, cluster, 0, keptBlocks);
        if (lacking != 0) return;
        uint256 kept = _needed(keptBlocks);
        vm.recordLogs();
        vm.prank(OPERATOR);
        clusterManager.withdraw(ids, cluster, balance - kept);
        _readCluster();
        _takenBack += balance - kept;
    }

    function _give() private {
        uint256 ethAmount = _next() % 1e15;
        _payIn(ethAmount);
        _given += ethAmount;
    }

    function _topUpIfShort() private {
        if (!clusterManager.clusterStatus(ids, cluster).isShort) return;
        vm.recordLogs();
        (uint256 ethAmount, ) = clusterManager.topUp(ids, cluster);
        _readCluster();
        _paid += ethAmount;
    }

    /// @dev SSV holds what was paid in, less what it gave back; cluster, operators and network share it, and what they have
    ///      is rounded down by less than a unit at each settlement of each of them.
    function _assertNothingLost() private view {
        uint256 held = address(ssvNetwork).balance;
        vm.assertEq(held, _paid + _given - _takenBack, "I42: what SSV holds");
        uint256 shared = clusterManager.clusterStatus(ids, cluster).balance + ssvViews.getNetworkEarnings();
        for (uint256 i = 0; i < ids.length; ++i) shared += ssvViews.getOperatorEarnings(ids[i]);
        uint256 settlements = (ids.length + 2) * 6 * STEPS;
        vm.assertLe(shared, held + settlements * FEE_UNIT, "no more than there is");
        vm.assertGe(shared + settlements * FEE_UNIT, held, "I42: what was spent, operators and network earned");
    }

    function _needed(uint256 blocks) private view returns (uint256) {
        uint256 rate = clusterManager.clusterStatus(ids, cluster).maximum.burnRate;
        return clusterManager.clusterStatus(ids, cluster).maximum.collateral + rate * blocks;
    }

    function _etherOfStakers() private view returns (uint256) {
        return
            address(poolETH).balance +
            address(withdrawalVault).balance +
            address(rewardsVault).balance +
            system.depositContract.balance +
            address(queue).balance;
    }

    function _next() private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed;
    }
}
