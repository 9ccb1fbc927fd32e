// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title IVault
/// @notice Receives ether that belongs to a pool, and passes it on to the pool and to nobody else.
interface IVault {
    /// @notice The vault sent its ether to the pool.
    /// @param ethAmount Wei.
    event Collected(uint256 ethAmount);

    /// @notice Sends all ether to the pool. Anyone may call.
    /// @return ethAmount Wei sent; zero when there was none.
    /// @custom:emits Collected
    function collect() external returns (uint256 ethAmount);

    /// @notice The pool.
    function POOL_ETH() external view returns (address);
}
