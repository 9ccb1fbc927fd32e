// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SSVPacking} from "./SSVPacking.sol";
import {SSVState} from "./SSVState.sol";

/// @title SSVNetworkAccounts
/// @notice The network's own fee: its index and its earnings.
abstract contract SSVNetworkAccounts is SSVState {
    using SSVPacking for uint256;

    function _networkFeeIndex() internal view returns (uint64) {
        Protocol storage protocol = _protocol;
        return protocol.networkFeeIndex + (uint64(block.number) - protocol.networkFeeIndexBlock) * protocol.networkFee;
    }

    function _networkEarnings() internal view returns (uint64) {
        Protocol storage protocol = _protocol;
        uint256 fees = uint256(uint64(block.number) - protocol.earningsBlock) * protocol.networkFee;
        return protocol.earnings + fees.scale(protocol.vUnits).toUint64();
    }

    function _settleNetwork() internal {
        _protocol.earnings = _networkEarnings();
        _protocol.earningsBlock = uint32(block.number);
    }

    function _addNetworkValidators(uint32 count, uint64 extraVUnits) internal {
        _settleNetwork();
        _protocol.validatorCount += count;
        _protocol.vUnits += SSVPacking.vUnitsOf(count) + extraVUnits;
    }

    function _removeNetworkValidators(uint32 count, uint64 extraVUnits) internal {
        _settleNetwork();
        _protocol.validatorCount -= count;
        _protocol.vUnits -= SSVPacking.vUnitsOf(count) + extraVUnits;
    }
}
