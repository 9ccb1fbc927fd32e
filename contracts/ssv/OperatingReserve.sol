// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {RoleGated} from "../custody/RoleGated.sol";
import {IOperatingReserve} from "../interfaces/IOperatingReserve.sol";
import {RollingSum} from "../types/RollingSum.sol";
import {ClusterStorage} from "./ClusterStorage.sol";

/// @title OperatingReserve
/// @notice Holds the ether that pays ssv.network. A role may take a little of it out at a time, to whom it names.
abstract contract OperatingReserve is ClusterStorage, RoleGated {
    /// @dev Seven of these cover any seven days.
    uint256 private constant PERIOD = 28 hours;
    uint256 private constant UNIT = 0.001 ether;
    uint256 private constant MIN_LIMIT = 1 ether;
    uint256 private constant RESERVE_FRACTION = 10;

    /// @notice Takes ether into the operating reserve: what SSV pays back arrives here.
    receive() external payable {
        emit ReserveDeposited(msg.sender, msg.value);
    }

    /// @inheritdoc IOperatingReserve
    function depositReserve() external payable {
        emit ReserveDeposited(msg.sender, msg.value);
    }

    /// @inheritdoc IOperatingReserve
    function withdrawReserve(address receiver, uint256 ethAmount) external restricted {
        RollingSum withdrawn = _recentlyWithdrawn();
        uint256 allowed = _allowance(withdrawn);
        uint256 units = Math.ceilDiv(ethAmount, UNIT);
        require(units <= allowed / UNIT, ReserveLimitExceeded(ethAmount, allowed));
        _requireReserve(ethAmount);

        _clusters().withdrawn = withdrawn.plus(units);
        emit ReserveWithdrawn(receiver, ethAmount);

        (bool success, ) = receiver.call{value: ethAmount}("");
        require(success, ReserveTransferFailed(receiver));
    }

    /// @inheritdoc IOperatingReserve
    function reserve() external view returns (uint256) {
        return address(this).balance;
    }

    /// @inheritdoc IOperatingReserve
    function reserveAllowance() external view returns (uint256) {
        return _allowance(_recentlyWithdrawn());
    }

    function _requireReserve(uint256 ethAmount) internal view {
        require(ethAmount <= address(this).balance, InsufficientReserve(address(this).balance, ethAmount));
    }

    function _recentlyWithdrawn() private view returns (RollingSum) {
        return _clusters().withdrawn.advanceTo(block.timestamp / PERIOD);
    }

    /// @dev Wei, rounded down to whole units.
    function _allowance(RollingSum withdrawn) private view returns (uint256) {
        uint256 limit = Math.max(address(this).balance / RESERVE_FRACTION, MIN_LIMIT) / UNIT;
        return Math.saturatingSub(limit, withdrawn.total()) * UNIT;
    }
}
