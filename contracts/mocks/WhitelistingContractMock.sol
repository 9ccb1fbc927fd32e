// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";

import {ISSVWhitelistingContract} from "../interfaces/external/ISSVWhitelistingContract.sol";

/// @title WhitelistingContractMock
/// @notice Lets one account use any operator.
contract WhitelistingContractMock is ISSVWhitelistingContract, ERC165 {
    address private immutable ACCOUNT;

    constructor(address account) {
        ACCOUNT = account;
    }

    /// @inheritdoc ISSVWhitelistingContract
    function isWhitelisted(address account, uint256) external view override returns (bool) {
        return account == ACCOUNT;
    }

    /// @inheritdoc ERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(ISSVWhitelistingContract).interfaceId || super.supportsInterface(interfaceId);
    }
}
