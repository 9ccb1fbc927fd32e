// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPoolETH} from "../interfaces/IPoolETH.sol";
import {IWithdrawalRequests} from "../interfaces/IWithdrawalRequests.sol";
import {IWithdrawalVault} from "../interfaces/IWithdrawalVault.sol";
import {Vault} from "./Vault.sol";

/// @title WithdrawalVault
/// @notice Receives what the validators pay out. It calls the predeploys of EIP-7002 and EIP-7251, and never lets stake
///         leave for another validator.
/// @custom:security-contact security@pooleth.example
contract WithdrawalVault is IWithdrawalVault, Vault {
    uint256 private constant PUBKEY_LENGTH = 48;
    uint256 private constant LONGEST_SILENCE = 30 days;
    uint256 private constant LONGEST_WAIT = 60 days;

    /// @notice The predeploy of EIP-7002.
    address public immutable WITHDRAWAL_REQUESTS;
    /// @notice The predeploy of EIP-7251.
    address public immutable CONSOLIDATION_REQUESTS;

    /// @notice Names the pool and the predeploys, for ever.
    /// @param poolETH The pool that all ether goes to.
    /// @param withdrawalRequests The predeploy of EIP-7002.
    /// @param consolidationRequests The predeploy of EIP-7251.
    constructor(address poolETH, address withdrawalRequests, address consolidationRequests) Vault(poolETH) {
        WITHDRAWAL_REQUESTS = withdrawalRequests;
        CONSOLIDATION_REQUESTS = consolidationRequests;
    }

    /// @inheritdoc IWithdrawalVault
    function requestWithdrawals(
        bytes calldata pubkeys,
        uint64[] calldata amountsGwei,
        address refundTo
    ) external payable {
        uint256 count = amountsGwei.length;
        bool fullExits = true;
        for (uint256 i = 0; i < count; ++i) fullExits = fullExits && amountsGwei[i] == 0;
        require(_isPoolManager() || (fullExits && _isAbandoned()), CallerNotAllowed(msg.sender));
        require(count != 0 && pubkeys.length == count * PUBKEY_LENGTH, PubkeysLengthMismatch(pubkeys.length, count));
        uint256 fee = _fee(WITHDRAWAL_REQUESTS, count);

        emit WithdrawalsRequested(pubkeys, amountsGwei, fee);
        for (uint256 i = 0; i < count; ++i) {
            bytes calldata pubkey = pubkeys[i * PUBKEY_LENGTH:(i + 1) * PUBKEY_LENGTH];
            _request(WITHDRAWAL_REQUESTS, fee, abi.encodePacked(pubkey, amountsGwei[i]));
        }
        _refund(fee * count, refundTo);
    }

    /// @inheritdoc IWithdrawalVault
    function requestCompounding(bytes calldata pubkey) external payable {
        require(_isPoolManager(), CallerNotAllowed(msg.sender));
        require(pubkey.length == PUBKEY_LENGTH, PubkeysLengthMismatch(pubkey.length, 1));
        uint256 fee = _fee(CONSOLIDATION_REQUESTS, 1);

        emit CompoundingRequested(pubkey, fee);
        _request(CONSOLIDATION_REQUESTS, fee, abi.encodePacked(pubkey, pubkey));
        _refund(fee, msg.sender);
    }

    function _isPoolManager() private view returns (bool) {
        return msg.sender == IPoolETH(POOL_ETH).POOL_MANAGER();
    }

    /// @dev Whether reports have stopped, or holders wait for too long. The queue is custody, so policy cannot lie about it.
    function _isAbandoned() private view returns (bool) {
        if (block.timestamp > IPoolETH(POOL_ETH).lastRebase() + LONGEST_SILENCE) return true;
        address queue = IPoolETH(POOL_ETH).WITHDRAWAL_QUEUE();
        uint256 waitingSince = IWithdrawalRequests(queue).queueState().waitingSince;
        return waitingSince != 0 && block.timestamp > waitingSince + LONGEST_WAIT;
    }

    /// @dev Both predeploys answer a call without data with their fee, as one word.
    function _fee(address predeploy, uint256 requests) private view returns (uint256 fee) {
        (bool success, bytes memory answer) = predeploy.staticcall("");
        require(success && answer.length == 32, PredeployFailed(predeploy));
        fee = abi.decode(answer, (uint256));
        // Divided instead of multiplied, so that a fee of any size is refused rather than overflowing.
        require(fee <= msg.value / requests, FeeNotCovered(msg.value, fee));
    }

    function _request(address predeploy, uint256 fee, bytes memory request) private {
        (bool success, ) = predeploy.call{value: fee}(request);
        require(success, PredeployFailed(predeploy));
    }

    /// @dev Last of all, and never out of what validators paid out: the fees and this add up to what was sent along. An
    ///      empty call is no request to a predeploy, whoever receives it.
    function _refund(uint256 spent, address receiver) private {
        if (msg.value == spent) return;
        require(receiver != address(0), RefundFailed(receiver));
        (bool success, ) = receiver.call{value: msg.value - spent}("");
        require(success, RefundFailed(receiver));
    }
}
