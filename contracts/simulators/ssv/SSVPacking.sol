// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVErrors} from "../../interfaces/external/ISSVErrors.sol";

/// @title SSVPacking
/// @notice Amounts and fees are kept in units of 100,000 wei, effective balances in 1/10,000 of 32 ETH (vUnits).
library SSVPacking {
    uint256 internal constant WEI_PER_UNIT = 100_000;
    uint256 internal constant TOKENS_PER_UNIT = 10_000_000;
    uint64 internal constant VUNITS_PER_VALIDATOR = 10_000;
    uint256 private constant ETH_PER_VALIDATOR = 32;

    function pack(uint256 value) internal pure returns (uint64) {
        return _pack(value, WEI_PER_UNIT);
    }

    function packTokens(uint256 value) internal pure returns (uint64) {
        return _pack(value, TOKENS_PER_UNIT);
    }

    function unpack(uint64 packed) internal pure returns (uint256) {
        return packed * WEI_PER_UNIT;
    }

    /// @dev `units` packed wei per 32 ETH of effective balance, for `vUnits`; rounds down.
    function scale(uint256 units, uint64 vUnits) internal pure returns (uint256) {
        return (units * vUnits) / VUNITS_PER_VALIDATOR;
    }

    function toUint64(uint256 value) internal pure returns (uint64) {
        require(value <= type(uint64).max, ISSVErrors.MaxValueExceeded());
        return uint64(value);
    }

    /// @dev vUnits of validators whose effective balance is not known: 32 ETH each.
    function vUnitsOf(uint256 validatorCount) internal pure returns (uint64) {
        return uint64(validatorCount) * VUNITS_PER_VALIDATOR;
    }

    /// @dev Rounds up.
    function toVUnits(uint32 effectiveBalance) internal pure returns (uint64) {
        return uint64((uint256(effectiveBalance) * VUNITS_PER_VALIDATOR + ETH_PER_VALIDATOR - 1) / ETH_PER_VALIDATOR);
    }

    /// @dev Rounds down.
    function toEffectiveBalance(uint64 vUnits) internal pure returns (uint32) {
        return uint32((vUnits * ETH_PER_VALIDATOR) / VUNITS_PER_VALIDATOR);
    }

    function _pack(uint256 value, uint256 unit) private pure returns (uint64) {
        require(value <= type(uint64).max * unit, ISSVErrors.MaxValueExceeded());
        require(value % unit == 0, ISSVErrors.MaxPrecisionExceeded());
        return uint64(value / unit);
    }
}
