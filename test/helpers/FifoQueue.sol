// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccounting} from "../../contracts/interfaces/IAccounting.sol";
import {IPoolETH} from "../../contracts/interfaces/IPoolETH.sol";
import {IWithdrawalQueue} from "../../contracts/interfaces/IWithdrawalQueue.sol";

/// @title FifoQueue
/// @notice Redeems shares first come, first served: the least that custody and policy need of a withdrawal queue.
contract FifoQueue is IWithdrawalQueue {
    struct Request {
        address holder;
        uint256 shares;
        /// @dev Wei set aside; zero until finalized.
        uint256 payout;
        bool isClaimed;
    }

    /// @inheritdoc IWithdrawalQueue
    address public immutable POOL_ETH;
    address private immutable ACCOUNTING;

    /// @notice Ether set aside and not claimed yet, wei.
    uint256 public claimable;
    /// @notice Requests that are finalized; they are the first ones.
    uint256 public finalized;
    Request[] private _requests;

    /// @notice Names the peers.
    /// @param poolETH The pool.
    /// @param accounting Who may finalize.
    constructor(address poolETH, address accounting) {
        POOL_ETH = poolETH;
        ACCOUNTING = accounting;
    }

    /// @inheritdoc IWithdrawalQueue
    function receiveEther() external payable {
        require(msg.sender == POOL_ETH, "the pool pays");
        claimable += msg.value;
    }

    /// @notice Locks shares of the caller.
    /// @param shares How many.
    /// @return id Number of the request, from one.
    function request(uint256 shares) external returns (uint256 id) {
        IPoolETH(POOL_ETH).lockShares(msg.sender, shares);
        _requests.push(Request(msg.sender, shares, 0, false));
        return _requests.length;
    }

    /// @inheritdoc IWithdrawalQueue
    function finalize(uint256 lastId) external {
        require(msg.sender == ACCOUNTING && lastId <= _requests.length, "accounting finalizes requests");
        while (finalized < lastId) {
            Request storage next = _requests[finalized];
            if (IPoolETH(POOL_ETH).toEtherDown(next.shares) > IAccounting(ACCOUNTING).bufferedEther()) return;
            next.payout = IPoolETH(POOL_ETH).payForShares(next.shares);
            ++finalized;
        }
    }

    /// @notice Pays a finalized request.
    /// @param id Number of the request.
    /// @return payout Wei paid.
    function claim(uint256 id) external returns (uint256 payout) {
        Request storage claimed = _requests[id - 1];
        require(id <= finalized && !claimed.isClaimed, "finalized and not claimed");
        (payout, claimed.isClaimed) = (claimed.payout, true);
        claimable -= payout;
        (bool success, ) = claimed.holder.call{value: payout}("");
        require(success, "the holder takes it");
    }

    /// @inheritdoc IWithdrawalQueue
    function unfinalizedEther() external view returns (uint256) {
        return IPoolETH(POOL_ETH).balanceOf(address(this));
    }

    /// @notice Number of requests.
    function requests() external view returns (uint256) {
        return _requests.length;
    }
}
