// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title UtcDate
/// @notice Writes times as people do.
library UtcDate {
    /// @dev Days from 0000-03-01, where years that begin in March begin, to the first day of Unix time.
    uint256 private constant DAYS_BEFORE = 719_468;
    uint256 private constant DAYS_OF_400_YEARS = 146_097;

    /// @dev Seconds of Unix time as `2026-01-31 23:59 UTC`, before the year 10000.
    function text(uint256 time) internal pure returns (string memory) {
        (uint256 year, uint256 month, uint256 day) = fields(time / 1 days);
        bytes memory written = "0000-00-00 00:00 UTC";
        _write(written, 4, year);
        _write(written, 7, month);
        _write(written, 10, day);
        _write(written, 13, (time / 1 hours) % 24);
        _write(written, 16, (time / 1 minutes) % 60);
        return string(written);
    }

    /// @dev The date of a number of days since 1970-01-01. Counted in years from March on, leap days come last, and the months
    ///      have lengths that 153 days for each five of them round to.
    function fields(uint256 daysSince1970) internal pure returns (uint256 year, uint256 month, uint256 day) {
        uint256 total = daysSince1970 + DAYS_BEFORE;
        uint256 dayOfEra = total % DAYS_OF_400_YEARS;
        uint256 yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        uint256 dayOfYear = dayOfEra + yearOfEra / 100 - yearOfEra * 365 - yearOfEra / 4;
        uint256 monthFromMarch = (5 * dayOfYear + 2) / 153;
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        year = yearOfEra + (total / DAYS_OF_400_YEARS) * 400 + (month < 3 ? 1 : 0);
    }

    /// @dev Writes a number so that it ends before `end`, over zeros.
    function _write(bytes memory written, uint256 end, uint256 number) private pure {
        for (; number != 0; number /= 10) written[--end] = bytes1(uint8(48 + (number % 10)));
    }
}
