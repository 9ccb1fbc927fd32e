// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {PoolTotals, TotalSharesOverflow} from "../../contracts/types/PoolTotals.sol";
import {bound, vm} from "../helpers/Vm.sol";

/// @title PoolTotalsTest
/// @notice Six fields in one slot: what changes one leaves the others alone.
contract PoolTotalsTest {
    uint256 private constant MAX_96 = type(uint96).max;

    function testFuzz_rebasedKeepsCapAndFlags(
        uint96 shares,
        uint96 pooledEther,
        uint32 time,
        uint24 cap,
        uint8 flags,
        bool queued
    ) external pure {
        flags &= 0x7f;
        PoolTotals totals = PoolTotals.wrap(0).withCap(cap).withFlags(flags).withQueued(queued);
        totals = totals.rebased(shares, pooledEther, time);
        _assertFields(totals, shares, pooledEther, time, cap, flags);
        vm.assertTrue(totals.isQueued() == queued, "a rebase keeps whether the queue has shares");
        _assertFields(totals.withCap(~cap), shares, pooledEther, time, ~cap, flags);
        _assertFields(totals.withFlags(~flags & 0x7f), shares, pooledEther, time, cap, ~flags & 0x7f);
        vm.assertTrue(totals.withCap(~cap).withFlags(~flags & 0x7f).isQueued() == queued, "and so do cap and flags");
        _assertFields(totals.withQueued(!queued), shares, pooledEther, time, cap, flags);
        vm.assertTrue(totals.withQueued(!queued).isQueued() != queued, "until it is said otherwise");
    }

    function testFuzz_minusTakesSharesAndEther(
        uint256 shares,
        uint256 fewer,
        uint256 pooledEther,
        uint256 lessEther
    ) external pure {
        shares = bound(shares, 0, MAX_96);
        fewer = bound(fewer, 0, shares);
        pooledEther = bound(pooledEther, 0, MAX_96);
        lessEther = bound(lessEther, 0, pooledEther);
        PoolTotals totals = PoolTotals.wrap(0).withCap(7).withFlags(1).rebased(shares, pooledEther, 5);

        _assertFields(totals.minus(fewer, lessEther), shares - fewer, pooledEther - lessEther, 5, 7, 1);
    }

    function testFuzz_refusesSharesBeyond96Bits(uint256 shares) external {
        shares = bound(shares, MAX_96 + 1, type(uint128).max);
        vm.expectRevert(abi.encodeWithSelector(TotalSharesOverflow.selector, shares));
        this.rebased(shares);
    }

    function rebased(uint256 shares) external pure returns (PoolTotals) {
        return PoolTotals.wrap(0).rebased(shares, 0, 0);
    }

    function _assertFields(
        PoolTotals totals,
        uint256 shares,
        uint256 pooledEther,
        uint256 time,
        uint256 cap,
        uint256 flags
    ) private pure {
        vm.assertEq(totals.shares(), shares, "shares");
        vm.assertEq(totals.pooledEther(), pooledEther, "pooled ether");
        vm.assertEq(totals.lastRebase(), time, "time");
        vm.assertEq(totals.capEth(), cap, "cap");
        vm.assertEq(totals.flags(), flags, "flags");
    }
}
