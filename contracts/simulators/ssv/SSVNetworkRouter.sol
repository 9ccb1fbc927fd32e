// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVFeeRecipient} from "../../interfaces/external/ISSVFeeRecipient.sol";
import {ISSVModule, ISSVRouter} from "./ISSVSimulator.sol";
import {SSVPacking} from "./SSVPacking.sol";
import {SSVParameters} from "./SSVParameters.sol";
import {SSVState} from "./SSVState.sol";
import {SSVViewSelectors} from "./SSVViewSelectors.sol";

// Its fallback hands calls on, which takes more than two lines.
// solhint-disable no-complex-fallback

/// @title SSVNetworkRouter
/// @notice Sets the simulated network up and delegates each call to the module that answers for it.
contract SSVNetworkRouter is ISSVRouter, ISSVFeeRecipient, SSVState {
    using SSVPacking for uint256;

    uint16 private constant QUORUM_BPS = 7_500;

    /// @notice The network was set up before.
    error AlreadyInitialized();
    /// @notice No module answers for the function.
    /// @param selector Selector of the function.
    error UnknownFunction(bytes4 selector);

    /// @notice Runs the module on this contract's storage and hands its answer on.
    fallback() external payable {
        address module = SSVViewSelectors.isView(msg.sig) ? _viewsModule : _modules[msg.sig];
        require(module != address(0), UnknownFunction(msg.sig));
        assembly {
            calldatacopy(0, 0, calldatasize())
            let success := delegatecall(gas(), module, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if iszero(success) {
                revert(0, returndatasize())
            }
            return(0, returndatasize())
        }
    }

    /// @notice Refuses plain ether.
    receive() external payable {
        revert UnknownFunction(msg.sig);
    }

    /// @inheritdoc ISSVRouter
    function initialize(
        address[] calldata modules,
        SSVParameters calldata parameters,
        address owner,
        address[4] calldata oracles
    ) external override {
        require(_quorumBps == 0, AlreadyInitialized());
        _owner = owner;
        _quorumBps = QUORUM_BPS;
        _setModules(modules);
        _setOracles(oracles);
        _setParameters(parameters);
    }

    /// @inheritdoc ISSVFeeRecipient
    function setFeeRecipientAddress(address recipientAddress) external override {
        emit FeeRecipientAddressUpdated(msg.sender, recipientAddress);
    }

    function _setModules(address[] calldata modules) private {
        uint256 last = modules.length - 1;
        _viewsModule = modules[last];
        for (uint256 i; i < last; ++i) {
            bytes4[] memory selectors = ISSVModule(modules[i]).selectors();
            for (uint256 j; j < selectors.length; ++j) _modules[selectors[j]] = modules[i];
        }
    }

    function _setOracles(address[4] calldata oracles) private {
        for (uint32 i; i < oracles.length; ++i) {
            require(_oracleIds[oracles[i]] == 0, OracleAlreadyAssigned());
            _oracles[i + 1] = oracles[i];
            _oracleIds[oracles[i]] = i + 1;
        }
    }

    function _setParameters(SSVParameters calldata parameters) private {
        Protocol storage protocol = _protocol;
        protocol.validatorsPerOperatorLimit = parameters.validatorsPerOperatorLimit;
        protocol.declareFeePeriod = parameters.declareOperatorFeePeriod;
        protocol.executeFeePeriod = parameters.executeOperatorFeePeriod;
        protocol.feeIncreaseLimit = parameters.operatorFeeIncreaseLimit;
        protocol.networkFeeIndexBlock = uint32(block.number);
        protocol.maximumOperatorFee = parameters.maximumOperatorFee.pack();
        protocol.minimumOperatorFee = parameters.minimumOperatorEthFee.pack();
        protocol.earningsBlock = uint32(block.number);
        protocol.networkFee = parameters.networkFee.pack();
        protocol.minimumCollateral = parameters.minimumLiquidationCollateral.pack();
        protocol.thresholdPeriod = parameters.liquidationThresholdPeriod;
    }
}
