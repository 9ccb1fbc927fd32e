// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title ISSVWhitelistingContract
/// @notice Decides who may register validators with a private operator; announced by ERC-165.
interface ISSVWhitelistingContract {
    /// @notice Whether `account` may use the operator.
    /// @param account Owner of the cluster.
    /// @param operatorId Operator asked for.
    /// @return Whether it may.
    function isWhitelisted(address account, uint256 operatorId) external view returns (bool);
}
