// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title ISSVErrors
/// @notice The errors of ssv.network v2.0.0, by their names and selectors there.
interface ISSVErrors {
    /// @notice `caller` does not own the operator, `owner` does.
    /// @param caller Account that called.
    /// @param owner Owner of the operator.
    error CallerNotOwnerWithData(address caller, address owner);
    /// @notice The operator is private and the caller is not on its whitelist.
    /// @param operatorId Operator.
    error CallerNotWhitelistedWithData(uint64 operatorId);
    /// @notice The operator would serve more validators than the limit.
    /// @param operatorId Operator.
    error ExceedValidatorLimitWithData(uint64 operatorId);
    /// @notice The validator is registered with other operators.
    /// @param publicKey Validator public key.
    error IncorrectValidatorStateWithData(bytes publicKey);
    /// @notice The owner registered this public key before.
    /// @param publicKey Validator public key.
    error ValidatorAlreadyExistsWithData(bytes publicKey);
    /// @notice A whitelisted address must not be a whitelisting contract.
    /// @param contractAddress Address given.
    error AddressIsWhitelistingContract(address contractAddress);
    /// @notice The address is not a whitelisting contract.
    /// @param contractAddress Address given.
    error InvalidWhitelistingContract(address contractAddress);
    /// @notice No contract stands at the address given for the module.
    /// @param moduleId Module.
    error TargetModuleDoesNotExistWithData(uint8 moduleId);

    error AlreadyVoted();
    error ApprovalNotWithinTimeframe();
    error ClusterAlreadyEnabled();
    error ClusterDoesNotExist();
    error ClusterIsLiquidated();
    error ClusterNotLiquidatable();
    error EBBelowMinimum();
    error EBExceedsMaximum();
    error ETHTransferFailed();
    error EmptyPublicKeysList();
    error FeeExceedsIncreaseLimit();
    error FeeIncreaseNotAllowed();
    error FeeTooHigh();
    error FeeTooLow();
    error FutureBlockNumber();
    error IncorrectClusterState();
    error IncorrectClusterVersion();
    error InsufficientBalance();
    error InvalidOperatorFeeRange();
    error InvalidOperatorIdsLength();
    error InvalidOracleId();
    error InvalidProof();
    error InvalidPublicKeyLength();
    error InvalidQuorum();
    error InvalidWhitelistAddressesLength();
    error MaxPrecisionExceeded();
    error MaxValueExceeded();
    error NewBlockPeriodIsBelowMinimum();
    error NoFeeDeclared();
    error NotAuthorized();
    error NotOracle();
    error OperatorAlreadyExists();
    error OperatorDoesNotExist();
    error OperatorsListNotUnique();
    error OracleAlreadyAssigned();
    error PublicKeysSharesLengthMismatch();
    error RootNotFound();
    error SameFeeChangeNotAllowed();
    error SameOracleAddressNotAllowed();
    error StaleBlockNumber();
    error StaleUpdate();
    error TokenTransferFailed();
    error UnsortedOperatorsList();
    error UpdateTooFrequent();
    error ValidatorDoesNotExist();
    error ZeroAddress();
    error ZeroAddressNotAllowed();
}
