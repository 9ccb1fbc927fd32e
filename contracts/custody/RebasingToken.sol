// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

import {IRebasingToken} from "../interfaces/IRebasingToken.sol";
import {PoolTotals} from "../types/PoolTotals.sol";
import {PermitToken} from "./PermitToken.sol";

/// @title RebasingToken
/// @notice Shares and balances of poolETH. It holds no ether of its own and calls nobody.
abstract contract RebasingToken is PermitToken {
    uint256 internal constant RAY = 1e27;
    bytes32 private constant TRANSFER = 0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef;
    bytes32 private constant TRANSFER_SHARES = 0x9d9c909296d9c674451c0c24f02cb64981eb3b727f99865939192f880a755dcb;

    /// @dev A struct, so that its place is computed once where it is read and written.
    struct Holder {
        uint256 shares;
    }

    PoolTotals internal _totals;
    mapping(address account => Holder) internal _holders;

    /* HOLDERS */

    /// @inheritdoc IERC20
    function transfer(address to, uint256 ethAmount) public override(ERC20, IERC20) returns (bool) {
        _transferEther(msg.sender, to, ethAmount);
        return true;
    }

    /// @inheritdoc IERC20
    function transferFrom(address from, address to, uint256 ethAmount) public override(ERC20, IERC20) returns (bool) {
        _spendAllowance(from, msg.sender, ethAmount);
        _transferEther(from, to, ethAmount);
        return true;
    }

    /// @inheritdoc IRebasingToken
    function transferShares(address to, uint256 shares) external returns (uint256) {
        return _transferShares(msg.sender, to, shares, _totals);
    }

    /// @inheritdoc IRebasingToken
    function transferSharesFrom(address from, address to, uint256 shares) external returns (uint256) {
        _spendAllowance(from, msg.sender, toEtherUp(shares));
        return _transferShares(from, to, shares, _totals);
    }

    /* VIEWS */

    /// @inheritdoc IERC20
    function totalSupply() public view override(ERC20, IERC20) returns (uint256) {
        return _totals.pooledEther();
    }

    /// @inheritdoc IERC20
    function balanceOf(address account) public view override(ERC20, IERC20) returns (uint256) {
        return toEtherDown(_holders[account].shares);
    }

    /// @inheritdoc IRebasingToken
    function sharesOf(address account) external view returns (uint256) {
        return _holders[account].shares;
    }

    /// @inheritdoc IRebasingToken
    function totalShares() external view returns (uint256) {
        return _totals.shares();
    }

    /// @inheritdoc IRebasingToken
    function totalPooledEther() external view returns (uint256) {
        return _totals.pooledEther();
    }

    /// @inheritdoc IRebasingToken
    function toSharesDown(uint256 ethAmount) public view returns (uint256) {
        PoolTotals totals = _totals;
        return (ethAmount * totals.shares()) / totals.pooledEther();
    }

    /// @inheritdoc IRebasingToken
    function toEtherDown(uint256 shares) public view returns (uint256) {
        PoolTotals totals = _totals;
        return (shares * totals.pooledEther()) / totals.shares();
    }

    /// @inheritdoc IRebasingToken
    function toEtherUp(uint256 shares) public view returns (uint256) {
        PoolTotals totals = _totals;
        return (shares * totals.pooledEther() + totals.shares() - 1) / totals.shares();
    }

    /// @inheritdoc IRebasingToken
    function shareRateRay() public view returns (uint256) {
        PoolTotals totals = _totals;
        return (totals.pooledEther() * RAY) / totals.shares();
    }

    /* INTERNAL */

    /// @dev Moves `shares` and returns what they are worth by the totals, wei, rounded down.
    function _transferShares(
        address from,
        address to,
        uint256 shares,
        PoolTotals totals
    ) internal returns (uint256 ethAmount) {
        _moveShares(from, to, shares);
        // `from` had so many shares, so both factors are below 2^96.
        unchecked {
            ethAmount = (shares * totals.pooledEther()) / totals.shares();
        }
        _emitTransfer(from, to, shares, ethAmount);
    }

    /// @dev The caller adds `shares` to the totals.
    function _mintShares(address to, uint256 shares, uint256 ethAmount) internal {
        // Cannot overflow: the totals hold the sum in 96 bits.
        unchecked {
            _holders[to].shares += shares;
        }

        _emitTransfer(address(0), to, shares, ethAmount);
    }

    /// @dev The caller takes `shares` from the totals. Returns what they are worth, wei, rounded down.
    function _burnShares(address from, uint256 shares) internal returns (uint256 ethAmount) {
        _decreaseShares(from, shares);
        ethAmount = toEtherDown(shares);

        _emitTransfer(from, address(0), shares, ethAmount);
    }

    /// @dev Shares sent to the token itself would be lost for ever. As a number, the address is cleaned once.
    function _requireReceiver(address to) internal view {
        uint256 receiver = uint160(to);
        if (receiver == 0) revert ERC20InvalidReceiver(to);
        if (receiver == uint160(address(this))) revert ERC20InvalidReceiver(to);
    }

    /// @dev Moves as many shares as `ethAmount` wei are worth, rounded down.
    function _transferEther(address from, address to, uint256 ethAmount) private {
        PoolTotals totals = _totals;
        uint256 pooledEther = totals.pooledEther();
        // Nobody has more, and up to here the product of the two fits.
        if (ethAmount > pooledEther) revert ERC20InsufficientBalance(from, balanceOf(from), ethAmount);
        unchecked {
            uint256 shares = (ethAmount * totals.shares()) / pooledEther;
            _moveShares(from, to, shares);
            _emitTransfer(from, to, shares, ethAmount);
        }
    }

    function _moveShares(address from, address to, uint256 shares) private {
        _requireReceiver(to);
        _decreaseShares(from, shares);
        // Cannot overflow: no holder has more than all shares.
        unchecked {
            _holders[to].shares += shares;
        }
    }

    /// @dev What every deposit and transfer does, without the memory that the compiler would take for it.
    function _emitTransfer(address from, address to, uint256 shares, uint256 ethAmount) internal {
        // emit Transfer(from, to, ethAmount); emit TransferShares(from, to, shares);
        // The third word stands for a moment where the compiler keeps its memory pointer.
        assembly {
            mstore(0, ethAmount)
            log3(0, 0x20, TRANSFER, from, to)
            let free := mload(0x40)
            mstore(0, from)
            mstore(0x20, to)
            mstore(0x40, shares)
            log1(0, 0x60, TRANSFER_SHARES)
            mstore(0x40, free)
        }
    }

    function _decreaseShares(address from, uint256 shares) private {
        Holder storage holder = _holders[from];
        uint256 available = holder.shares;
        if (shares > available) revert InsufficientShares(from, available, shares);
        unchecked {
            holder.shares = available - shares;
        }
    }
}
