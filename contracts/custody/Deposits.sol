// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

import {IPoolETH} from "../interfaces/IPoolETH.sol";
import {
    PoolTotals,
    MASK_96,
    ETHER_OFFSET,
    CAP_OFFSET,
    TIME_OFFSET,
    FLAGS_OFFSET,
    TotalSharesOverflow
} from "../types/PoolTotals.sol";
import {PermitToken} from "./PermitToken.sol";
import {PoolControls} from "./PoolControls.sol";

/// @title Deposits
/// @notice How ether comes into the pool from stakers. It calls nobody.
abstract contract Deposits is PoolControls, IPoolETH {
    uint256 private constant MIN_DEPOSIT = 0.001 ether;

    /* STAKER */

    /// @notice Deposits for the sender, without a referral; see `deposit`.
    receive() external payable {
        _deposit(msg.sender);
    }

    /// @inheritdoc IPoolETH
    function deposit(address receiver, address referral) external payable returns (uint256 shares) {
        shares = _deposit(receiver);
        if (referral != address(0)) emit Referred(receiver, referral, msg.value);
        // return shares
        assembly ("memory-safe") {
            mstore(0, shares)
            return(0, 0x20)
        }
    }

    /* VIEWS */

    /// @inheritdoc PermitToken
    function nonces(address owner) public view override(PermitToken, IERC20Permit) returns (uint256) {
        return super.nonces(owner);
    }

    /* PRIVATE */

    /// @dev All that may stop a deposit is asked in one branch, because every depositor pays for each.
    function _deposit(address receiver) private returns (uint256 shares) {
        uint256 totals = PoolTotals.unwrap(_totals);
        // Ether and shares stay below 2^96, times below 2^32, addresses below 2^160. So a difference of two of a kind has
        // its highest bit set exactly if it is negative.
        unchecked {
            uint256 allShares = totals & MASK_96;
            uint256 pooledEther = (totals >> ETHER_OFFSET) & MASK_96;
            // Never zero: a rate of 128 bits is at most 341e9 wei a share, and the least deposit a thousand times that.
            shares = (msg.value * allShares) / pooledEther;

            uint256 account = uint160(receiver);
            uint256 maximum = uint256(uint24(totals >> CAP_OFFSET)) * 1 ether;
            uint256 staleAfter = uint32(totals >> TIME_OFFSET) + MAX_REPORT_AGE;
            uint256 differences = (account - 1) | ((account ^ uint160(address(this))) - 1);
            differences |=
                (msg.value - MIN_DEPOSIT) |
                (maximum - pooledEther - msg.value) |
                (staleAfter - block.timestamp);
            uint256 doubts = (differences >> 255) | (totals >> FLAGS_OFFSET) | ((allShares + shares) >> 96);
            if (doubts != 0) _requireDepositable(receiver, PoolTotals.wrap(totals), allShares + shares);

            _totals = PoolTotals.wrap(totals + (msg.value << ETHER_OFFSET) + shares);
            _holders[receiver].shares += shares;
        }
        _emitTransfer(address(0), receiver, shares, msg.value);
    }

    /// @dev Says what stops a deposit after which there were `newShares`; a flag alone need not.
    function _requireDepositable(address receiver, PoolTotals totals, uint256 newShares) private view {
        _requireReceiver(receiver);
        require(msg.value >= MIN_DEPOSIT, DepositBelowMinimum(msg.value, MIN_DEPOSIT));
        require(block.timestamp <= totals.lastRebase() + MAX_REPORT_AGE, ReportStale(totals.lastRebase()));
        if (totals.flags() != 0) _requireDepositsOpen();
        uint256 newPooledEther = totals.pooledEther() + msg.value;
        require(newPooledEther <= totals.capEth() * 1 ether, CapExceeded(newPooledEther, totals.capEth() * 1 ether));
        require(newShares <= MASK_96, TotalSharesOverflow(newShares));
    }
}
