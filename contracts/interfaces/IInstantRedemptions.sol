// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title IInstantRedemptions
/// @notice Exchanges shares for ether at once and for a fee, as long as the pool has ether that nobody waits for.
interface IInstantRedemptions {
    /// @notice Ether was paid for shares at once.
    /// @param holder Whose shares were burned.
    /// @param shares Shares burned, 18 decimals.
    /// @param ethAmount Wei paid.
    event Redeemed(address indexed holder, uint256 shares, uint256 ethAmount);

    /// @notice Less ether than the least that the holder takes, or more than is paid at once now. The withdrawal queue pays
    ///         without a fee.
    /// @param ethAmount Wei after the fee.
    /// @param minimum Wei wanted.
    /// @param available Wei there are; zero while deposits are shut, or when the last rebase is older than three days.
    error RedemptionOutOfRange(uint256 ethAmount, uint256 minimum, uint256 available);
    /// @notice The receiver refused the ether.
    /// @param receiver Account given.
    error RedemptionTransferFailed(address receiver);

    /// @notice Burns shares of the caller and pays their worth, less a fee that stays with the other holders, at once.
    /// @dev Rounds down. `redemptionTerms` says for how much, and for what fee.
    /// @param shares Number of shares, 18 decimals.
    /// @param minEther Least that the caller takes for them, wei.
    /// @param receiver Who gets the ether.
    /// @return ethAmount Wei paid.
    /// @custom:error IRebasingToken.InsufficientShares If the caller has fewer.
    /// @custom:error RedemptionOutOfRange, RedemptionTransferFailed See there.
    /// @custom:emits Redeemed, Transfer, TransferShares
    function redeem(uint256 shares, uint256 minEther, address receiver) external returns (uint256 ethAmount);

    /// @notice What redeeming at once costs, and how much of it there is.
    /// @dev The fee is the most that one report may bring, with what is deferred, and at least 0.1 %: whoever deposits
    ///      before a report and redeems after it has nothing from it. A day's redemptions are at most 1 % of the pool; what
    ///      requests wait for, and 0.1 % of the pool, stay untouched.
    /// @return fee Part of the worth that is kept, scaled by 1e11, rounded up; 1e11 or more if all of it is.
    /// @return available Wei that can be paid now, after fees.
    function redemptionTerms() external view returns (uint256 fee, uint256 available);
}
