// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

import {IDepositContract} from "../interfaces/external/IDepositContract.sol";
import {Reenterer} from "./Reenterer.sol";

/// @title ReentrantAccount
/// @notice A contract account that calls back when it receives ether or is asked for its signature, and a deposit contract
///         that calls back when it is deposited to.
contract ReentrantAccount is IDepositContract, Reenterer {
    /// @notice Receives ether, and calls back if armed.
    receive() external payable {
        _reenter();
    }

    /// @notice Makes it call.
    /// @param target Contract to call.
    /// @param value Wei to send along, from the account.
    /// @param data Calldata.
    function execute(address target, uint256 value, bytes calldata data) external payable {
        (bool success, bytes memory answer) = target.call{value: value}(data);
        // revert(answer)
        if (!success)
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
    }

    /// @inheritdoc IDepositContract
    function deposit(bytes calldata, bytes calldata, bytes calldata, bytes32) external payable {
        _reenter();
    }

    /// @notice Confirms every signature, after calling back if armed.
    /// @return The answer of ERC-1271.
    function isValidSignature(bytes32, bytes calldata) external returns (bytes4) {
        _reenter();
        return IERC1271.isValidSignature.selector;
    }

    /// @inheritdoc IDepositContract
    function get_deposit_count() external pure returns (bytes memory count) {
        return new bytes(8);
    }
}
