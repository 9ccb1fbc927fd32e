// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVOperatorsWhitelist} from "../../interfaces/external/ISSVOperatorsWhitelist.sol";
import {ISSVWhitelistingContract} from "../../interfaces/external/ISSVWhitelistingContract.sol";
import {ISSVModule} from "./ISSVSimulator.sol";
import {SSVOperatorAccounts} from "./SSVOperatorAccounts.sol";
import {SSVWhitelists} from "./SSVWhitelists.sol";

/// @title SSVWhitelistModule
/// @notice Whitelists of the simulated network's operators.
contract SSVWhitelistModule is ISSVOperatorsWhitelist, ISSVModule, SSVOperatorAccounts, SSVWhitelists {
    /// @inheritdoc ISSVModule
    function selectors() external pure override returns (bytes4[] memory list) {
        list = new bytes4[](4);
        list[0] = ISSVOperatorsWhitelist.setOperatorsWhitelists.selector;
        list[1] = ISSVOperatorsWhitelist.removeOperatorsWhitelists.selector;
        list[2] = ISSVOperatorsWhitelist.setOperatorsWhitelistingContract.selector;
        list[3] = ISSVOperatorsWhitelist.removeOperatorsWhitelistingContract.selector;
    }

    /// @inheritdoc ISSVOperatorsWhitelist
    function setOperatorsWhitelists(
        uint64[] calldata operatorIds,
        address[] calldata whitelistAddresses
    ) external override {
        (uint256 firstWord, uint256[] memory masks) = _masks(operatorIds, whitelistAddresses);
        for (uint256 i; i < whitelistAddresses.length; ++i) {
            address account = whitelistAddresses[i];
            require(account != address(0), ZeroAddressNotAllowed());
            require(!_isWhitelistingContract(account), AddressIsWhitelistingContract(account));
            for (uint256 j; j < masks.length; ++j) if (masks[j] != 0) _whitelisted[account][firstWord + j] |= masks[j];
        }
        emit OperatorMultipleWhitelistUpdated(operatorIds, whitelistAddresses);
    }

    /// @inheritdoc ISSVOperatorsWhitelist
    function removeOperatorsWhitelists(
        uint64[] calldata operatorIds,
        address[] calldata whitelistAddresses
    ) external override {
        (uint256 firstWord, uint256[] memory masks) = _masks(operatorIds, whitelistAddresses);
        for (uint256 i; i < whitelistAddresses.length; ++i) {
            address account = whitelistAddresses[i];
            require(account != address(0), ZeroAddressNotAllowed());
            for (uint256 j; j < masks.length; ++j) if (masks[j] != 0) _whitelisted[account][firstWord + j] &= ~masks[j];
        }
        emit OperatorMultipleWhitelistRemoved(operatorIds, whitelistAddresses);
    }

    /// @inheritdoc ISSVOperatorsWhitelist
    function setOperatorsWhitelistingContract(
        uint64[] calldata operatorIds,
        ISSVWhitelistingContract whitelistingContract
    ) external override {
        require(
            _isWhitelistingContract(address(whitelistingContract)),
            InvalidWhitelistingContract(address(whitelistingContract))
        );
        _setWhitelistingContract(operatorIds, address(whitelistingContract));
    }

    /// @inheritdoc ISSVOperatorsWhitelist
    function removeOperatorsWhitelistingContract(uint64[] calldata operatorIds) external override {
        _setWhitelistingContract(operatorIds, address(0));
    }

    function _setWhitelistingContract(uint64[] calldata operatorIds, address whitelistingContract) private {
        require(operatorIds.length != 0, InvalidOperatorIdsLength());
        for (uint256 i; i < operatorIds.length; ++i) {
            _operatorOfCaller(operatorIds[i]);
            _whitelistingContracts[operatorIds[i]] = whitelistingContract;
        }
        emit OperatorWhitelistingContractUpdated(operatorIds, whitelistingContract);
    }

    /// @dev The operators' bits, from the word of the first operator to that of the last. As on the real network it panics
    /// when a word lies outside, before anything is said about the order of the operators.
    function _masks(
        uint64[] calldata operatorIds,
        address[] calldata whitelistAddresses
    ) private view returns (uint256 firstWord, uint256[] memory masks) {
        require(whitelistAddresses.length != 0, InvalidWhitelistAddressesLength());
        require(operatorIds.length != 0, InvalidOperatorIdsLength());

        firstWord = operatorIds[0] >> 8;
        masks = new uint256[]((operatorIds[operatorIds.length - 1] >> 8) - firstWord + 1);
        for (uint256 i; i < operatorIds.length; ++i) {
            uint64 operatorId = operatorIds[i];
            _operatorOfCaller(operatorId);
            if (i != 0) {
                require(operatorId != operatorIds[i - 1], OperatorsListNotUnique());
                require(operatorId > operatorIds[i - 1], UnsortedOperatorsList());
            }
            masks[(operatorId >> 8) - firstWord] |= 1 << (operatorId & 0xff);
        }
    }
}
