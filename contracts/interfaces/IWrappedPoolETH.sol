// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

/// @title IWrappedPoolETH
/// @notice poolETH with balances that do not rebase: one wrapped unit is one share of the pool, and its price is what a
///         share is worth. An ERC-4626 vault of poolETH whose previews are exact.
/// @dev Warning: poolETH that is sent to the wrapper instead of deposited belongs to nobody, for ever.
interface IWrappedPoolETH is IERC4626, IERC20Permit {
    /// @notice Ether bought fewer units than its sender asked for.
    /// @param shares Units it buys, 18 decimals.
    /// @param minimum Units asked for.
    error SharesBelowMinimum(uint256 shares, uint256 minimum);
    /// @notice The pool or the withdrawal queue pays somebody, and the wrapper was named as receiver: it cannot tell for whom,
    ///         so that the ether would be lost.
    /// @param peer Who sent the ether.
    error EtherFromPeer(address peer);

    /// @notice Stakes `msg.value` and mints units to `receiver`, one for each share that the pool mints.
    /// @dev Ether sent without data is such a deposit for the sender, without minimum and referral.
    /// @param receiver Who gets the units; neither zero nor the wrapper itself.
    /// @param referral Somebody to name in an event of the pool; zero for nobody.
    /// @param minShares Fewest units that the caller accepts, 18 decimals.
    /// @return shares Units minted, 18 decimals.
    /// @custom:error SharesBelowMinimum If the ether buys fewer.
    /// @custom:error IPoolETH.DepositBelowMinimum, IPoolETH.CapExceeded, and others If the pool takes no deposit.
    /// @custom:emits Deposit, Transfer
    function depositEther(
        address receiver,
        address referral,
        uint256 minShares
    ) external payable returns (uint256 shares);

    /// @notice `deposit` with an allowance by signature.
    /// @dev Anybody may use the signature first, which sets the same allowance; so a permit that fails is no reason to stop.
    /// @param assets poolETH to wrap, wei; the permit must be for this amount.
    /// @param receiver Who gets the units; neither zero nor the wrapper itself.
    /// @param deadline Of the permit, seconds.
    /// @param signature Of the permit of poolETH, by the caller, who may be a contract.
    /// @return shares Units minted, 18 decimals.
    /// @custom:error ERC20InsufficientAllowance If neither this permit nor an allowance of before suffices.
    /// @custom:emits Deposit, Transfer
    function depositWithPermit(
        uint256 assets,
        address receiver,
        uint256 deadline,
        bytes calldata signature
    ) external returns (uint256 shares);

    /// @notice Asks the withdrawal queue for the ether of units of the caller, which are burned.
    /// @dev Whole units of 1e9 shares are taken, as the queue does; what is left of them stays with the caller.
    /// @param shares Number of units, 18 decimals.
    /// @param owner Who gets the request.
    /// @return id New request.
    /// @custom:error ERC20InsufficientBalance If the caller has fewer.
    /// @custom:error IWithdrawalRequests.RequestOutOfRange If they are worth less than 0.001 ETH or more than 1,000 ETH.
    /// @custom:error IPoolETH.NothingToExchange If they are worth nothing.
    /// @custom:emits Withdraw to the queue, Transfer
    function requestWithdrawal(uint256 shares, address owner) external returns (uint256 id);

    /// @notice The same for several amounts of units, each a request of its own.
    /// @param shares Numbers of units, 18 decimals.
    /// @param owner Who gets the requests.
    /// @return firstId First of the new requests; the others follow it.
    function requestWithdrawals(uint256[] calldata shares, address owner) external returns (uint256 firstId);

    /// @notice The pool's withdrawal queue.
    function WITHDRAWAL_QUEUE() external view returns (address);
}
