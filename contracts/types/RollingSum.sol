// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev The amounts of the seven newest periods: bits 0 to 17 hold the number of the newest period, modulo 2^18, and each
///      26 bits from there to bit 199 the amount of one period, the newest first. Seven aligned periods cover every window
///      that is as long as six, wherever it begins. Bits 200 to 255 are free for a total that never forgets.
type RollingSum is uint256;

using {advanceTo, total, plus, grandTotal, plusGrand} for RollingSum global;

uint256 constant PERIOD_BITS = 18;
uint256 constant AMOUNT_BITS = 26;
uint256 constant GRAND_OFFSET = 200;
uint256 constant PERIOD_MASK = (1 << PERIOD_BITS) - 1;
uint256 constant AMOUNT_MASK = (1 << AMOUNT_BITS) - 1;
uint256 constant AMOUNTS_MASK = (1 << (GRAND_OFFSET - PERIOD_BITS)) - 1;

/// @dev An amount is too large for its bits.
/// @param amount The sum that does not fit.
error RollingSumOverflow(uint256 amount);

/// @dev Drops what is older than seven periods before `period`, which is not before the newest. After a silence of 2^18
///      periods or a multiple of them, it may keep what it should drop, so that limits are too strict and never too loose.
function advanceTo(RollingSum self, uint256 period) pure returns (RollingSum) {
    uint256 raw = RollingSum.unwrap(self);
    // Periods only grow. A shift by 256 bits or more gives zero, so a long silence forgets everything.
    unchecked {
        uint256 elapsed = (period - raw) & PERIOD_MASK;
        uint256 amounts = ((raw >> PERIOD_BITS) << (AMOUNT_BITS * elapsed)) & AMOUNTS_MASK;
        return
            RollingSum.wrap(
                ((raw >> GRAND_OFFSET) << GRAND_OFFSET) | (amounts << PERIOD_BITS) | (period & PERIOD_MASK)
            );
    }
}

/// @dev Sum over all seven periods.
function total(RollingSum self) pure returns (uint256 sum) {
    uint256 amounts = (RollingSum.unwrap(self) >> PERIOD_BITS) & AMOUNTS_MASK;
    // Seven of 26 bits have 29.
    unchecked {
        for (; amounts != 0; amounts >>= AMOUNT_BITS) sum += amounts & AMOUNT_MASK;
    }
}

/// @dev Adds `amount` to the newest period.
function plus(RollingSum self, uint256 amount) pure returns (RollingSum) {
    uint256 raw = RollingSum.unwrap(self);
    uint256 newest = ((raw >> PERIOD_BITS) & AMOUNT_MASK) + amount;
    if (newest > AMOUNT_MASK) revert RollingSumOverflow(newest);
    unchecked {
        return RollingSum.wrap(raw + (amount << PERIOD_BITS));
    }
}

/// @dev What was ever added by `plusGrand`.
function grandTotal(RollingSum self) pure returns (uint256) {
    return RollingSum.unwrap(self) >> GRAND_OFFSET;
}

/// @dev Adds `amount` to the total that never forgets.
function plusGrand(RollingSum self, uint256 amount) pure returns (RollingSum) {
    uint256 grand = grandTotal(self) + amount;
    if (grand >> (256 - GRAND_OFFSET) != 0) revert RollingSumOverflow(grand);
    unchecked {
        return RollingSum.wrap(RollingSum.unwrap(self) + (amount << GRAND_OFFSET));
    }
}
