// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVClusters} from "./ISSVClusters.sol";
import {ISSVDAO} from "./ISSVDAO.sol";
import {ISSVErrors} from "./ISSVErrors.sol";
import {ISSVFeeRecipient} from "./ISSVFeeRecipient.sol";
import {ISSVOperators} from "./ISSVOperators.sol";
import {ISSVOperatorsWhitelist} from "./ISSVOperatorsWhitelist.sol";
import {ISSVValidators} from "./ISSVValidators.sol";

/// @title ISSVNetwork
/// @notice The functions, events and errors of ssv.network v2.0.0 for clusters that pay their fees in ether.
interface ISSVNetwork is
    ISSVErrors,
    ISSVValidators,
    ISSVClusters,
    ISSVOperators,
    ISSVOperatorsWhitelist,
    ISSVFeeRecipient,
    ISSVDAO
{}
