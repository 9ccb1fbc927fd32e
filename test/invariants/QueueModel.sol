// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {vm} from "../helpers/Vm.sol";
import {PoolModel} from "./PoolModel.sol";

/// @title QueueModel
/// @notice What the withdrawal queue should hold, request by request, in plain lists.
abstract contract QueueModel is PoolModel {
    struct RequestRecord {
        address owner;
        uint256 shares;
        /// @dev Shares and wei of all requests that were finalized together with it; zero while it waits.
        uint256 sharesTogether;
        uint256 paidTogether;
    }

    uint256 internal constant UNIT = 1e9;

    RequestRecord[] internal requests;
    uint256 public modelFinalized;

    function requestRecord(uint256 id) external view returns (RequestRecord memory) {
        return requests[id - 1];
    }

    function requestCount() external view returns (uint256) {
        return requests.length;
    }

    /// @dev Books what was finalized of requests up to `lastId`, at the rate of the model's totals, with `available` wei.
    function _bookFinalized(uint256 lastId, uint256 available) internal {
        (uint256 paid, uint256 shares, uint256 finalized) = (0, 0, modelFinalized);
        for (uint256 id = finalized + 1; id <= lastId && id <= requests.length; ++id) {
            uint256 next = shares + requests[id - 1].shares;
            uint256 worth = (next * modelEther) / modelShares;
            if (worth > available) break;
            (paid, shares, finalized) = (worth, next, id);
        }
        for (uint256 id = modelFinalized + 1; id <= finalized; ++id)
            (requests[id - 1].sharesTogether, requests[id - 1].paidTogether) = (shares, paid);

        modelFinalized = finalized;
        (modelEther, modelShares) = (modelEther - paid, modelShares - shares);
        modelOwned -= paid;
        modelBuffered -= int256(paid);
        modelSetAside += paid;
        vm.assertEq(queue.queueState().lastFinalizedId, finalized, "H49: as many as can be paid, in their order");
        vm.assertEq(address(queue).balance, modelSetAside, "H42: at the share rate of the moment");
        if (paid != 0) _note("finalization");
    }
}
