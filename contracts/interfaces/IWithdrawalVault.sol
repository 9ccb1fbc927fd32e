// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IVault} from "./IVault.sol";

/// @title IWithdrawalVault
/// @notice Where the pool's validators pay out to, and the only account that may ask the consensus layer for it.
interface IWithdrawalVault is IVault {
    /// @notice Withdrawals were requested by EIP-7002. The consensus layer may still drop a request.
    /// @param pubkeys Validators, 48 bytes each.
    /// @param amountsGwei Gwei for each; zero for a full exit.
    /// @param fee Wei paid to the predeploy for each.
    event WithdrawalsRequested(bytes pubkeys, uint64[] amountsGwei, uint256 fee);
    /// @notice A validator was asked to switch to 0x02 credentials by EIP-7251.
    /// @param pubkey Validator.
    /// @param fee Wei paid to the predeploy.
    event CompoundingRequested(bytes pubkey, uint256 fee);

    /// @notice Only the pool manager may call, or for full exits anyone once the pool does not serve its holders.
    /// @param caller Who called.
    error CallerNotAllowed(address caller);
    /// @notice The keys do not fit the number of requests.
    /// @param pubkeysLength Bytes of public keys.
    /// @param requests Number of requests.
    error PubkeysLengthMismatch(uint256 pubkeysLength, uint256 requests);
    /// @notice The fees of the predeploy exceed the ether sent along.
    /// @param sent Wei sent, for all requests.
    /// @param required Wei needed for each.
    error FeeNotCovered(uint256 sent, uint256 required);
    /// @notice A predeploy did not answer as its EIP says.
    /// @param predeploy Which one.
    error PredeployFailed(address predeploy);
    /// @notice What was sent above the fees could not be returned.
    /// @param receiver Who should have received it.
    error RefundFailed(address receiver);

    /// @notice Asks validators to pay out (EIP-7002).
    /// @dev The fee is read in the same call, so it is the one of the moment of inclusion. `msg.value` is the most that the
    ///      caller pays for all requests together; what exceeds the exact fees goes back.
    ///      Warning: the consensus layer drops what it cannot do, without a sign and without the fee coming back.
    /// @param pubkeys Validators, 48 bytes each.
    /// @param amountsGwei Gwei for each; zero for a full exit.
    /// @param refundTo Who gets what is left of `msg.value`.
    /// @custom:error CallerNotAllowed If the caller is not the pool manager. Anyone may ask for full exits when the last
    ///               rebase is older than 30 days, or the first request that waits in the withdrawal queue older than 60.
    /// @custom:error PubkeysLengthMismatch For wrong input.
    /// @custom:error FeeNotCovered If the fee of the moment is higher than what was sent for each request.
    /// @custom:error PredeployFailed If the predeploy tells no fee, or refuses a request.
    /// @custom:error RefundFailed If something is left and nobody takes it.
    /// @custom:emits WithdrawalsRequested
    function requestWithdrawals(
        bytes calldata pubkeys,
        uint64[] calldata amountsGwei,
        address refundTo
    ) external payable;

    /// @notice Asks a validator to switch to compounding credentials (EIP-7251, source and target the same).
    /// @param pubkey Validator, 48 bytes.
    /// @custom:error CallerNotAllowed If the caller is not the pool manager.
    /// @custom:error PubkeysLengthMismatch, FeeNotCovered For wrong input.
    /// @custom:emits CompoundingRequested
    function requestCompounding(bytes calldata pubkey) external payable;
}
