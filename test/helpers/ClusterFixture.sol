// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVClusters} from "../../contracts/interfaces/external/ISSVClusters.sol";
import {ISSVValidators} from "../../contracts/interfaces/external/ISSVValidators.sol";
import {Cluster} from "../../contracts/types/Cluster.sol";
import {PoolFixture} from "./PoolFixture.sol";
import {ValidatorKeys} from "./ValidatorKeys.sol";
import {bound, Vm, vm} from "./Vm.sol";

/// @title ClusterFixture
/// @notice The suite with one cluster of 4, 7, 10 or 13 operators, and its newest snapshot.
abstract contract ClusterFixture is PoolFixture {
    uint256 internal constant MAX_OPERATORS = 13;
    uint256 internal constant MIN_ETHER = 32;
    uint256 internal constant MAX_ETHER = 2_048;
    uint256 internal constant FEE_UNIT = 100_000;
    uint256 private constant SHARES_BASE_LENGTH = 96;
    uint256 private constant SHARES_LENGTH_PER_OPERATOR = 304;
    uint256 private constant MAX_FEE_UNITS = 1e7;
    uint256 private constant MAX_COLLATERAL_UNITS = 1e13;
    uint256 internal constant MIN_THRESHOLD = 21_480;
    uint256 internal constant MAX_THRESHOLD = 2_628_000;

    /// @dev What SSV's DAO decides; fees and collateral in units of 100,000 wei.
    struct Charges {
        uint256 networkFee;
        uint256 minCollateral;
        uint256 thresholdBlocks;
    }

    Cluster internal cluster = Cluster(0, 0, 0, true, 0);
    uint64[] internal ids;
    uint256 internal nextSeed;

    function _deployClusters() internal {
        _deployPool();
        vm.deal(address(clusterManager), type(uint128).max);
        vm.deal(address(this), type(uint128).max);
        for (uint256 i = OPERATOR_COUNT; i < MAX_OPERATORS; ++i)
            ssvNetwork.registerOperator(abi.encode("operator", i), OPERATOR_FEE, false);
        _chooseOperators(0);
    }

    /// @dev Four operators and up to nine more.
    function _chooseOperators(uint256 seed) internal {
        delete ids;
        uint256 count = OPERATOR_COUNT + 3 * bound(seed, 0, 3);
        for (uint64 i = 1; i <= count; ++i) ids.push(i);
    }

    function _setCharges(Charges calldata charges) internal {
        uint256 threshold = bound(charges.thresholdBlocks, MIN_THRESHOLD, MAX_THRESHOLD);
        ssvNetwork.updateLiquidationThresholdPeriod(uint64(threshold));
        ssvNetwork.updateNetworkFee(bound(charges.networkFee, 0, MAX_FEE_UNITS) * FEE_UNIT);
        uint256 collateral = bound(charges.minCollateral, 0, MAX_COLLATERAL_UNITS) * FEE_UNIT;
        ssvNetwork.updateMinimumLiquidationCollateral(collateral);
    }

    /// @dev Blocks of twelve seconds.
    function _pass(uint256 blocks) internal {
        vm.roll(block.number + blocks);
        vm.warp(block.timestamp + blocks * SECONDS_PER_SLOT);
    }

    function _setRunway(uint256 runwayBlocks, uint256 minRunwayBlocks) internal {
        vm.prank(ADMIN);
        clusterManager.setRunway(uint32(runwayBlocks), uint32(minRunwayBlocks));
    }

    function _setMaxBalance(uint256 ethEach) internal {
        vm.prank(ADMIN);
        clusterManager.setMaxEffectiveBalance(uint16(ethEach));
    }

    /// @dev As an activation does it, through the owner account.
    function _register(uint256 count) internal returns (uint256 funding) {
        bytes memory pubkeys;
        for (uint256 i = 0; i < count; ++i) pubkeys = bytes.concat(pubkeys, ValidatorKeys.pubkey(nextSeed + i));
        bytes memory shares = new bytes(count * (SHARES_BASE_LENGTH + SHARES_LENGTH_PER_OPERATOR * ids.length));
        uint256 nonce = clusterManager.ownerNonce();
        vm.recordLogs();
        vm.prank(address(poolManager));
        funding = clusterManager.register(pubkeys, shares, count, ids, cluster, nonce);
        _readCluster();
        nextSeed += count;
    }

    /// @dev Lets SSV's oracles say that the validators have `ethTotal` together.
    function _reportBalance(uint256 ethTotal) internal {
        bytes32 clusterId = keccak256(abi.encodePacked(address(clusterManager), ids));
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
            ids,
            cluster,
            uint32(ethTotal),
            new bytes32[](0)
        );
        _readCluster();
    }

    function _payIn(uint256 ethAmount) internal {
        vm.recordLogs();
        ssvNetwork.deposit{value: ethAmount}(address(clusterManager), ids, cluster);
        _readCluster();
    }

    function _isLiquidatable() internal view returns (bool) {
        return ssvViews.isLiquidatable(address(clusterManager), ids, cluster);
    }

    /// @dev Takes over the newest snapshot of the recorded logs.
    function _readCluster() internal {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            bytes32 topic = logs[i].topics[0];
            bytes memory data = logs[i].data;
            if (topic == ISSVValidators.ValidatorAdded.selector)
                (, , , cluster) = abi.decode(data, (uint64[], bytes, bytes, Cluster));
            else if (topic == ISSVClusters.ClusterDeposited.selector || topic == ISSVClusters.ClusterWithdrawn.selector)
                (, , cluster) = abi.decode(data, (uint64[], uint256, Cluster));
            else if (topic == ISSVClusters.ClusterBalanceUpdated.selector)
                (, , cluster) = abi.decode(data, (uint64[], uint32, Cluster));
            else if (
                topic == ISSVClusters.ClusterLiquidated.selector || topic == ISSVClusters.ClusterReactivated.selector
            ) (, cluster) = abi.decode(data, (uint64[], Cluster));
        }
    }
}
