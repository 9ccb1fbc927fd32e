// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title IWithdrawalQueue
/// @notice What a pool asks of its withdrawal queue.
interface IWithdrawalQueue {
    /// @notice Requests are worth more than may be spent on them.
    /// @param ethAmount Their worth, wei.
    /// @param maximum Most, wei.
    error FinalizationAboveLimit(uint256 ethAmount, uint256 maximum);

    /// @notice Takes the ether of a finalization. Only the pool may call.
    function receiveEther() external payable;

    /// @notice Finalizes requests at the share rate of now: their shares are burned, and their ether is set aside. Only
    ///         `Accounting` may call. It does nothing for requests that are finalized.
    /// @param lastId Last request to finalize.
    /// @param maxEther Most that they may be worth, wei.
    /// @custom:error FinalizationAboveLimit If they are worth more.
    function finalize(uint256 lastId, uint256 maxEther) external;

    /// @notice How far an amount of ether would finalize the queue now.
    /// @param lastId Last request to finalize; there need not be so many.
    /// @param ethAmount Wei there are.
    /// @return id Last request that can be paid with it, at most `lastId`; zero for none.
    /// @return required Wei that all up to it take, rounded down as they are paid.
    function payableUpTo(uint256 lastId, uint256 ethAmount) external view returns (uint256 id, uint256 required);

    /// @notice Worth of the shares that wait, wei, rounded up.
    function unfinalizedEther() external view returns (uint256);

    /// @notice The pool.
    function POOL_ETH() external view returns (address);
}
