// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {RoleGated} from "../custody/RoleGated.sol";

/// @title OperatorGated
/// @notice Lets operators call at less gas than `RoleGated` does.
abstract contract OperatorGated is RoleGated {
    /// @dev Of the access manager; the deployment grants it under this number.
    uint64 private constant OPERATOR_ROLE = 1;

    /// @dev Passes operators who need not wait, and whomever `restricted` would pass. To ask for the role alone costs
    ///      5,000 gas less than to ask whether it may call this function. So neither a closed target nor a function that
    ///      was given to another role stops operators: they are stopped by revoking the role.
    modifier onlyOperator() {
        (bool isOperator, uint32 delay) = AUTHORITY.hasRole(OPERATOR_ROLE, msg.sender);
        if (!isOperator || delay != 0) _requireAuthorized();
        _;
    }
}
