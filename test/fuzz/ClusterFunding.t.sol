// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVErrors} from "../../contracts/interfaces/external/ISSVErrors.sol";
import {ClusterFixture} from "../helpers/ClusterFixture.sol";
import {ValidatorKeys} from "../helpers/ValidatorKeys.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @title ClusterFundingTest
/// @notice What the cluster manager finds missing is what SSV takes, and a registration pays no less, whatever SSV charges
///         and whatever validators weigh.
contract ClusterFundingTest is ClusterFixture {
    uint256 private constant LONG_RUNWAY = 5_256_000;
    uint256 private constant MAX_VALIDATORS = 6;

    function setUp() external {
        _deployClusters();
        ssvNetwork.updateLiquidationThresholdPeriod(uint64(MIN_THRESHOLD));
        _setRunway(LONG_RUNWAY, 1);
    }

    function testFuzz_aRegistrationIsTakenForWhatItIsSaidToNeedAndNotForAWeiLess(
        Charges calldata charges,
        uint256 operators,
        uint256 first,
        uint256 waited,
        uint256 added
    ) external {
        _chooseOperators(operators);
        _registerSome(first);
        _pass(bound(waited, 0, LONG_RUNWAY));
        _setCharges(charges);
        _assertExact(bound(added, 1, MAX_VALIDATORS));
    }

    function testFuzz_theSameBesideLargerValidators(
        Charges calldata charges,
        uint256 first,
        uint256 totalEth,
        uint256 waited,
        uint256 added
    ) external {
        _registerLarger(first, totalEth);
        _pass(bound(waited, 0, MIN_THRESHOLD));
        _setCharges(charges);
        _assertExact(bound(added, 1, MAX_VALIDATORS));
    }

    function testFuzz_aReactivationIsTakenForWhatItIsSaidToNeedAndNotForAWeiLess(
        Charges calldata charges,
        uint256 operators,
        uint256 first,
        uint256 totalEth,
        uint256 paidMeanwhile
    ) external {
        _chooseOperators(operators);
        _registerLarger(first, totalEth);
        _liquidate();
        _payIn(bound(paidMeanwhile, 0, 0.01 ether));
        _setCharges(charges);

        uint256 required = clusterManager.requiredFunding(ids, cluster, 0, 0);
        if (required != 0) {
            vm.expectRevert(abi.encodeWithSelector(ISSVErrors.InsufficientBalance.selector));
            vm.prank(address(clusterManager));
            ssvNetwork.reactivate{value: required - 1}(ids, cluster);
        }
        vm.recordLogs();
        vm.prank(address(clusterManager));
        ssvNetwork.reactivate{value: required}(ids, cluster);
        _readCluster();
        vm.assertFalse(_isLiquidatable(), "SSV takes it, and nobody may liquidate it");
    }

    function testFuzz_neverPaysTooLittleForARegistration(
        Charges calldata charges,
        uint256 first,
        uint256 totalEth,
        uint256 waited,
        uint256 added
    ) external {
        _registerLarger(first, totalEth);
        _pass(bound(waited, 0, MIN_THRESHOLD));
        _setCharges(charges);
        added = bound(added, 1, MAX_VALIDATORS);
        _setRunway(2, 1);

        uint256 required = clusterManager.requiredFunding(ids, cluster, added, 2);
        vm.assertGe(_register(added), required, "no less than is needed");

        vm.assertGe(clusterManager.runwayOf(ids, cluster), 2, "for as long as was set");
    }

    function testFuzz_theRunwayIsAsLongAsWasFunded(
        Charges calldata charges,
        uint256 first,
        uint256 totalEth,
        uint256 runway
    ) external {
        _registerLarger(first, totalEth);
        _setCharges(charges);
        runway = bound(runway, LONG_RUNWAY, 2 * LONG_RUNWAY);

        _payIn(clusterManager.requiredFunding(ids, cluster, 0, runway));

        vm.assertGe(clusterManager.runwayOf(ids, cluster), runway, "as long as it was funded for");
        vm.roll(block.number + runway);
        vm.assertFalse(_isLiquidatable(), "nobody may liquidate it before");
    }

    function _registerSome(uint256 seed) private returns (uint256 count) {
        count = bound(seed, 1, MAX_VALIDATORS);
        _register(count);
    }

    /// @dev Registers some validators, of whose effective balance SSV's oracles tell.
    function _registerLarger(uint256 seed, uint256 totalEth) private {
        uint256 count = _registerSome(seed);
        _reportBalance(bound(totalEth, count * MIN_ETHER, count * MAX_ETHER));
    }

    function _liquidate() private {
        vm.recordLogs();
        vm.prank(address(clusterManager));
        ssvNetwork.liquidate(address(clusterManager), ids, cluster);
        _readCluster();
    }

    /// @dev Registers past the cluster manager, with exactly what it says, after one wei less was refused.
    function _assertExact(uint256 count) private {
        uint256 required = clusterManager.requiredFunding(ids, cluster, count, 0);
        (bytes[] memory pubkeys, bytes[] memory shares) = (new bytes[](count), new bytes[](count));
        for (uint256 i = 0; i < count; ++i) pubkeys[i] = ValidatorKeys.pubkey(nextSeed + i);
        if (required != 0) {
            vm.expectRevert(abi.encodeWithSelector(ISSVErrors.InsufficientBalance.selector));
            vm.prank(address(clusterManager));
            ssvNetwork.bulkRegisterValidator{value: required - 1}(pubkeys, ids, shares, cluster);
        }
        vm.recordLogs();
        vm.prank(address(clusterManager));
        ssvNetwork.bulkRegisterValidator{value: required}(pubkeys, ids, shares, cluster);
        _readCluster();
        vm.assertFalse(_isLiquidatable(), "SSV takes it, and nobody may liquidate it");
    }
}
