// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccounting} from "../../contracts/interfaces/IAccounting.sol";
import {bound, vm} from "../helpers/Vm.sol";
import {PoolModel} from "./PoolModel.sol";

/// @title KeeperActions
/// @notice Vaults, ether that nobody expects, time, pauses and the cap.
abstract contract KeeperActions is PoolModel {
    uint256 private constant MAX_WINDFALL = 20 ether;
    uint256 private constant MAX_FORCED = 1_000 ether;
    uint256 private constant MAX_WAIT = 14 hours;
    uint256 private constant MAX_PAUSE = 2 days;
    uint256 private constant MAX_CAP_ETH = 60_000;

    bool private _mayPauseDeposits = true;
    bool private _mayPauseStaking = true;

    function receiveTips(uint256 ethAmount, bool inRewardsVault) external {
        ethAmount = _magnitude(ethAmount, 1, MAX_WINDFALL);
        address vault = inRewardsVault ? address(rewardsVault) : address(withdrawalVault);
        vm.deal(vault, vault.balance + ethAmount);
        modelReceived += ethAmount;
        _earn(ethAmount);
    }

    function collect(bool fromRewardsVault) external keepsPrice {
        if (fromRewardsVault) rewardsVault.collect();
        else withdrawalVault.collect();
    }

    function forceEther(uint256 ethAmount) external {
        ethAmount = _magnitude(ethAmount, 1, MAX_FORCED);
        vm.deal(address(poolETH), address(poolETH).balance + ethAmount);
        modelForced += ethAmount;
    }

    function skim() external keepsPrice {
        // Ether that was paid out before a report credits it hides as much until then.
        int256 free = int256(modelForced - modelSkimmed) + (modelBuffered < 0 ? modelBuffered : int256(0));
        uint256 expected = free > 0 ? uint256(free) : 0;
        try accounting.skim() returns (uint256 ethAmount) {
            vm.assertEq(ethAmount, expected, "H67: what nobody accounts for, and nothing else");
            modelSkimmed += ethAmount;
            modelOwned += ethAmount;
            modelBuffered += int256(ethAmount);
            _note("skim");
        } catch (bytes memory reason) {
            vm.assertEq(expected, 0, "forced ether can be skimmed");
            vm.assertEq(reason, abi.encodeWithSelector(IAccounting.NothingToSkim.selector), "nothing to skim");
        }
    }

    function passTime(uint256 elapsed) external keepsPrice {
        _pass(bound(elapsed, 1, MAX_WAIT));
    }

    function pauseDeposits(uint256 duration) external keepsPrice {
        if (!_mayPauseDeposits || duration % 4 != 0) return;
        vm.prank(GUARDIAN);
        poolETH.pauseDeposits(uint32(bound(duration, 1, MAX_PAUSE)));
        _mayPauseDeposits = false;
        _note("deposits paused");
    }

    function pauseStaking(uint256 duration) external keepsPrice {
        if (!_mayPauseStaking || duration % 4 != 0) return;
        vm.prank(GUARDIAN);
        poolETH.pauseStaking(uint32(bound(duration, 1, MAX_PAUSE)));
        _mayPauseStaking = false;
        vm.assertEq(poolManager.freeEther(), 0, "I39: nothing is free while staking is paused");
    }

    function resume() external keepsPrice {
        vm.prank(GUARDIAN);
        poolETH.resume();
        vm.prank(ADMIN);
        poolETH.rearmGuardian();
        (_mayPauseDeposits, _mayPauseStaking) = (true, true);
    }

    function setCap(uint256 capEth) external keepsPrice {
        vm.prank(ADMIN);
        poolETH.setCap(uint24(capEth % 8 == 0 ? bound(capEth, 0, MAX_CAP_ETH) : MAX_CAP_ETH));
    }
}
