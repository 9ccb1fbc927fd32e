// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVErrors} from "../../interfaces/external/ISSVErrors.sol";

// All modules share this storage, so it is declared in one place.
// solhint-disable max-states-count

/// @title SSVState
/// @notice The storage that the router and all modules of the simulated network share.
/// @dev It takes as many slots as the real network's does, so that calls cost what they cost there. That includes the
/// slots for clusters and operators paid in SSV tokens, which stay empty here.
abstract contract SSVState is ISSVErrors {
    struct Snapshot {
        uint32 blockNumber;
        /// Sum of the fee over all blocks, packed wei.
        uint64 index;
        /// Earnings not paid out, packed wei.
        uint64 balance;
    }

    struct Operator {
        /// slot 0
        uint32 tokenValidatorCount;
        uint64 tokenFee;
        address owner;
        /// slot 1
        bool isPrivate;
        /// slot 2
        Snapshot tokenSnapshot;
        /// slot 3
        uint32 validatorCount;
        uint64 fee;
        /// slot 4; its block number is zero once the operator is removed
        Snapshot snapshot;
    }

    struct FeeDeclaration {
        uint64 fee;
        uint64 approvalBeginTime;
        uint64 approvalEndTime;
    }

    struct EffectiveBalance {
        /// Zero while no root has told the balance: 32 ETH per validator.
        uint64 vUnits;
        /// Block of the root used last.
        uint64 rootBlock;
        /// Block of the last update.
        uint64 updateBlock;
    }

    struct Protocol {
        /// slot 0
        uint32 validatorsPerOperatorLimit;
        uint64 declareFeePeriod;
        uint64 executeFeePeriod;
        uint64 feeIncreaseLimit;
        uint32 minBlocksBetweenUpdates;
        /// slot 1
        uint32 networkFeeIndexBlock;
        uint32 validatorCount;
        uint64 maximumOperatorFee;
        uint64 minimumOperatorFee;
        uint64 latestRootBlock;
        /// slot 2
        uint32 earningsBlock;
        uint64 networkFee;
        uint64 networkFeeIndex;
        uint64 earnings;
        /// slot 3
        uint64 minimumCollateral;
        uint64 thresholdPeriod;
        uint64 vUnits;
    }

    uint256 private constant UNLOCKED = 1;
    uint256 private constant LOCKED = 2;

    Protocol internal _protocol;
    address internal _owner;
    address internal _pendingOwner;
    uint64 internal _lastOperatorId;
    /// @dev Zero until the first payment.
    uint256 private _lock;
    uint16 internal _quorumBps;

    mapping(bytes4 selector => address module) internal _modules;
    /// @dev Answers for all views: asking several reads this slot again, which is cheap, as it is on the real network.
    address internal _viewsModule;
    mapping(uint64 operatorId => Operator) internal _operators;
    mapping(uint64 operatorId => FeeDeclaration) internal _feeDeclarations;
    mapping(bytes32 publicKeyHash => uint64 operatorId) internal _operatorIds;
    mapping(uint64 operatorId => address whitelistingContract) internal _whitelistingContracts;
    /// @dev One bit per operator, 256 operators per word.
    mapping(address account => mapping(uint256 word => uint256 bits)) internal _whitelisted;
    /// @dev What the operator's clusters weigh above 32 ETH per validator.
    mapping(uint64 operatorId => uint64 vUnits) internal _operatorExtraVUnits;

    /// @dev Hash of the operator ids with its lowest bit set.
    mapping(bytes32 validatorKey => bytes32 operatorIdsHash) internal _validators;
    mapping(bytes32 clusterId => bytes32 clusterHash) internal _clusters;
    mapping(bytes32 clusterId => bytes32 clusterHash) internal _tokenClusters;
    mapping(bytes32 clusterId => EffectiveBalance) internal _effectiveBalances;

    mapping(uint64 blockNumber => bytes32 root) internal _roots;
    mapping(bytes32 ballot => uint256 weight) internal _votes;
    mapping(bytes32 ballot => mapping(uint32 oracleId => bool)) internal _hasVoted;
    mapping(uint32 oracleId => address oracle) internal _oracles;
    mapping(address oracle => uint32 oracleId) internal _oracleIds;

    /// @notice A call came in while another one was paying out ether.
    error ReentrantCall();

    modifier nonReentrant() {
        require(_lock != LOCKED, ReentrantCall());
        _lock = LOCKED;
        _;
        _lock = UNLOCKED;
    }

    function _send(address receiver, uint256 ethAmount) internal {
        (bool success, ) = receiver.call{value: ethAmount}("");
        require(success, ETHTransferFailed());
    }
}
