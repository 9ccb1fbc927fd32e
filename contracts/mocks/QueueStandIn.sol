// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPoolETH} from "../interfaces/IPoolETH.sol";
import {IWithdrawalQueue} from "../interfaces/IWithdrawalQueue.sol";
import {IWithdrawalRequests} from "../interfaces/IWithdrawalRequests.sol";
import {Reenterer} from "./Reenterer.sol";

/// @title QueueStandIn
/// @notice Does with a pool what its withdrawal queue does, and keeps no requests: whatever is locked can be paid.
contract QueueStandIn is IWithdrawalQueue, Reenterer {
    /// @inheritdoc IWithdrawalQueue
    address public immutable POOL_ETH;

    /// @notice Number given to the last `finalize`.
    uint256 public lastFinalized;

    /// @dev The other address is that of the accounting, which is not asked who it is.
    constructor(address poolETH, address) {
        POOL_ETH = poolETH;
    }

    /// @notice Locks shares of the caller.
    /// @param shares Number of shares, 18 decimals.
    /// @return ethAmount Their worth, wei.
    function request(uint256 shares) external returns (uint256 ethAmount) {
        return IPoolETH(POOL_ETH).lockShares(msg.sender, shares);
    }

    /// @notice Asks the pool to pay for shares, as many as the test says.
    /// @param shares Number of shares, 18 decimals.
    /// @return ethAmount Wei paid.
    function pay(uint256 shares) external returns (uint256 ethAmount) {
        return IPoolETH(POOL_ETH).payForShares(shares);
    }

    /// @inheritdoc IWithdrawalQueue
    function finalize(uint256 lastId, uint256) external {
        lastFinalized = lastId;
        IPoolETH(POOL_ETH).payForShares(IPoolETH(POOL_ETH).sharesOf(address(this)));
    }

    /// @inheritdoc IWithdrawalQueue
    function receiveEther() external payable {
        _reenter();
    }

    /// @inheritdoc IWithdrawalQueue
    function payableUpTo(uint256 lastId, uint256) external view returns (uint256 id, uint256 required) {
        return (lastId, IPoolETH(POOL_ETH).toEtherDown(IPoolETH(POOL_ETH).sharesOf(address(this))));
    }

    /// @inheritdoc IWithdrawalQueue
    function unfinalizedEther() external view returns (uint256) {
        return IPoolETH(POOL_ETH).toEtherUp(IPoolETH(POOL_ETH).sharesOf(address(this)));
    }

    /// @notice Nobody waits.
    /// @return state All zero.
    function queueState() external pure returns (IWithdrawalRequests.QueueState memory state) {
        return state;
    }
}
