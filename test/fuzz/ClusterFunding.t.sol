// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVClusters} from "../../contracts/interfaces/external/ISSVClusters.sol";
import {ISSVErrors} from "../../contracts/interfaces/external/ISSVErrors.sol";
import {ISSVValidators} from "../../contracts/interfaces/external/ISSVValidators.sol";
import {Cluster} from "../../contracts/types/Cluster.sol";
import {PoolFixture} from "../helpers/PoolFixture.sol";
import {ValidatorKeys} from "../helpers/ValidatorKeys.sol";
import {bound, vm, Vm} from "../helpers/Vm.sol";

/// @title ClusterFundingTest
/// @notice What the cluster manager finds missing suffices for SSV, whatever it charges and whatever validators weigh.
contract ClusterFundingTest is PoolFixture {
    uint256 private constant FEE_UNIT = 100_000;
    uint256 private constant MAX_FEE_UNITS = 1e7;
    uint256 private constant MAX_COLLATERAL_UNITS = 1e13;
    uint256 private constant MIN_THRESHOLD = 21_480;
    uint256 private constant MAX_THRESHOLD = 2_628_000;
    uint256 private constant MAX_RUNWAY = 5_256_000;
    uint256 private constant MAX_VALIDATORS = 6;
    uint256 private constant MIN_ETHER = 32;
    uint256 private constant MAX_ETHER = 2_048;

    /// @dev What SSV's DAO decides; fees and collateral in units of 100,000 wei.
    struct Charges {
        uint256 networkFee;
        uint256 minCollateral;
        uint256 thresholdBlocks;
    }

    Cluster private _cluster = Cluster(0, 0, 0, true, 0);
    uint256 private _nextSeed;

    function setUp() external {
        _deployPool();
        vm.deal(address(clusterManager), type(uint128).max);
        vm.deal(address(this), type(uint128).max);
        ssvNetwork.updateLiquidationThresholdPeriod(uint64(MIN_THRESHOLD));
    }

    function testFuzz_noWeiMoreThanSSVAsksForValidatorsOf32Ether(
        Charges calldata charges,
        uint256 first,
        uint256 waited,
        uint256 added
    ) external {
        _register(bound(first, 1, MAX_VALIDATORS), MAX_RUNWAY);
        vm.roll(block.number + bound(waited, 0, MAX_RUNWAY));
        _setCharges(charges);
        added = bound(added, 1, MAX_VALIDATORS);

        uint256 collateral = _missing(added, 0);
        if (collateral != 0) _assertTooLittle(added, collateral - 1);
        _register(added, 0);
    }

    function testFuzz_neverTooLittleForLargerValidators(
        Charges calldata charges,
        uint256 first,
        uint256 ethEach,
        uint256 waited,
        uint256 added
    ) external {
        first = bound(first, 1, MAX_VALIDATORS);
        _register(first, MAX_RUNWAY);
        _reportBalance(first * bound(ethEach, MIN_ETHER, MAX_ETHER));
        vm.roll(block.number + bound(waited, 0, MIN_THRESHOLD));
        _setCharges(charges);

        _register(bound(added, 1, MAX_VALIDATORS), 0);

        vm.assertFalse(_isLiquidatable(), "SSV takes it, and nobody may liquidate it");
    }

    function testFuzz_theRunwayIsAsLongAsWasFunded(
        Charges calldata charges,
        uint256 count,
        uint256 totalEth,
        uint256 runway
    ) external {
        count = bound(count, 1, MAX_VALIDATORS);
        _register(count, MAX_RUNWAY);
        _reportBalance(bound(totalEth, count * MIN_ETHER, count * MAX_ETHER));
        _setCharges(charges);
        runway = bound(runway, MAX_RUNWAY, 2 * MAX_RUNWAY);

        vm.recordLogs();
        ssvNetwork.deposit{value: _missing(0, runway)}(address(clusterManager), _operatorIds(), _cluster);
        _readCluster();

        vm.assertGe(clusterManager.runwayOf(_operatorIds(), _cluster), runway, "as long as it was funded for");
        vm.roll(block.number + runway);
        vm.assertFalse(_isLiquidatable(), "nobody may liquidate it before");
    }

    function _setCharges(Charges calldata charges) private {
        uint256 threshold = bound(charges.thresholdBlocks, MIN_THRESHOLD, MAX_THRESHOLD);
        ssvNetwork.updateLiquidationThresholdPeriod(uint64(threshold));
        ssvNetwork.updateNetworkFee(bound(charges.networkFee, 0, MAX_FEE_UNITS) * FEE_UNIT);
        uint256 collateral = bound(charges.minCollateral, 0, MAX_COLLATERAL_UNITS) * FEE_UNIT;
        ssvNetwork.updateMinimumLiquidationCollateral(collateral);
    }

    /// @dev Lets SSV's oracles say that the validators have `ethTotal` together.
    function _reportBalance(uint256 ethTotal) private {
        bytes32 clusterId = keccak256(abi.encodePacked(address(clusterManager), _operatorIds()));
        bytes32 root = keccak256(bytes.concat(keccak256(abi.encode(clusterId, ethTotal))));
        uint64 number = uint64(block.number);
        for (uint160 oracle = 0x51; oracle < 0x54; ++oracle) {
            vm.prank(address(oracle));
            ssvNetwork.commitRoot(root, number);
        }
        vm.recordLogs();
        ssvNetwork.updateClusterBalance(
            number,
            address(clusterManager),
            _operatorIds(),
            _cluster,
            uint32(ethTotal),
            new bytes32[](0)
        );
        _readCluster();
        vm.assertTrue(_cluster.active, "the cluster bears their weight");
    }

    function _register(uint256 count, uint256 runway) private {
        uint256 funding = _missing(count, runway);
        (bytes[] memory pubkeys, bytes[] memory shares) = _keys(count);
        vm.recordLogs();
        vm.prank(address(clusterManager));
        ssvNetwork.bulkRegisterValidator{value: funding}(pubkeys, _operatorIds(), shares, _cluster);
        _readCluster();
        _nextSeed += count;
    }

    function _assertTooLittle(uint256 count, uint256 value) private {
        (bytes[] memory pubkeys, bytes[] memory shares) = _keys(count);
        vm.expectRevert(abi.encodeWithSelector(ISSVErrors.InsufficientBalance.selector));
        vm.prank(address(clusterManager));
        ssvNetwork.bulkRegisterValidator{value: value}(pubkeys, _operatorIds(), shares, _cluster);
    }

    /// @dev Takes over the newest snapshot of the recorded logs.
    function _readCluster() private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            bytes32 topic = logs[i].topics[0];
            if (topic == ISSVValidators.ValidatorAdded.selector)
                (, , , _cluster) = abi.decode(logs[i].data, (uint64[], bytes, bytes, Cluster));
            else if (topic == ISSVClusters.ClusterDeposited.selector)
                (, , _cluster) = abi.decode(logs[i].data, (uint64[], uint256, Cluster));
            else if (topic == ISSVClusters.ClusterBalanceUpdated.selector)
                (, , _cluster) = abi.decode(logs[i].data, (uint64[], uint32, Cluster));
        }
    }

    function _keys(uint256 count) private view returns (bytes[] memory pubkeys, bytes[] memory shares) {
        (pubkeys, shares) = (new bytes[](count), new bytes[](count));
        for (uint256 i = 0; i < count; ++i) {
            pubkeys[i] = ValidatorKeys.pubkey(_nextSeed + i);
            shares[i] = ValidatorKeys.sharesData(_nextSeed + i);
        }
    }

    function _missing(uint256 newValidators, uint256 runway) private view returns (uint256) {
        return clusterManager.requiredFunding(_operatorIds(), _cluster, newValidators, runway);
    }

    function _isLiquidatable() private view returns (bool) {
        return ssvViews.isLiquidatable(address(clusterManager), _operatorIds(), _cluster);
    }
}
