// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ActivationFixture} from "../helpers/ActivationFixture.sol";
import {bound, vm} from "../helpers/Vm.sol";
import {BeaconChainModel} from "./BeaconChainModel.sol";

/// @title PoolModel
/// @notice A second set of books beside the pool: simple sums over what was done, kept without asking the contracts.
abstract contract PoolModel is ActivationFixture, BeaconChainModel {
    uint256 internal constant ACTOR_COUNT = 5;
    uint256 internal constant BILLION = 1e9;

    /// @dev Total pooled ether and all shares, as deposits, reports and redemptions should leave them.
    uint256 public modelEther = INITIAL_ETHER;
    uint256 public modelShares = INITIAL_ETHER;
    /// @dev Everything the pool owns, with deferred rewards.
    uint256 public modelOwned = INITIAL_ETHER;
    /// @dev The part of it that is not staked; below zero where ether was paid out that no report has credited yet.
    int256 public modelBuffered = int256(INITIAL_ETHER);
    uint256 public modelStaked;
    /// @dev Paid for shares and not claimed yet.
    uint256 public modelSetAside;
    /// @dev What fees of instant redemptions added to the share rate.
    uint256 public modelLiftRay;
    uint256 public modelForced;
    uint256 public modelSkimmed;
    /// @dev Ether that the vaults ever received.
    uint256 public modelReceived;
    /// @dev Gains and losses of validators and vaults since the beginning.
    int256 public modelEarned;
    /// @dev Losses alone.
    uint256 internal modelPenalties;

    /// @dev What the last applied report saw.
    int256 internal reportedEarned;
    uint256 internal reportedPenalties;
    uint256 public reportedClWei;
    uint256 public reportedStaked;
    uint256 public reportedReceived;
    /// @dev Unannounced losses booked, in billionths of the pool.
    uint256 internal bookedBillionths;

    /// @dev How often each kind of thing happened.
    mapping(bytes32 name => uint256) public happened;

    /// @dev Checks that an action moves the share rate by rounding only, and in favour of the holders who stay.
    modifier keepsPrice() {
        (uint256 etherBefore, uint256 sharesBefore) = (poolETH.totalPooledEther(), poolETH.totalShares());
        _;
        uint256 grown = poolETH.totalPooledEther() * sharesBefore;
        uint256 flat = etherBefore * poolETH.totalShares();
        vm.assertGe(grown, flat, "I7: the share rate does not fall");
        vm.assertLe(grown - flat, etherBefore + sharesBefore, "I7: and rises by rounding only");
    }

    function actorOf(uint256 seed) public pure returns (address) {
        return address(uint160(0xAC7000 + (seed % ACTOR_COUNT)));
    }

    /// @dev Everybody who can have shares.
    function holders() public view returns (address[] memory list) {
        list = new address[](ACTOR_COUNT + 4);
        for (uint256 i = 0; i < ACTOR_COUNT; ++i) list[i] = actorOf(i);
        list[ACTOR_COUNT] = TREASURY;
        list[ACTOR_COUNT + 1] = OPERATIONS;
        list[ACTOR_COUNT + 2] = DEAD;
        list[ACTOR_COUNT + 3] = address(queue);
    }

    function _note(bytes32 name) internal {
        ++happened[name];
    }

    /// @dev Large and small amounts alike: every order of magnitude between the two is as likely as the others.
    function _magnitude(uint256 seed, uint256 minimum, uint256 maximum) internal pure returns (uint256) {
        uint256 top = maximum;
        for (uint256 steps = seed % 6; steps > 0 && top / 10 > minimum; --steps) top /= 10;
        return bound(seed / 6, minimum, top);
    }

    function _pass(uint256 elapsed) internal {
        vm.warp(block.timestamp + elapsed);
        vm.roll(block.number + elapsed / SECONDS_PER_SLOT + 1);
    }

    /// @dev Wei that validators may still lose so that the next reports stay within the limits without an announcement,
    ///      with half of it in reserve for ether that is redeemed meanwhile.
    function _lossRoom() internal view returns (uint256) {
        uint256 pooled = poolETH.totalPooledEther();
        uint256 policyRoom = (pooled * 400) / 10_000 / 2;
        uint256 left = bookedBillionths < 0.05e9 ? 0.05e9 - bookedBillionths : 0;
        uint256 custodyRoom = (pooled * left) / BILLION / 2;
        uint256 room = policyRoom < custodyRoom ? policyRoom : custodyRoom;
        uint256 unreported = modelPenalties - reportedPenalties;
        return room > unreported ? room - unreported : 0;
    }

    function _earn(uint256 ethAmount) internal {
        modelEarned += int256(ethAmount);
    }

    function _lose(uint256 ethAmount) internal {
        modelEarned -= int256(ethAmount);
        modelPenalties += ethAmount;
    }
}
