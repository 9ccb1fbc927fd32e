// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";

import {Committee} from "../../contracts/custody/Committee.sol";
import {PoolETH} from "../../contracts/custody/PoolETH.sol";
import {PoolETHDeployer} from "../../contracts/custody/PoolETHDeployer.sol";
import {RewardsVault} from "../../contracts/custody/RewardsVault.sol";
import {WithdrawalQueue} from "../../contracts/custody/WithdrawalQueue.sol";
import {WithdrawalVault} from "../../contracts/custody/WithdrawalVault.sol";
import {IAccounting} from "../../contracts/interfaces/IAccounting.sol";
import {IClusterFunding} from "../../contracts/interfaces/IClusterFunding.sol";
import {IClusterManager} from "../../contracts/interfaces/IClusterManager.sol";
import {IPoolControls} from "../../contracts/interfaces/IPoolControls.sol";
import {IPoolETH} from "../../contracts/interfaces/IPoolETH.sol";
import {IOperatorUpdates} from "../../contracts/interfaces/IOperatorUpdates.sol";
import {IValidatorExits} from "../../contracts/interfaces/IValidatorExits.sol";
import {Accounting} from "../../contracts/policy/Accounting.sol";
import {PoolManager} from "../../contracts/policy/PoolManager.sol";
import {ClusterManager} from "../../contracts/ssv/ClusterManager.sol";
import {CommitteeKeys} from "./CommitteeKeys.sol";
import {SSVFixture} from "./SSVFixture.sol";
import {SystemContracts} from "./SystemContracts.sol";
import {vm} from "./Vm.sol";

/// @title PoolFixture
/// @notice The whole suite with the parameters of the local chain and a committee of five.
abstract contract PoolFixture is SSVFixture {
    uint256 internal constant START_TIME = 1_800_000_000;
    uint256 internal constant START_BLOCK = 20_000_000;
    uint256 internal constant SECONDS_PER_SLOT = 12;
    uint256 internal constant SLOTS_PER_FRAME = 7_200;
    uint256 internal constant MEMBER_COUNT = 5;
    uint256 internal constant QUORUM = 3;
    uint256 internal constant INITIAL_ETHER = 1e9;
    uint24 internal constant CAP_ETH = 50_000;
    uint256 internal constant RESERVE = 1_000 ether;
    address internal constant DEAD = 0x000000000000000000000000000000000000dEaD;
    address internal constant ADMIN = address(0xAD01);
    address internal constant OPERATOR = address(0xAD02);
    address internal constant GUARDIAN = address(0xAD03);
    address internal constant TREASURY = address(0xAD04);
    address internal constant OPERATIONS = address(0xAD05);
    uint64 private constant OPERATOR_ROLE = 1;
    uint64 private constant GUARDIAN_ROLE = 2;

    SystemContracts.Addresses internal system;
    AccessManager public authority;
    PoolETH public poolETH;
    PoolManager public poolManager;
    Accounting public accounting;
    ClusterManager public clusterManager;
    Committee public committee;
    WithdrawalVault public withdrawalVault;
    RewardsVault public rewardsVault;
    WithdrawalQueue public queue;
    uint256[] internal memberKeys;

    function _deployPool() internal {
        vm.warp(START_TIME);
        vm.roll(START_BLOCK);
        system = SystemContracts.install();
        _deploySSV();
        memberKeys = CommitteeKeys.make(MEMBER_COUNT);

        authority = new AccessManager(address(this));
        PoolETHDeployer deployer = new PoolETHDeployer();
        address pool = deployer.poolETH();
        _deployPeers(pool);
        _deployPolicy(pool);
        vm.deal(address(this), INITIAL_ETHER);
        deployer.deploy{value: INITIAL_ETHER}(type(PoolETH).creationCode, _config());
        poolETH = PoolETH(payable(pool));
        _grantRoles();
        vm.deal(address(clusterManager), RESERVE);
    }

    function _deployPeers(address pool) private {
        withdrawalVault = new WithdrawalVault(pool, system.withdrawalRequests, system.consolidationRequests);
        rewardsVault = new RewardsVault(pool);
        committee = new Committee(pool, CommitteeKeys.addressesOf(memberKeys), QUORUM);
    }

    function _deployPolicy(address pool) private {
        clusterManager = ClusterManager(
            _proxy(
                address(new ClusterManager(address(authority), pool, address(ssvNetwork))),
                abi.encodeCall(ClusterManager.initialize, (address(rewardsVault), 648_000, 216_000))
            )
        );
        Accounting accountingCode = new Accounting(
            address(authority),
            pool,
            address(withdrawalVault),
            address(rewardsVault),
            START_TIME,
            SECONDS_PER_SLOT,
            SLOTS_PER_FRAME
        );
        accounting = Accounting(_proxy(address(accountingCode), abi.encodeCall(Accounting.initialize, (_policy()))));
        poolManager = PoolManager(
            _proxy(
                address(new PoolManager(address(authority), pool, address(accounting), address(clusterManager))),
                abi.encodeCall(PoolManager.initialize, ())
            )
        );
        queue = new WithdrawalQueue(pool, address(accounting));
    }

    function _policy() internal pure returns (IAccounting.Policy memory) {
        return
            IAccounting.Policy({
                treasury: TREASURY,
                feeBasisPoints: 1_000,
                costsBasisPoints: 10,
                maxGainBasisPoints: 10,
                maxLossBasisPoints: 400,
                operations: OPERATIONS
            });
    }

    function _config() private view returns (IPoolETH.Config memory) {
        return
            IPoolETH.Config({
                authority: address(authority),
                depositContract: system.depositContract,
                withdrawalVault: address(withdrawalVault),
                rewardsVault: address(rewardsVault),
                withdrawalQueue: address(queue),
                poolManager: address(poolManager),
                accounting: address(accounting),
                committee: address(committee),
                maxGrowthPerYearWad: 0.1e18,
                capEth: CAP_ETH
            });
    }

    function _grantRoles() private {
        bytes4[] memory pauses = new bytes4[](3);
        pauses[0] = IPoolControls.pauseDeposits.selector;
        pauses[1] = IPoolControls.pauseStaking.selector;
        pauses[2] = IPoolControls.resume.selector;
        authority.setTargetFunctionRole(address(poolETH), pauses, GUARDIAN_ROLE);
        bytes4[] memory batches = new bytes4[](2);
        batches[0] = PoolManager.registerBatch.selector;
        batches[1] = PoolManager.discardBatch.selector;
        authority.setTargetFunctionRole(address(poolManager), batches, OPERATOR_ROLE);
        bytes4[] memory owner = new bytes4[](7);
        owner[0] = IClusterManager.isValidSignature.selector;
        owner[1] = IClusterFunding.fund.selector;
        owner[2] = IClusterFunding.withdraw.selector;
        owner[3] = IClusterFunding.reactivate.selector;
        owner[4] = IValidatorExits.exit.selector;
        owner[5] = IValidatorExits.removeUnexited.selector;
        owner[6] = IOperatorUpdates.updateOperators.selector;
        authority.setTargetFunctionRole(address(clusterManager), owner, OPERATOR_ROLE);
        authority.grantRole(OPERATOR_ROLE, OPERATOR, 0);
        authority.grantRole(GUARDIAN_ROLE, GUARDIAN, 0);
        authority.grantRole(authority.ADMIN_ROLE(), ADMIN, 0);
        authority.renounceRole(authority.ADMIN_ROLE(), address(this));
    }

    function _proxy(address implementation, bytes memory call) private returns (address payable) {
        return payable(address(new ERC1967Proxy(implementation, call)));
    }
}
