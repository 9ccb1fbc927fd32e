// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccounting} from "../interfaces/IAccounting.sol";
import {IPoolETH} from "../interfaces/IPoolETH.sol";
import {IWithdrawalQueue} from "../interfaces/IWithdrawalQueue.sol";

/// @title FinalizingQueueMock
/// @notice A withdrawal queue with one request, number 1, of whoever locks shares: enough to see a report finalize it.
contract FinalizingQueueMock is IWithdrawalQueue {
    /// @notice The request does not exist.
    /// @param lastId Number given.
    error UnknownRequest(uint256 lastId);

    /// @notice Locks shares of the caller.
    /// @param poolETH The pool.
    /// @param shares Number of shares, 18 decimals.
    function request(IPoolETH poolETH, uint256 shares) external {
        poolETH.lockShares(msg.sender, shares);
    }

    /// @inheritdoc IWithdrawalQueue
    function finalize(uint256 lastId) external {
        require(lastId == 1, UnknownRequest(lastId));
        IPoolETH poolETH = IPoolETH(IAccounting(msg.sender).POOL_ETH());
        poolETH.payForShares(poolETH.sharesOf(address(this)));
    }

    /// @inheritdoc IWithdrawalQueue
    function receiveEther() external payable {}

    /// @inheritdoc IWithdrawalQueue
    function unfinalizedEther() external pure returns (uint256) {
        return 0;
    }

    /// @inheritdoc IWithdrawalQueue
    /// @dev The pool, which checks this, is deployed after this contract.
    function POOL_ETH() external view returns (address) {
        return msg.sender;
    }
}
