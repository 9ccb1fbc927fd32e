// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVWhitelistingContract} from "./ISSVWhitelistingContract.sol";

/// @title ISSVOperatorsWhitelist
/// @notice Who may register validators with a private operator. Checked at registration only.
interface ISSVOperatorsWhitelist {
    /// @notice Accounts were whitelisted.
    /// @param operatorIds Operators concerned.
    /// @param whitelistAddresses Accounts concerned.
    event OperatorMultipleWhitelistUpdated(uint64[] operatorIds, address[] whitelistAddresses);
    /// @notice Accounts were taken off the whitelist.
    /// @param operatorIds Operators concerned.
    /// @param whitelistAddresses Accounts concerned.
    event OperatorMultipleWhitelistRemoved(uint64[] operatorIds, address[] whitelistAddresses);
    /// @notice The whitelisting contract of operators changed.
    /// @param operatorIds Operators concerned.
    /// @param whitelistingContract Contract; zero when removed.
    event OperatorWhitelistingContractUpdated(uint64[] operatorIds, address whitelistingContract);

    /// @notice Whitelists each address for each operator.
    /// @param operatorIds Operators of the caller, ascending.
    /// @param whitelistAddresses Accounts; not whitelisting contracts.
    function setOperatorsWhitelists(uint64[] calldata operatorIds, address[] calldata whitelistAddresses) external;

    /// @notice Takes each address off the whitelist of each operator.
    /// @param operatorIds Operators of the caller, ascending.
    /// @param whitelistAddresses Accounts.
    function removeOperatorsWhitelists(uint64[] calldata operatorIds, address[] calldata whitelistAddresses) external;

    /// @notice Lets a contract decide who may use the operators, besides those whitelisted by address.
    /// @param operatorIds Operators of the caller.
    /// @param whitelistingContract Contract that announces `ISSVWhitelistingContract` by ERC-165.
    function setOperatorsWhitelistingContract(
        uint64[] calldata operatorIds,
        ISSVWhitelistingContract whitelistingContract
    ) external;

    /// @notice Removes the whitelisting contract of each operator.
    /// @param operatorIds Operators of the caller.
    function removeOperatorsWhitelistingContract(uint64[] calldata operatorIds) external;
}
