// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPoolETH} from "../interfaces/IPoolETH.sol";
import {IVault} from "../interfaces/IVault.sol";

/// @title Vault
/// @notice Holds ether on its way to one pool, and calls nobody else.
abstract contract Vault is IVault {
    /// @inheritdoc IVault
    address public immutable POOL_ETH;

    /// @notice Names the pool, for ever.
    /// @param poolETH The pool that all ether goes to.
    constructor(address poolETH) {
        POOL_ETH = poolETH;
    }

    /// @notice Takes ether; it is the pool's from here on.
    receive() external payable {}

    /// @inheritdoc IVault
    function collect() external returns (uint256 ethAmount) {
        ethAmount = address(this).balance;
        if (ethAmount == 0) return 0;

        emit Collected(ethAmount);
        IPoolETH(POOL_ETH).receiveCollected{value: ethAmount}();
    }
}
