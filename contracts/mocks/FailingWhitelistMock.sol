// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";

import {ISSVWhitelistingContract} from "../interfaces/external/ISSVWhitelistingContract.sol";

/// @title FailingWhitelistMock
/// @notice A whitelisting contract that fails whoever it is asked about.
contract FailingWhitelistMock is ISSVWhitelistingContract, ERC165 {
    error NobodyKnows();

    /// @inheritdoc ISSVWhitelistingContract
    function isWhitelisted(address, uint256) external pure override returns (bool) {
        revert NobodyKnows();
    }

    /// @inheritdoc ERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(ISSVWhitelistingContract).interfaceId || super.supportsInterface(interfaceId);
    }
}
