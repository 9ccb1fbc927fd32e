// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPoolETH} from "../interfaces/IPoolETH.sol";

/// @title Reenterer
/// @notice Uses the moment in which it is called to call back, and writes down what the pool shows then; or refuses.
abstract contract Reenterer {
    /// @dev What the pool shows at one moment.
    struct Sight {
        uint256 totalShares;
        uint256 totalPooledEther;
        uint256 shareRateRay;
        uint256 ownBalance;
    }

    /// @notice What the pool showed when the call back began.
    Sight public sight;
    /// @notice Whether the call back took place.
    bool public called;
    /// @notice Whether it succeeded.
    bool public succeeded;

    /// @notice Whether it refuses what comes.
    bool public refuses;

    IPoolETH private _pool;
    address private _target;
    uint256 private _value;
    bytes private _data;
    bool private _armed;

    /// @notice It refuses what comes.
    /// @param ethAmount Wei that came along.
    error Refused(uint256 ethAmount);

    /// @notice Sets up one call back.
    /// @param pool Pool to look at.
    /// @param target Contract to call.
    /// @param value Wei to send along.
    /// @param data Calldata.
    function arm(IPoolETH pool, address target, uint256 value, bytes calldata data) external {
        (_pool, _target, _value, _data) = (pool, target, value, data);
        (_armed, called, succeeded) = (true, false, false);
        delete sight;
    }

    /// @notice Makes it refuse what comes, or take it again.
    /// @param newRefuses Whether it refuses.
    function refuse(bool newRefuses) external {
        refuses = newRefuses;
    }

    function _reenter() internal {
        require(!refuses, Refused(msg.value));
        if (!_armed) return;
        (_armed, called) = (false, true);
        sight = Sight(
            _pool.totalShares(),
            _pool.totalPooledEther(),
            _pool.shareRateRay(),
            _pool.balanceOf(address(this))
        );
        (succeeded, ) = _target.call{value: _value}(_data);
    }
}
