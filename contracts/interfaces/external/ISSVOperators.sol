// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title ISSVOperators
/// @notice Operators: registration, fees, earnings and privacy. Fees are wei per block per 32 ETH of effective balance.
interface ISSVOperators {
    /// @notice An operator was registered.
    /// @param operatorId Operator.
    /// @param owner Owner of the operator.
    /// @param publicKey Key for the encryption of shares.
    /// @param fee Wei per block per 32 ETH of effective balance.
    event OperatorAdded(uint64 indexed operatorId, address indexed owner, bytes publicKey, uint256 fee);
    /// @notice An operator was removed for good.
    /// @param operatorId Operator.
    event OperatorRemoved(uint64 indexed operatorId);
    /// @notice A fee was declared.
    /// @param owner Owner of the operator.
    /// @param operatorId Operator.
    /// @param blockNumber Block of the call.
    /// @param fee Wei per block per 32 ETH of effective balance.
    event OperatorFeeDeclared(address indexed owner, uint64 indexed operatorId, uint256 blockNumber, uint256 fee);
    /// @notice A declared fee was dropped.
    /// @param owner Owner of the operator.
    /// @param operatorId Operator.
    event OperatorFeeDeclarationCancelled(address indexed owner, uint64 indexed operatorId);
    /// @notice A fee applies from now on.
    /// @param owner Owner of the operator.
    /// @param operatorId Operator.
    /// @param blockNumber Block of the call.
    /// @param fee Wei per block per 32 ETH of effective balance.
    event OperatorFeeExecuted(address indexed owner, uint64 indexed operatorId, uint256 blockNumber, uint256 fee);
    /// @notice Earnings were paid to the owner of an operator.
    /// @param owner Owner of the operator.
    /// @param operatorId Operator.
    /// @param value Wei.
    event OperatorWithdrawn(address indexed owner, uint64 indexed operatorId, uint256 value);
    /// @notice Operators became private or public.
    /// @param operatorIds Operators concerned.
    /// @param toPrivate Whether they are private now.
    event OperatorPrivacyStatusUpdated(uint64[] operatorIds, bool toPrivate);

    /// @notice Registers an operator of the caller.
    /// @param publicKey Key for the encryption of shares.
    /// @param fee Zero, or between the minimum and the maximum; divisible by 100,000.
    /// @param setPrivate Whether only whitelisted owners may use it.
    /// @return id Its number, counted from 1.
    function registerOperator(bytes calldata publicKey, uint256 fee, bool setPrivate) external returns (uint64 id);

    /// @notice Removes an operator for good and pays out its earnings.
    /// @param operatorId Operator of the caller.
    function removeOperator(uint64 operatorId) external;

    /// @notice Announces a fee, to be executed within a later window of time.
    /// @param operatorId Operator of the caller.
    /// @param fee Fee to come; at most the increase limit above the present one.
    function declareOperatorFee(uint64 operatorId, uint256 fee) external;

    /// @notice Lets the declared fee apply.
    /// @param operatorId Operator of the caller.
    function executeOperatorFee(uint64 operatorId) external;

    /// @notice Drops the declared fee.
    /// @param operatorId Operator of the caller.
    function cancelDeclaredOperatorFee(uint64 operatorId) external;

    /// @notice Lowers the fee at once.
    /// @dev Warning: a fee of zero can never be raised again.
    /// @param operatorId Operator of the caller.
    /// @param fee Fee below the present one.
    function reduceOperatorFee(uint64 operatorId, uint256 fee) external;

    /// @notice Makes operators private, whether or not anyone is whitelisted.
    /// @param operatorIds Operators of the caller.
    function setOperatorsPrivateUnchecked(uint64[] calldata operatorIds) external;

    /// @notice Makes operators public.
    /// @param operatorIds Operators of the caller.
    function setOperatorsPublicUnchecked(uint64[] calldata operatorIds) external;

    /// @notice Pays out part of an operator's earnings.
    /// @param operatorId Operator of the caller.
    /// @param amount Wei, divisible by 100,000; zero means all.
    function withdrawOperatorEarnings(uint64 operatorId, uint256 amount) external;

    /// @notice Pays out an operator's earnings.
    /// @param operatorId Operator of the caller.
    function withdrawAllOperatorEarnings(uint64 operatorId) external;

    /// @notice Pays out an operator's earnings in ether and in SSV tokens; nothing to pay is no error.
    /// @param operatorId Operator of the caller.
    function withdrawAllVersionOperatorEarnings(uint64 operatorId) external;

    /// @notice Pays out part of an operator's earnings in SSV tokens.
    /// @param operatorId Operator of the caller.
    /// @param amount Tokens, divisible by 10,000,000; zero means all.
    function withdrawOperatorEarningsSSV(uint64 operatorId, uint256 amount) external;

    /// @notice Pays out an operator's earnings in SSV tokens.
    /// @param operatorId Operator of the caller.
    function withdrawAllOperatorEarningsSSV(uint64 operatorId) external;
}
