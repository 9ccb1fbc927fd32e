// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

import {WithdrawalRequest} from "../types/WithdrawalRequest.sol";

/// @title RequestToken
/// @notice Requests as ERC-721 tokens, whose owners stand in the same slots as the requests.
abstract contract RequestToken is ERC721 {
    mapping(uint256 id => WithdrawalRequest) internal _requests;
    mapping(address owner => uint256 count) private _counts;

    /// @inheritdoc ERC721
    function balanceOf(address owner) public view override returns (uint256) {
        require(owner != address(0), ERC721InvalidOwner(address(0)));
        return _counts[owner];
    }

    /// @dev Keeps a new request of somebody.
    function _give(WithdrawalRequest request, uint256 id, address owner) internal {
        require(owner != address(0), ERC721InvalidReceiver(address(0)));
        _requests[id] = request;
        // Nobody owns more than 2^32 requests.
        unchecked {
            ++_counts[owner];
        }
        emit Transfer(address(0), owner, id);
    }

    /// @dev Takes a request from its owner, who is known to own it, for ever. The caller takes it off his count. Whoever is
    ///      approved for it stays so, for a number that nobody owns any more.
    function _end(WithdrawalRequest request, uint256 id, address owner) internal {
        _requests[id] = request.ownedBy(address(0));
        emit Transfer(owner, address(0), id);
    }

    /// @dev Takes requests that ended off the count of their owner.
    function _discount(address owner, uint256 ended) internal {
        // He owned them all.
        unchecked {
            _counts[owner] -= ended;
        }
    }

    /// @dev Requests come and go by the functions above, so both sides are somebody here.
    function _update(address to, uint256 id, address auth) internal override returns (address from) {
        WithdrawalRequest request = _requests[id];
        from = request.owner();
        // Whoever was approved for a request that ended still is.
        require(from != address(0), ERC721NonexistentToken(id));
        _checkAuthorized(from, auth, id);
        if (_getApproved(id) != address(0)) _approve(address(0), id, address(0), false);
        // As many come as go.
        unchecked {
            --_counts[from];
            ++_counts[to];
        }
        _requests[id] = request.ownedBy(to);
        emit Transfer(from, to, id);
    }

    /// @dev Nobody for requests that were claimed, or never made.
    function _ownerOf(uint256 id) internal view override returns (address) {
        return _requests[id].owner();
    }
}
