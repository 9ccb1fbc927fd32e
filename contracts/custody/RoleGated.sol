// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

/// @title RoleGated
/// @notice Asks an access manager, named for ever at deployment, who may call.
/// @dev OpenZeppelin's AccessManaged lets the manager appoint a successor; custody must not depend on that, and policy
///      names another one by an announced upgrade only. A role with an execution delay acts through
///      `AccessManager.execute`.
abstract contract RoleGated {
    /// @notice The access manager.
    IAccessManager public immutable AUTHORITY;

    /// @notice The caller has no role for this function, or a role that must act with a delay.
    /// @param caller Who called.
    /// @param selector What he called.
    error CallerNotAuthorized(address caller, bytes4 selector);

    /// @dev Passes holders of the role that the access manager demands for this function.
    modifier restricted() {
        _requireAuthorized();
        _;
    }

    constructor(IAccessManager authority) {
        AUTHORITY = authority;
    }

    function _requireAuthorized() internal view {
        (bool immediate, ) = AUTHORITY.canCall(msg.sender, address(this), msg.sig);
        require(immediate, CallerNotAuthorized(msg.sender, msg.sig));
    }
}
