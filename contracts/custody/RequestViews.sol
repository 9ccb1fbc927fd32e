// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

import {IWithdrawalRequests} from "../interfaces/IWithdrawalRequests.sol";
import {RequestMetadata} from "../libraries/RequestMetadata.sol";
import {RequestToken} from "./RequestToken.sol";

/// @title RequestViews
/// @notice What wallets ask about requests, put together from what the queue says of each.
abstract contract RequestViews is IWithdrawalRequests, RequestToken {
    /// @inheritdoc ERC721
    /// @dev A data URI of JSON with an image of its own, which needs no server.
    function tokenURI(uint256 id) public view override returns (string memory) {
        _requireOwned(id);
        return RequestMetadata.uri(id, requestOf(id));
    }

    /// @inheritdoc IWithdrawalRequests
    function requestOf(uint256 id) public view virtual returns (Request memory request);

    /// @inheritdoc IWithdrawalRequests
    function queueState() public view virtual returns (QueueState memory state);

    /// @inheritdoc IWithdrawalRequests
    function requestsAt(uint256[] calldata ids) external view returns (Request[] memory requests) {
        requests = new Request[](ids.length);
        for (uint256 i = 0; i < ids.length; ++i) requests[i] = requestOf(ids[i]);
    }

    /// @inheritdoc IWithdrawalRequests
    function requestsOf(address owner, uint256 firstId, uint256 count) external view returns (uint256[] memory ids) {
        uint256 lastId = queueState().lastId;
        if (owner == address(0) || firstId > lastId) return ids;
        uint256 end = count > lastId - firstId ? lastId + 1 : firstId + count;
        // He has no more, so the search ends with the last of them.
        uint256 owned = balanceOf(owner);
        ids = new uint256[](owned < end - firstId ? owned : end - firstId);
        uint256 found;
        for (uint256 id = firstId; id < end && found < ids.length; ++id) if (_ownerOf(id) == owner) ids[found++] = id;
        // ids.length = found
        assembly ("memory-safe") {
            mstore(ids, found)
        }
    }

    /// @inheritdoc IWithdrawalRequests
    function claimableEther(uint256[] calldata ids) external view returns (uint256 ethAmount) {
        for (uint256 i = 0; i < ids.length; ++i) {
            Request memory request = requestOf(ids[i]);
            if (request.state == RequestState.Claimable) ethAmount += request.ethAmount;
        }
    }
}
