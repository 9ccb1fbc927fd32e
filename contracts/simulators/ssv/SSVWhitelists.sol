// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ERC165Checker} from "@openzeppelin/contracts/utils/introspection/ERC165Checker.sol";

import {ISSVWhitelistingContract} from "../../interfaces/external/ISSVWhitelistingContract.sol";
import {SSVState} from "./SSVState.sol";

/// @title SSVWhitelists
/// @notice Who may register validators with a private operator.
abstract contract SSVWhitelists is SSVState {
    function _isWhitelistingContract(address account) internal view returns (bool) {
        return ERC165Checker.supportsInterface(account, type(ISSVWhitelistingContract).interfaceId);
    }

    function _isWhitelistedByAddress(address account, uint64 operatorId) internal view returns (bool) {
        return _whitelisted[account][operatorId >> 8] & (1 << (operatorId & 0xff)) != 0;
    }

    function _isWhitelistedByContract(address account, uint64 operatorId) internal view returns (bool) {
        address whitelistingContract = _whitelistingContracts[operatorId];
        if (whitelistingContract == address(0)) return false;
        return
            whitelistingContract == account ||
            (_isWhitelistingContract(whitelistingContract) &&
                ISSVWhitelistingContract(whitelistingContract).isWhitelisted(account, operatorId));
    }
}
