// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC4626, IERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IPoolETH} from "../interfaces/IPoolETH.sol";
import {IWithdrawalRequests} from "../interfaces/IWithdrawalRequests.sol";
import {IWrappedPoolETH} from "../interfaces/IWrappedPoolETH.sol";

/// @title WrappedPoolETH
/// @notice Holds a share of poolETH for each of its units. It calls the pool and the withdrawal queue.
/// @custom:security-contact security@pooleth.example
contract WrappedPoolETH is ERC4626, ERC20Permit, IWrappedPoolETH {
    /// @dev The queue takes shares in whole units.
    uint256 private constant QUEUE_UNIT = 1e9;

    IPoolETH private immutable POOL_ETH;
    /// @inheritdoc IWrappedPoolETH
    address public immutable WITHDRAWAL_QUEUE;

    /// @notice Names the pool, for ever.
    /// @param poolETH The pool.
    constructor(
        address poolETH
    ) ERC20("Wrapped poolETH", "wpoolETH") ERC20Permit("Wrapped poolETH") ERC4626(IPoolETH(poolETH)) {
        POOL_ETH = IPoolETH(poolETH);
        WITHDRAWAL_QUEUE = IPoolETH(poolETH).WITHDRAWAL_QUEUE();
    }

    /* STAKER */

    /// @notice Deposits ether for the sender; see `depositEther`.
    receive() external payable {
        _depositEther(msg.sender, address(0));
    }

    /// @inheritdoc IWrappedPoolETH
    function depositEther(
        address receiver,
        address referral,
        uint256 minShares
    ) external payable returns (uint256 shares) {
        shares = _depositEther(receiver, referral);
        require(shares >= minShares, SharesBelowMinimum(shares, minShares));
    }

    /* HOLDER */

    /// @inheritdoc IERC4626
    function deposit(uint256 assets, address receiver) public override(ERC4626, IERC4626) returns (uint256 shares) {
        POOL_ETH.transferFrom(msg.sender, address(this), assets);
        // As many as have come: a transfer changes no rate.
        shares = POOL_ETH.toSharesDown(assets);
        _issue(receiver, assets, shares);
    }

    /// @inheritdoc IWrappedPoolETH
    function depositWithPermit(
        uint256 assets,
        address receiver,
        uint256 deadline,
        bytes calldata signature
    ) external returns (uint256 shares) {
        try POOL_ETH.permit(msg.sender, address(this), assets, deadline, signature) {} catch {}
        return deposit(assets, receiver);
    }

    /// @inheritdoc IERC4626
    function redeem(
        uint256 shares,
        address receiver,
        address owner
    ) public override(ERC4626, IERC4626) returns (uint256 assets) {
        uint256 maxShares = balanceOf(owner);
        require(shares <= maxShares, ERC4626ExceededMaxRedeem(owner, shares, maxShares));
        assets = _release(receiver, owner, shares);
        require(assets != 0, IPoolETH.NothingToExchange());
        emit Withdraw(msg.sender, receiver, owner, assets, shares);
    }

    /// @inheritdoc IWrappedPoolETH
    function requestWithdrawal(uint256 shares, address owner) external returns (uint256 id) {
        shares -= shares % QUEUE_UNIT;
        _surrender(shares);
        return IWithdrawalRequests(WITHDRAWAL_QUEUE).requestWithdrawal(shares, owner);
    }

    /// @inheritdoc IWrappedPoolETH
    function requestWithdrawals(uint256[] calldata shares, address owner) external returns (uint256 firstId) {
        uint256 sum = 0;
        for (uint256 i = 0; i < shares.length; ++i) sum += shares[i] - (shares[i] % QUEUE_UNIT);
        _surrender(sum);
        return IWithdrawalRequests(WITHDRAWAL_QUEUE).requestWithdrawals(shares, owner);
    }

    /* VIEWS */

    /// @inheritdoc IERC20Metadata
    function decimals() public pure override(ERC4626, ERC20, IERC20Metadata) returns (uint8) {
        return 18;
    }

    /// @inheritdoc IERC20Permit
    function nonces(address owner) public view override(ERC20Permit, IERC20Permit) returns (uint256) {
        return super.nonces(owner);
    }

    /// @inheritdoc IERC4626
    /// @dev What was sent here without a deposit does not count.
    function totalAssets() public view override(ERC4626, IERC4626) returns (uint256) {
        return POOL_ETH.toEtherDown(totalSupply());
    }

    /// @inheritdoc IERC4626
    function maxDeposit(address receiver) public view override(ERC4626, IERC4626) returns (uint256) {
        return receiver == address(0) || receiver == address(this) ? 0 : POOL_ETH.totalPooledEther();
    }

    /// @inheritdoc IERC4626
    function maxMint(address receiver) public view override(ERC4626, IERC4626) returns (uint256) {
        return maxDeposit(receiver) == 0 ? 0 : POOL_ETH.totalShares();
    }

    /// @inheritdoc IERC4626
    function maxWithdraw(address owner) public view override(ERC4626, IERC4626) returns (uint256) {
        return POOL_ETH.toEtherDown(balanceOf(owner));
    }

    /// @inheritdoc IERC4626
    /// @dev None if all are worth less than a wei.
    function maxRedeem(address owner) public view override(ERC4626, IERC4626) returns (uint256) {
        return maxWithdraw(owner) == 0 ? 0 : balanceOf(owner);
    }

    /* INTERNAL */

    /// @dev Units sent to the wrapper itself would be lost for ever.
    function _update(address from, address to, uint256 shares) internal override {
        require(to != address(this), ERC20InvalidReceiver(to));
        super._update(from, to, shares);
    }

    function _convertToShares(uint256 assets, Math.Rounding rounding) internal view override returns (uint256) {
        if (rounding == Math.Rounding.Floor) return POOL_ETH.toSharesDown(assets);
        return Math.mulDiv(assets, POOL_ETH.totalShares(), POOL_ETH.totalPooledEther(), rounding);
    }

    function _convertToAssets(uint256 shares, Math.Rounding rounding) internal view override returns (uint256) {
        return rounding == Math.Rounding.Floor ? POOL_ETH.toEtherDown(shares) : POOL_ETH.toEtherUp(shares);
    }

    /// @dev For `mint`: takes exactly the shares, and their worth rounded up from the allowance.
    function _deposit(address caller, address receiver, uint256 assets, uint256 shares) internal override {
        POOL_ETH.transferSharesFrom(caller, address(this), shares);
        _issue(receiver, assets, shares);
    }

    /// @dev For `withdraw`: `assets` are what the caller asked for, and the shares are worth that or a little more.
    function _withdraw(address, address receiver, address owner, uint256 assets, uint256 shares) internal override {
        require(assets != 0, IPoolETH.NothingToExchange());
        _release(receiver, owner, shares);
        emit Withdraw(msg.sender, receiver, owner, assets, shares);
    }

    /* PRIVATE */

    function _depositEther(address receiver, address referral) private returns (uint256 shares) {
        bool isPeer = msg.sender == WITHDRAWAL_QUEUE || msg.sender == address(POOL_ETH);
        require(!isPeer, EtherFromPeer(msg.sender));
        shares = POOL_ETH.deposit{value: msg.value}(address(this), referral);
        _issue(receiver, msg.value, shares);
    }

    /// @dev Mints units for shares that have come.
    function _issue(address receiver, uint256 assets, uint256 shares) private {
        require(shares != 0, IPoolETH.NothingToExchange());
        _mint(receiver, shares);
        emit Deposit(msg.sender, receiver, assets, shares);
    }

    /// @dev Burns units of an owner and returns what their shares are worth, which the receiver has now, rounded down.
    function _release(address receiver, address owner, uint256 shares) private returns (uint256) {
        require(receiver != address(this), ERC20InvalidReceiver(receiver));
        if (msg.sender != owner) _spendAllowance(owner, msg.sender, shares);
        _burn(owner, shares);
        return POOL_ETH.transferShares(receiver, shares);
    }

    /// @dev Burns units of the caller whose shares the queue is about to lock.
    function _surrender(uint256 shares) private {
        require(shares != 0, IPoolETH.NothingToExchange());
        _burn(msg.sender, shares);
        emit Withdraw(msg.sender, WITHDRAWAL_QUEUE, msg.sender, POOL_ETH.toEtherDown(shares), shares);
    }
}
