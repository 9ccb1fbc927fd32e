// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Reenterer} from "./Reenterer.sol";

/// @title PredeployStandIn
/// @notice A predeploy that tells any fee, refuses requests, or calls back when one comes.
contract PredeployStandIn is Reenterer {
    bytes private _feeAnswer;

    /// @notice Tells the fee.
    receive() external payable {
        _tellFee();
    }

    /// @notice Takes a request, whatever it says.
    fallback() external payable {
        _reenter();
    }

    /// @notice Sets what it says of its fee.
    /// @param answer Bytes to answer with, whatever their length.
    function answerFee(bytes calldata answer) external {
        _feeAnswer = answer;
    }

    function _tellFee() private view {
        bytes memory answer = _feeAnswer;
        // return answer
        assembly ("memory-safe") {
            return(add(answer, 32), mload(answer))
        }
    }
}
