// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title QueueMock
/// @notice Stands where a pool expects its withdrawal queue, so that tests can act in its name. It only takes ether, and
///         calls nobody.
contract QueueMock {
    /// @notice Takes the ether of redeemed shares.
    function receiveEther() external payable {}

    /// @notice No request ever waits.
    function unfinalizedEther() external pure returns (uint256) {
        return 0;
    }

    /// @notice The pool: whoever asks, because the queue is older than the pool.
    function POOL_ETH() external view returns (address) {
        return msg.sender;
    }
}
