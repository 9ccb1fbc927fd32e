// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";

import {WrappedPoolETH} from "../../contracts/custody/WrappedPoolETH.sol";
import {IPoolETH} from "../../contracts/interfaces/IPoolETH.sol";
import {PoolFixture} from "../helpers/PoolFixture.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @title WrappedPoolETHTest
/// @notice What the wrapped token promises by previews and limits, against what it does, at any share rate.
contract WrappedPoolETHTest is PoolFixture {
    uint256 private constant DEPOSIT = 1_000 ether;
    uint256 private constant MIN_POOLED = 1e9;
    uint256 private constant MAX_POOLED = 2e27;
    uint256 private constant MAX_STEPS = 24;
    /// @dev Where `PoolETH` keeps its totals, and the ether within them.
    bytes32 private constant TOTALS_SLOT = bytes32(uint256(8));
    uint256 private constant ETHER_OFFSET = 96;
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);

    WrappedPoolETH private _wrapped;

    function setUp() external {
        _deployPool();
        _wrapped = new WrappedPoolETH(address(poolETH));
        address[2] memory holders = [ALICE, BOB];
        for (uint256 i = 0; i < holders.length; ++i) {
            vm.deal(holders[i], DEPOSIT);
            vm.prank(holders[i]);
            poolETH.deposit{value: DEPOSIT}(holders[i], address(0));
            vm.prank(holders[i]);
            poolETH.approve(address(_wrapped), type(uint256).max);
            vm.prank(holders[i]);
            _wrapped.mint(DEPOSIT / 2, holders[i]);
        }
    }

    function testFuzz_H30_depositsGiveWhatWasPreviewed(uint256 pooled, uint256 assets) external {
        _setPooledEther(pooled);
        assets = bound(assets, 0, poolETH.balanceOf(ALICE));
        uint256 expected = _wrapped.previewDeposit(assets);
        vm.assertEq(expected, (assets * poolETH.totalShares()) / poolETH.totalPooledEther(), "rounded down");
        uint256 held = poolETH.sharesOf(ALICE);
        vm.prank(ALICE);
        poolETH.approve(address(_wrapped), assets);

        vm.prank(ALICE);
        if (expected == 0) vm.expectRevert(abi.encodeWithSelector(IPoolETH.NothingToExchange.selector));
        uint256 minted = _wrapped.deposit(assets, address(this));

        if (expected == 0) return;
        vm.assertEq(minted, expected, "units returned");
        vm.assertEq(_wrapped.balanceOf(address(this)), expected, "units minted");
        vm.assertEq(held - poolETH.sharesOf(ALICE), expected, "shares paid");
        vm.assertEq(poolETH.allowance(ALICE, address(_wrapped)), 0, "allowance spent");
        _assertBacked(0);
    }

    function testFuzz_H30_mintsCostWhatWasPreviewed(uint256 pooled, uint256 shares) external {
        _setPooledEther(pooled);
        uint256 held = poolETH.sharesOf(ALICE);
        shares = bound(shares, 1, held);
        uint256 expected = _wrapped.previewMint(shares);
        vm.assertEq(expected, _divideUp(shares * poolETH.totalPooledEther(), poolETH.totalShares()), "rounded up");
        vm.prank(ALICE);
        poolETH.approve(address(_wrapped), expected);

        vm.prank(ALICE);
        uint256 assets = _wrapped.mint(shares, address(this));

        vm.assertEq(assets, expected, "assets returned");
        vm.assertEq(_wrapped.balanceOf(address(this)), shares, "units minted");
        vm.assertEq(held - poolETH.sharesOf(ALICE), shares, "shares paid");
        vm.assertEq(poolETH.allowance(ALICE, address(_wrapped)), 0, "allowance spent");
        _assertBacked(0);
    }

    function testFuzz_H30_withdrawalsBurnWhatWasPreviewed(uint256 pooled, uint256 assets) external {
        _setPooledEther(pooled);
        uint256 held = _wrapped.balanceOf(ALICE);
        assets = bound(assets, 1, _wrapped.maxWithdraw(ALICE));
        uint256 expected = _wrapped.previewWithdraw(assets);
        vm.assertEq(expected, _divideUp(assets * poolETH.totalShares(), poolETH.totalPooledEther()), "rounded up");

        vm.prank(ALICE);
        uint256 burned = _wrapped.withdraw(assets, address(this), ALICE);

        vm.assertEq(burned, expected, "units returned");
        vm.assertEq(held - _wrapped.balanceOf(ALICE), expected, "units burned");
        vm.assertEq(poolETH.sharesOf(address(this)), expected, "shares received");
        vm.assertGe(poolETH.balanceOf(address(this)), assets, "the amount arrives");
        uint256 tolerance = poolETH.totalPooledEther() / poolETH.totalShares() + 1;
        vm.assertLe(poolETH.balanceOf(address(this)) - assets, tolerance, "and at most a share more");
        _assertBacked(0);
    }

    function testFuzz_H30_redemptionsPayWhatWasPreviewed(uint256 pooled, uint256 shares) external {
        _setPooledEther(pooled);
        uint256 held = _wrapped.balanceOf(ALICE);
        shares = bound(shares, 0, held);
        uint256 expected = _wrapped.previewRedeem(shares);
        vm.assertEq(expected, (shares * poolETH.totalPooledEther()) / poolETH.totalShares(), "rounded down");

        vm.prank(ALICE);
        if (expected == 0) vm.expectRevert(abi.encodeWithSelector(IPoolETH.NothingToExchange.selector));
        uint256 assets = _wrapped.redeem(shares, address(this), ALICE);

        if (expected == 0) return;
        vm.assertEq(assets, expected, "assets returned");
        vm.assertEq(held - _wrapped.balanceOf(ALICE), shares, "units burned");
        vm.assertEq(poolETH.sharesOf(address(this)), shares, "shares received");
        vm.assertEq(poolETH.balanceOf(address(this)), expected, "assets received");
        _assertBacked(0);
    }

    function testFuzz_H30_theMostIsPossibleAndNoMore(uint256 pooled) external {
        _setPooledEther(pooled);
        uint256 units = _wrapped.balanceOf(ALICE);
        uint256 most = _wrapped.maxWithdraw(ALICE);

        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(ERC4626.ERC4626ExceededMaxWithdraw.selector, ALICE, most + 1, most));
        _wrapped.withdraw(most + 1, ALICE, ALICE);
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(ERC4626.ERC4626ExceededMaxRedeem.selector, ALICE, units + 1, units));
        _wrapped.redeem(units + 1, ALICE, ALICE);

        vm.prank(ALICE);
        vm.assertLe(_wrapped.withdraw(most, ALICE, ALICE), units, "the most can be withdrawn");
        vm.assertEq(_wrapped.maxRedeem(BOB), units, "all can be redeemed");
        vm.prank(BOB);
        _wrapped.redeem(units, BOB, BOB);
        vm.assertEq(_wrapped.balanceOf(BOB), 0, "and all are gone");
    }

    function testFuzz_H30_whoeverHasAllCanDepositTheMost(uint256 pooled) external {
        // One who had everything: the shares of the others, and those locked at deployment.
        vm.prank(BOB);
        poolETH.transferShares(ALICE, DEPOSIT / 2);
        vm.prank(ALICE);
        _wrapped.redeem(DEPOSIT / 2, ALICE, ALICE);
        vm.prank(BOB);
        _wrapped.redeem(DEPOSIT / 2, ALICE, BOB);
        vm.prank(DEAD);
        poolETH.transferShares(ALICE, INITIAL_ETHER);
        _setPooledEther(pooled);
        uint256 most = _wrapped.maxDeposit(ALICE);
        uint256 mostUnits = _wrapped.maxMint(ALICE);

        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, ALICE, most, most + 1));
        _wrapped.deposit(most + 1, ALICE);
        vm.prank(ALICE);
        vm.assertEq(_wrapped.deposit(most, ALICE), mostUnits, "the most can be deposited");
        vm.prank(ALICE);
        _wrapped.redeem(mostUnits, ALICE, ALICE);
        vm.prank(ALICE);
        vm.assertEq(_wrapped.mint(mostUnits, ALICE), most, "or minted");
    }

    function testFuzz_H30_noRoundTripPays(uint256 pooled, uint256 amount) external {
        _setPooledEther(pooled);
        uint256 assets = bound(amount, 0, poolETH.balanceOf(ALICE));
        uint256 shares = bound(amount, 0, poolETH.totalShares());

        vm.assertLe(_wrapped.previewRedeem(_wrapped.previewDeposit(assets)), assets, "deposit and redeem");
        vm.assertGe(_wrapped.previewWithdraw(assets), _wrapped.previewDeposit(assets), "withdraw and deposit");
        vm.assertGe(_wrapped.previewMint(shares), _wrapped.previewRedeem(shares), "redeem and mint");
        vm.assertGe(_wrapped.previewWithdraw(_wrapped.previewMint(shares)), shares, "mint and withdraw");
    }

    function testFuzz_H30_donationsChangeNoPrice(uint256 pooled, uint256 donated, uint256 amount) external {
        _setPooledEther(pooled);
        donated = bound(donated, 1, poolETH.sharesOf(BOB));
        amount = bound(amount, 1, poolETH.totalShares());
        uint256[5] memory before = _prices(amount);

        vm.prank(BOB);
        poolETH.transferShares(address(_wrapped), donated);

        uint256[5] memory afterwards = _prices(amount);
        for (uint256 i = 0; i < before.length; ++i) vm.assertEq(afterwards[i], before[i], "the same price");
        _assertBacked(donated);
    }

    function testFuzz_H30_everyUnitIsBackedWhateverHappens(uint256[] calldata seeds) external {
        uint256 donated = 0;
        for (uint256 i = 0; i < seeds.length && i < MAX_STEPS; ++i) {
            (address from, address to) = seeds[i] % 2 == 0 ? (ALICE, BOB) : (BOB, ALICE);
            uint256 amount = seeds[i] >> 128;
            donated += _step((seeds[i] >> 8) % 7, from, to, amount);
            _assertBacked(donated);
        }
    }

    /// @dev Does one of the things that can happen, and returns how many shares were sent to the wrapper for nothing.
    function _step(uint256 kind, address from, address to, uint256 seed) private returns (uint256) {
        uint256 free = poolETH.sharesOf(from);
        uint256 units = _wrapped.balanceOf(from);
        uint256 shares = bound(
            seed,
            0,
            kind == 1
                ? free / 8
                : kind == 3
                    ? free
                    : units
        );
        uint256 assets = bound(seed, 0, poolETH.toEtherDown(kind == 4 ? free : units));
        bool isNothing =
            kind == 4
                ? poolETH.toSharesDown(assets) == 0
                : kind == 5
                    ? assets == 0
                    : shares == 0;
        if (kind == 6) isNothing = poolETH.toEtherDown(shares) == 0;
        if (kind == 0) _setPooledEther(seed);
        if (kind == 0 || isNothing) return 0;

        vm.prank(from);
        if (kind == 1) poolETH.transferShares(address(_wrapped), shares);
        if (kind == 2) _wrapped.transfer(to, shares);
        if (kind == 3) _wrapped.mint(shares, to);
        if (kind == 4) _wrapped.deposit(assets, to);
        if (kind == 5) _wrapped.withdraw(assets, to, from);
        if (kind == 6) _wrapped.redeem(shares, to, from);
        return kind == 1 ? shares : 0;
    }

    function _assertBacked(uint256 donated) private view {
        uint256 supply = _wrapped.totalSupply();
        vm.assertEq(poolETH.sharesOf(address(_wrapped)), supply + donated, "a share for each unit");
        uint256 claims = _wrapped.maxWithdraw(ALICE) + _wrapped.maxWithdraw(BOB);
        vm.assertLe(claims, poolETH.balanceOf(address(_wrapped)), "poolETH for all claims");
        vm.assertEq(_wrapped.totalAssets(), _wrapped.convertToAssets(supply), "worth of all units");
    }

    function _prices(uint256 amount) private view returns (uint256[5] memory) {
        return
            [
                _wrapped.previewDeposit(amount),
                _wrapped.previewMint(amount),
                _wrapped.previewWithdraw(amount),
                _wrapped.previewRedeem(amount),
                _wrapped.totalAssets()
            ];
    }

    /// @dev Makes the pool worth as much as reports could make it in years, or less than a millionth of what was paid.
    function _setPooledEther(uint256 seed) private {
        uint256 pooled = bound(seed, MIN_POOLED, MAX_POOLED);
        uint256 mask = uint256(type(uint96).max) << ETHER_OFFSET;
        uint256 totals = uint256(vm.load(address(poolETH), TOTALS_SLOT)) & ~mask;
        vm.store(address(poolETH), TOTALS_SLOT, bytes32(totals | (pooled << ETHER_OFFSET)));
        vm.assertEq(poolETH.totalPooledEther(), pooled, "the totals are where they were");
    }

    function _divideUp(uint256 product, uint256 divisor) private pure returns (uint256) {
        return (product + divisor - 1) / divisor;
    }
}
