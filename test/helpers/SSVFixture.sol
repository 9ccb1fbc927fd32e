// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVNetwork} from "../../contracts/interfaces/external/ISSVNetwork.sol";
import {ISSVNetworkViews} from "../../contracts/interfaces/external/ISSVNetworkViews.sol";
import {SSVClustersModule} from "../../contracts/simulators/ssv/SSVClustersModule.sol";
import {SSVDAOModule} from "../../contracts/simulators/ssv/SSVDAOModule.sol";
import {SSVNetworkRouter} from "../../contracts/simulators/ssv/SSVNetworkRouter.sol";
import {SSVNetworkSimulator} from "../../contracts/simulators/ssv/SSVNetworkSimulator.sol";
import {SSVOperatorsModule} from "../../contracts/simulators/ssv/SSVOperatorsModule.sol";
import {SSVParameters} from "../../contracts/simulators/ssv/SSVParameters.sol";
import {SSVValidatorsModule} from "../../contracts/simulators/ssv/SSVValidatorsModule.sol";
import {SSVViewsModule} from "../../contracts/simulators/ssv/SSVViewsModule.sol";
import {SSVWhitelistModule} from "../../contracts/simulators/ssv/SSVWhitelistModule.sol";

/// @title SSVFixture
/// @notice A simulated ssv.network with four operators, with the parameters of the local chain.
abstract contract SSVFixture {
    uint256 internal constant OPERATOR_COUNT = 4;
    uint256 internal constant OPERATOR_FEE = 1_770_000_000;

    ISSVNetwork internal ssvNetwork;
    ISSVNetworkViews public ssvViews;

    function _deploySSV() internal {
        address[] memory modules = new address[](6);
        modules[0] = address(new SSVOperatorsModule());
        modules[1] = address(new SSVWhitelistModule());
        modules[2] = address(new SSVValidatorsModule());
        modules[3] = address(new SSVClustersModule());
        modules[4] = address(new SSVDAOModule());
        modules[5] = address(new SSVViewsModule());
        address[4] memory oracles = [address(0x51), address(0x52), address(0x53), address(0x54)];
        SSVParameters memory parameters = SSVParameters({
            liquidationThresholdPeriod: 42_960,
            minimumLiquidationCollateral: 324_862_500_000_000,
            validatorsPerOperatorLimit: 3_000,
            declareOperatorFeePeriod: 604_800,
            executeOperatorFeePeriod: 604_800,
            operatorFeeIncreaseLimit: 1_000,
            networkFee: 3_366_600_000,
            maximumOperatorFee: 5_336_500_000,
            minimumOperatorEthFee: 10_000_000
        });
        address router = address(new SSVNetworkRouter());
        ssvNetwork = ISSVNetwork(address(new SSVNetworkSimulator(router, modules, parameters, address(this), oracles)));
        ssvViews = ISSVNetworkViews(address(ssvNetwork));
        for (uint256 i = 0; i < OPERATOR_COUNT; ++i)
            ssvNetwork.registerOperator(abi.encode("operator", i), OPERATOR_FEE, false);
    }

    function _operatorIds() internal pure returns (uint64[] memory operatorIds) {
        operatorIds = new uint64[](OPERATOR_COUNT);
        for (uint64 i = 0; i < OPERATOR_COUNT; ++i) operatorIds[i] = i + 1;
    }
}
