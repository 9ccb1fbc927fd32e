// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC1822Proxiable} from "@openzeppelin/contracts/interfaces/draft-IERC1822.sol";
import {ERC1967Utils} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Utils.sol";

/// @title HostilePolicy
/// @notice The worst code that a policy proxy can be upgraded to: in its name anybody calls anything, any number of times
///         in one transaction. It keeps whatever ether it is sent.
contract HostilePolicy is IERC1822Proxiable {
    struct Call {
        address target;
        uint256 value;
        bytes data;
    }

    /// @notice Takes ether.
    receive() external payable {}

    /// @notice Makes calls in the name of the proxy, one after the other; the first failure reverts all.
    /// @param calls What to call.
    function execute(Call[] calldata calls) external payable {
        for (uint256 i = 0; i < calls.length; ++i) {
            (bool success, bytes memory answer) = calls[i].target.call{value: calls[i].value}(calls[i].data);
            if (success) continue;
            // revert with what the call reverted with
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }

    /// @notice Changes the code of the proxy at once, whatever was announced.
    /// @param newImplementation Implementation.
    function become(address newImplementation) external {
        ERC1967Utils.upgradeToAndCall(newImplementation, "");
    }

    /// @notice Looks like the front door of `PoolManager`, and mints nothing.
    /// @return shares Zero.
    function deposit(address, address) external payable returns (uint256 shares) {
        return 0;
    }

    /// @inheritdoc IERC1822Proxiable
    function proxiableUUID() external pure override returns (bytes32) {
        return ERC1967Utils.IMPLEMENTATION_SLOT;
    }
}
