// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Receiver} from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";

/// @title TokenReceiver
/// @notice A contract that, sent an ERC-721 token, does what it is told to, and writes down what it was told.
contract TokenReceiver is IERC721Receiver {
    /// @dev What it does when it is sent a token.
    enum Manner {
        Accepts,
        AnswersElse,
        Reverts
    }

    /// @dev What it was told, and what it saw then.
    struct Receipt {
        address token;
        address operator;
        address from;
        uint256 id;
        bytes data;
        address ownerThen;
    }

    /// @notice What it does when it is sent a token.
    Manner public manner;
    /// @notice What it was told last.
    Receipt public receipt;

    /// @notice It takes no tokens.
    /// @param id Which one.
    error TokenRefused(uint256 id);

    /// @notice Tells it what to do when it is sent a token.
    /// @param newManner What.
    function behave(Manner newManner) external {
        manner = newManner;
    }

    /// @inheritdoc IERC721Receiver
    function onERC721Received(
        address operator,
        address from,
        uint256 id,
        bytes calldata data
    ) external returns (bytes4) {
        require(manner != Manner.Reverts, TokenRefused(id));
        receipt = Receipt(msg.sender, operator, from, id, data, IERC721(msg.sender).ownerOf(id));
        return manner == Manner.Accepts ? IERC721Receiver.onERC721Received.selector : bytes4(0xffffffff);
    }
}
