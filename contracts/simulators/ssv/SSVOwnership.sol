// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SSVState} from "./SSVState.sol";

/// @title SSVOwnership
/// @notice The owner of the simulated network, handed over in two steps.
abstract contract SSVOwnership is SSVState {
    /// @notice The owner offered the network to another account.
    /// @param previousOwner Present owner.
    /// @param newOwner Account that may accept.
    event OwnershipTransferStarted(address indexed previousOwner, address indexed newOwner);
    /// @notice The network has a new owner.
    /// @param previousOwner Former owner.
    /// @param newOwner Owner from now on.
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    // The real network answers with these texts, so clients of both see the same.
    // solhint-disable gas-custom-errors, reason-string
    modifier onlyOwner() {
        require(msg.sender == _owner, "Ownable: caller is not the owner");
        _;
    }

    /// @notice Owner of the network.
    /// @return Account.
    function owner() external view returns (address) {
        return _owner;
    }

    /// @notice Account that may accept the network.
    /// @return Account; zero when none.
    function pendingOwner() external view returns (address) {
        return _pendingOwner;
    }

    /// @notice Offers the network to another account.
    /// @param newOwner Account that may accept.
    function transferOwnership(address newOwner) external onlyOwner {
        _pendingOwner = newOwner;
        emit OwnershipTransferStarted(_owner, newOwner);
    }

    /// @notice Accepts the network.
    function acceptOwnership() external {
        require(msg.sender == _pendingOwner, "Ownable2Step: caller is not the new owner");
        emit OwnershipTransferred(_owner, msg.sender);
        _owner = msg.sender;
        delete _pendingOwner;
    }
}
