// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

/// @title IRebasingToken
/// @notice An ERC-20 whose balances are shares of a pool of ether: `shares * totalPooledEther / totalShares`.
/// @dev Warning: a balance changes without a transfer when the pool is rebased, and a transfer of x wei moves x wei or up
///      to two wei less. Contracts that must be exact count in shares.
interface IRebasingToken is IERC20Metadata, IERC20Permit {
    /// @notice Shares changed hands, were minted (from zero) or burned (to zero).
    /// @dev Not indexed, which is cheaper: it follows right behind the `Transfer` of the same holders.
    /// @param from Former holder.
    /// @param to New holder.
    /// @param shares Number of shares, 18 decimals.
    event TransferShares(address from, address to, uint256 shares);

    /// @notice A holder has fewer shares than needed.
    /// @param holder Who.
    /// @param available Shares there are.
    /// @param required Shares needed.
    error InsufficientShares(address holder, uint256 available, uint256 required);
    /// @notice A permit came after its deadline.
    /// @param deadline Last timestamp of use, seconds.
    error PermitExpired(uint256 deadline);
    /// @notice A permit was not signed by the owner of the tokens.
    /// @param owner Who should have signed.
    error PermitSignerInvalid(address owner);

    /// @notice Moves shares to `to`.
    /// @dev Exact: the balances change by the worth of these shares.
    /// @param to Receiver; neither zero nor the token itself.
    /// @param shares Number of shares, 18 decimals.
    /// @return ethAmount Their worth in wei, rounded down.
    /// @custom:error InsufficientShares If the caller has fewer.
    /// @custom:error ERC20InvalidReceiver If `to` is not allowed.
    /// @custom:emits Transfer, TransferShares
    function transferShares(address to, uint256 shares) external returns (uint256 ethAmount);

    /// @notice Moves shares of `from` to `to` and spends the caller's allowance.
    /// @dev The allowance is in wei; the spent amount is the worth of the shares rounded up.
    /// @param from Holder.
    /// @param to Receiver; neither zero nor the token itself.
    /// @param shares Number of shares, 18 decimals.
    /// @return ethAmount Worth in wei, rounded down.
    /// @custom:error ERC20InsufficientAllowance If the allowance is smaller than the worth rounded up.
    /// @custom:error InsufficientShares If `from` has fewer.
    /// @custom:emits Transfer, TransferShares
    function transferSharesFrom(address from, address to, uint256 shares) external returns (uint256 ethAmount);

    /// @notice Sets an allowance by signature; accepts an ECDSA signature of `owner`, or an ERC-1271 signature when it is a
    ///         contract.
    /// @dev ECDSA is tried first, so that an account with delegated code (EIP-7702) can go on signing with its key.
    /// @param owner Holder who allows.
    /// @param spender Who may spend.
    /// @param value Allowance, wei.
    /// @param deadline Last timestamp of use, seconds.
    /// @param signature EIP-712 signature over the ERC-2612 message.
    /// @custom:error PermitExpired If the deadline has passed.
    /// @custom:error PermitSignerInvalid If the signature is not the owner's.
    /// @custom:emits Approval
    function permit(address owner, address spender, uint256 value, uint256 deadline, bytes calldata signature) external;

    /// @notice Shares of an account, 18 decimals.
    /// @param account Holder.
    function sharesOf(address account) external view returns (uint256);

    /// @notice All shares, 18 decimals.
    function totalShares() external view returns (uint256);

    /// @notice Ether that belongs to the holders, wei: buffered + staked and not yet reported + reported CL balance, less
    ///         deferred rewards.
    function totalPooledEther() external view returns (uint256);

    /// @notice Shares that an amount buys, rounded down.
    /// @param ethAmount Wei.
    function toSharesDown(uint256 ethAmount) external view returns (uint256);

    /// @notice Worth of shares in wei, rounded down.
    /// @param shares Number of shares, 18 decimals.
    function toEtherDown(uint256 shares) external view returns (uint256);

    /// @notice Worth of shares in wei, rounded up.
    /// @param shares Number of shares, 18 decimals.
    function toEtherUp(uint256 shares) external view returns (uint256);

    /// @notice Ether per share, scaled by 1e27, rounded down.
    function shareRateRay() external view returns (uint256);
}
