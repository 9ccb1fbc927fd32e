// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ClusterFixture} from "../helpers/ClusterFixture.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @title ClusterRunwayTest
/// @notice The runway that is predicted ends in the block in which SSV lets anybody liquidate, and a top-up comes in time.
contract ClusterRunwayTest is ClusterFixture {
    uint256 private constant MAX_VALIDATORS = 6;
    uint256 private constant RUNWAY = 648_000;
    uint256 private constant MIN_RUNWAY = 216_000;
    uint256 private constant MAX_SILENCE = 2_000_000;

    function setUp() external {
        _deployClusters();
    }

    function testFuzz_H17_theRunwayEndsWhereLiquidationBegins(
        Charges calldata charges,
        uint256 operators,
        uint256 validators,
        uint256 unitsOf32Ether,
        uint256 waited
    ) external {
        validators = _start(operators, validators);
        _reportBalance(MIN_ETHER * bound(unitsOf32Ether, validators, validators * (MAX_ETHER / MIN_ETHER)));
        if (_bears(charges, waited)) _assertRunwayEndsWithin(1);
    }

    function testFuzz_H17_theRunwayEndsABlockBeforeAtMostForOddBalances(
        Charges calldata charges,
        uint256 operators,
        uint256 validators,
        uint256 totalEth,
        uint256 waited
    ) external {
        validators = _start(operators, validators);
        _reportBalance(bound(totalEth, validators * MIN_ETHER, validators * MAX_ETHER));
        if (_bears(charges, waited)) _assertRunwayEndsWithin(2);
    }

    function testFuzz_H17_aTopUpKeepsWhatIsNotLiquidatedAlive(
        Charges calldata charges,
        uint256 operators,
        uint256 validators,
        uint256 maxBalance,
        uint256 waited
    ) external {
        validators = _start(operators, validators);
        maxBalance = bound(maxBalance, MIN_ETHER, MAX_ETHER);
        _setCharges(charges);
        _pass(bound(waited, 0, MAX_SILENCE));
        _setMaxBalance(maxBalance);

        if (clusterManager.clusterStatus(ids, cluster).isShort) {
            vm.recordLogs();
            clusterManager.topUp(ids, cluster);
            _readCluster();
            vm.assertEq(clusterManager.clusterStatus(ids, cluster).maximum.runwayBlocks, _runwayNow(), "is full");
        }
        _reportBalance(validators * maxBalance);
        vm.assertTrue(cluster.active, "bears the largest validators");
        vm.roll(block.number + MIN_RUNWAY);
        vm.assertFalse(_isLiquidatable(), "lives on for the least runway");
    }

    /// @dev A runway that has an end ends there: liquidation begins `blocks` after it at the latest.
    function _assertRunwayEndsWithin(uint256 blocks) private {
        uint256 runway = clusterManager.runwayOf(ids, cluster);
        if (runway == type(uint256).max) return;
        vm.roll(block.number + runway);
        vm.assertFalse(_isLiquidatable(), "not in the last block of the runway");
        vm.roll(block.number + blocks);
        vm.assertTrue(_isLiquidatable(), "as soon as that after it");
    }

    function _start(uint256 operators, uint256 validators) private returns (uint256 count) {
        _chooseOperators(operators);
        count = bound(validators, 1, MAX_VALIDATORS);
        _setRunway(5_256_000, 1);
        _setMaxBalance(MAX_ETHER);
        _register(count);
        _setRunway(RUNWAY, MIN_RUNWAY);
    }

    /// @dev Whether SSV's new terms and the time that passes leave the cluster its collateral.
    function _bears(Charges calldata charges, uint256 waited) private returns (bool) {
        if (!cluster.active) return false;
        _setCharges(charges);
        _pass(bound(waited, 0, MAX_SILENCE));
        bool isLiquidatable = _isLiquidatable();
        if (isLiquidatable) vm.assertEq(clusterManager.runwayOf(ids, cluster), 0, "nothing is left of it");
        return !isLiquidatable;
    }

    /// @dev The runway set, or no end when nothing burns.
    function _runwayNow() private view returns (uint256) {
        return clusterManager.clusterStatus(ids, cluster).maximum.burnRate == 0 ? type(uint256).max : RUNWAY;
    }
}
