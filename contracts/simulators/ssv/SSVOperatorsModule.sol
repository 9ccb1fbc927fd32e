// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ISSVOperators} from "../../interfaces/external/ISSVOperators.sol";
import {ISSVModule} from "./ISSVSimulator.sol";
import {SSVOperatorAccounts} from "./SSVOperatorAccounts.sol";
import {SSVPacking} from "./SSVPacking.sol";

/// @title SSVOperatorsModule
/// @notice Operators of the simulated network.
contract SSVOperatorsModule is ISSVOperators, ISSVModule, SSVOperatorAccounts {
    using SSVPacking for uint64;
    using SSVPacking for uint256;

    uint256 private constant BASIS_POINTS = 10_000;

    /// @inheritdoc ISSVModule
    function selectors() external pure override returns (bytes4[] memory list) {
        list = new bytes4[](13);
        list[0] = ISSVOperators.registerOperator.selector;
        list[1] = ISSVOperators.removeOperator.selector;
        list[2] = ISSVOperators.declareOperatorFee.selector;
        list[3] = ISSVOperators.executeOperatorFee.selector;
        list[4] = ISSVOperators.cancelDeclaredOperatorFee.selector;
        list[5] = ISSVOperators.reduceOperatorFee.selector;
        list[6] = ISSVOperators.setOperatorsPrivateUnchecked.selector;
        list[7] = ISSVOperators.setOperatorsPublicUnchecked.selector;
        list[8] = ISSVOperators.withdrawOperatorEarnings.selector;
        list[9] = ISSVOperators.withdrawAllOperatorEarnings.selector;
        list[10] = ISSVOperators.withdrawAllVersionOperatorEarnings.selector;
        list[11] = ISSVOperators.withdrawOperatorEarningsSSV.selector;
        list[12] = ISSVOperators.withdrawAllOperatorEarningsSSV.selector;
    }

    /// @inheritdoc ISSVOperators
    function registerOperator(
        bytes calldata publicKey,
        uint256 fee,
        bool setPrivate
    ) external override returns (uint64 id) {
        _checkFee(fee);
        bytes32 key = keccak256(publicKey);
        require(_operatorIds[key] == 0, OperatorAlreadyExists());

        id = ++_lastOperatorId;
        Operator storage operator = _operators[id];
        operator.owner = msg.sender;
        operator.isPrivate = setPrivate;
        operator.fee = fee.pack();
        operator.snapshot.blockNumber = uint32(block.number);
        _operatorIds[key] = id;

        uint64[] memory operatorIds = new uint64[](1);
        operatorIds[0] = id;
        emit OperatorAdded(id, msg.sender, publicKey, fee);
        emit OperatorPrivacyStatusUpdated(operatorIds, setPrivate);
    }

    /// @inheritdoc ISSVOperators
    function removeOperator(uint64 operatorId) external override nonReentrant {
        Operator storage operator = _operatorOfCaller(operatorId);
        _settle(operatorId);

        uint64 earnings = operator.snapshot.balance;
        operator.snapshot.blockNumber = 0;
        operator.snapshot.balance = 0;
        operator.validatorCount = 0;
        operator.fee = 0;
        delete _operatorExtraVUnits[operatorId];
        delete _feeDeclarations[operatorId];
        delete _whitelistingContracts[operatorId];

        if (earnings != 0) _pay(operatorId, earnings);
        emit OperatorRemoved(operatorId);
    }

    /// @inheritdoc ISSVOperators
    function declareOperatorFee(uint64 operatorId, uint256 fee) external override {
        Operator storage operator = _operatorOfCaller(operatorId);
        _checkFee(fee);

        uint64 oldFee = operator.fee;
        uint64 newFee = fee.pack();
        require(newFee != oldFee, SameFeeChangeNotAllowed());
        require(oldFee != 0, FeeIncreaseNotAllowed());
        uint256 limit = Math.ceilDiv(oldFee * (BASIS_POINTS + _protocol.feeIncreaseLimit), BASIS_POINTS);
        require(newFee <= limit, FeeExceedsIncreaseLimit());

        uint64 beginTime = uint64(block.timestamp) + _protocol.declareFeePeriod;
        _feeDeclarations[operatorId] = FeeDeclaration(newFee, beginTime, beginTime + _protocol.executeFeePeriod);
        emit OperatorFeeDeclared(msg.sender, operatorId, block.number, fee);
    }

    /// @inheritdoc ISSVOperators
    function executeOperatorFee(uint64 operatorId) external override {
        _operatorOfCaller(operatorId);
        FeeDeclaration memory declaration = _feeDeclarations[operatorId];
        require(declaration.approvalBeginTime != 0, NoFeeDeclared());
        require(
            block.timestamp >= declaration.approvalBeginTime && block.timestamp <= declaration.approvalEndTime,
            ApprovalNotWithinTimeframe()
        );
        require(declaration.fee <= _protocol.maximumOperatorFee, FeeTooHigh());

        _setFee(operatorId, declaration.fee);
    }

    /// @inheritdoc ISSVOperators
    function cancelDeclaredOperatorFee(uint64 operatorId) external override {
        _operatorOfCaller(operatorId);
        require(_feeDeclarations[operatorId].approvalBeginTime != 0, NoFeeDeclared());

        delete _feeDeclarations[operatorId];
        emit OperatorFeeDeclarationCancelled(msg.sender, operatorId);
    }

    /// @inheritdoc ISSVOperators
    function reduceOperatorFee(uint64 operatorId, uint256 fee) external override {
        Operator storage operator = _operatorOfCaller(operatorId);
        _checkMinimumFee(fee);
        uint64 newFee = fee.pack();
        require(newFee < operator.fee, FeeIncreaseNotAllowed());

        _setFee(operatorId, newFee);
    }

    /// @inheritdoc ISSVOperators
    function setOperatorsPrivateUnchecked(uint64[] calldata operatorIds) external override {
        _setPrivacy(operatorIds, true);
    }

    /// @inheritdoc ISSVOperators
    function setOperatorsPublicUnchecked(uint64[] calldata operatorIds) external override {
        _setPrivacy(operatorIds, false);
    }

    /// @inheritdoc ISSVOperators
    function withdrawOperatorEarnings(uint64 operatorId, uint256 amount) external override nonReentrant {
        _withdraw(operatorId, amount);
    }

    /// @inheritdoc ISSVOperators
    function withdrawAllOperatorEarnings(uint64 operatorId) external override nonReentrant {
        _withdraw(operatorId, 0);
    }

    /// @inheritdoc ISSVOperators
    function withdrawAllVersionOperatorEarnings(uint64 operatorId) external override nonReentrant {
        Operator storage operator = _operatorOfCaller(operatorId);
        _settle(operatorId);

        uint64 earnings = operator.snapshot.balance;
        operator.snapshot.balance = 0;
        if (earnings != 0) _pay(operatorId, earnings);
    }

    /// @inheritdoc ISSVOperators
    /// @dev No operator earns SSV tokens, so this always reverts.
    function withdrawOperatorEarningsSSV(uint64 operatorId, uint256 amount) external view override {
        _operatorOfCaller(operatorId);
        amount.packTokens();
        revert InsufficientBalance();
    }

    /// @inheritdoc ISSVOperators
    /// @dev No operator earns SSV tokens, so this always reverts.
    function withdrawAllOperatorEarningsSSV(uint64 operatorId) external view override {
        _operatorOfCaller(operatorId);
        revert InsufficientBalance();
    }

    function _setFee(uint64 operatorId, uint64 fee) private {
        _settle(operatorId);
        _operators[operatorId].fee = fee;
        delete _feeDeclarations[operatorId];
        emit OperatorFeeExecuted(msg.sender, operatorId, block.number, fee.unpack());
    }

    function _setPrivacy(uint64[] calldata operatorIds, bool toPrivate) private {
        require(operatorIds.length != 0, InvalidOperatorIdsLength());
        for (uint256 i; i < operatorIds.length; ++i) _operatorOfCaller(operatorIds[i]).isPrivate = toPrivate;
        emit OperatorPrivacyStatusUpdated(operatorIds, toPrivate);
    }

    /// @dev `amount` zero pays all; it is an error to ask for more than there is, or when there is nothing.
    function _withdraw(uint64 operatorId, uint256 amount) private {
        Operator storage operator = _operatorOfCaller(operatorId);
        uint64 packed = amount.pack();
        _settle(operatorId);

        uint64 earnings = operator.snapshot.balance;
        if (packed == 0) packed = earnings;
        require(packed != 0 && packed <= earnings, InsufficientBalance());

        operator.snapshot.balance = earnings - packed;
        _pay(operatorId, packed);
    }

    function _pay(uint64 operatorId, uint64 earnings) private {
        _send(msg.sender, earnings.unpack());
        emit OperatorWithdrawn(msg.sender, operatorId, earnings.unpack());
    }

    function _checkFee(uint256 fee) private view {
        _checkMinimumFee(fee);
        require(fee <= _protocol.maximumOperatorFee.unpack(), FeeTooHigh());
    }

    function _checkMinimumFee(uint256 fee) private view {
        require(fee == 0 || fee >= _protocol.minimumOperatorFee.unpack(), FeeTooLow());
    }
}
