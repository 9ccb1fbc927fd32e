// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev The amounts of the seven newest periods in one slot: bits 0 to 31 hold the number of the newest period, and
///      each 32 bits above hold the amount of one period, the newest first. Seven aligned periods cover every window
///      that is as long as six, wherever it begins.
type RollingSum is uint256;

using {advanceTo, total, plus} for RollingSum global;

/// @dev An amount is too large for its period.
/// @param amount The sum that does not fit into 32 bits.
error RollingSumOverflow(uint256 amount);

/// @dev Drops what is older than seven periods before `period`.
function advanceTo(RollingSum self, uint256 period) pure returns (RollingSum) {
    uint256 raw = RollingSum.unwrap(self);
    uint256 elapsed = period - uint32(raw);
    // A shift by 256 bits or more gives zero, so a long silence forgets everything.
    return RollingSum.wrap(((raw >> 32) << (32 * (elapsed + 1))) | uint32(period));
}

/// @dev Sum over all seven periods.
function total(RollingSum self) pure returns (uint256 sum) {
    for (uint256 amounts = RollingSum.unwrap(self) >> 32; amounts != 0; amounts >>= 32) sum += uint32(amounts);
}

/// @dev Adds `amount` to the newest period.
function plus(RollingSum self, uint256 amount) pure returns (RollingSum) {
    uint256 raw = RollingSum.unwrap(self);
    uint256 newest = uint32(raw >> 32) + amount;
    require(newest <= type(uint32).max, RollingSumOverflow(newest));
    return RollingSum.wrap(raw + (amount << 32));
}
