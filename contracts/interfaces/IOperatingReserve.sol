// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title IOperatingReserve
/// @notice Ether that pays ssv.network. It is no part of the stakers' ether.
interface IOperatingReserve {
    /// @notice Somebody paid into the operating reserve; ssv.network does so when a cluster pays back.
    /// @param from Who.
    /// @param ethAmount Wei.
    event ReserveDeposited(address indexed from, uint256 ethAmount);
    /// @notice A part of the operating reserve was taken out.
    /// @param receiver Who has it now.
    /// @param ethAmount Wei.
    event ReserveWithdrawn(address indexed receiver, uint256 ethAmount);

    /// @notice The operating reserve does not suffice.
    /// @param available Wei there are.
    /// @param required Wei needed.
    error InsufficientReserve(uint256 available, uint256 required);
    /// @notice So much may not be taken out now.
    /// @param ethAmount Wei asked for.
    /// @param allowed Wei that may be taken out now.
    error ReserveLimitExceeded(uint256 ethAmount, uint256 allowed);
    /// @notice The receiver refused the ether.
    /// @param receiver Receiver given.
    error ReserveTransferFailed(address receiver);

    /// @notice Pays into the operating reserve. Anyone may call; nothing is given in return.
    /// @custom:emits ReserveDeposited
    function depositReserve() external payable;

    /// @notice Takes a part of the operating reserve out. By role.
    /// @dev Within any seven days at most a tenth of what the reserve holds at the last withdrawal, or 1 ETH where that is
    ///      more, counted in thousandths of an ether, rounded up.
    /// @param receiver Who gets it.
    /// @param ethAmount Wei.
    /// @custom:error ReserveLimitExceeded If it is more than may be taken out now.
    /// @custom:error InsufficientReserve If it is more than there is.
    /// @custom:error ReserveTransferFailed If the receiver refuses it.
    /// @custom:emits ReserveWithdrawn
    function withdrawReserve(address receiver, uint256 ethAmount) external;

    /// @notice Ether of the operating reserve, wei.
    function reserve() external view returns (uint256);

    /// @notice Wei that `withdrawReserve` may take out now, whole thousandths of an ether; there may be less.
    function reserveAllowance() external view returns (uint256);
}
