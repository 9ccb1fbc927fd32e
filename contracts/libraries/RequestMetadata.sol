// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

import {IWithdrawalRequests} from "../interfaces/IWithdrawalRequests.sol";
import {UtcDate} from "./UtcDate.sol";

/// @title RequestMetadata
/// @notice What wallets show of a withdrawal request. It is made of numbers and of words written here, of nothing that a
///         user could choose.
library RequestMetadata {
    using Strings for uint256;

    uint256 private constant DECIMALS = 18;
    string private constant NAME = "poolETH withdrawal request ";

    /// @dev Metadata of ERC-721 as a data URI, of a request that waits or can be claimed.
    function uri(uint256 id, IWithdrawalRequests.Request memory request) internal pure returns (string memory) {
        bytes memory json = abi.encodePacked(
            '{"name":"',
            NAME,
            id.toString(),
            '","description":"Shares of poolETH on their way to ether. Whoever owns this may claim the ether once it is set aside.",',
            '"image":"data:image/svg+xml;base64,',
            Base64.encode(_image(id, request)),
            _attributes(request)
        );
        return string.concat("data:application/json;base64,", Base64.encode(json));
    }

    function _attributes(IWithdrawalRequests.Request memory request) private pure returns (bytes memory) {
        return
            abi.encodePacked(
                '","attributes":[{"trait_type":"State","value":"',
                _state(request),
                string.concat('"},{"trait_type":"Shares","value":"', decimal(request.shares)),
                string.concat('"},{"trait_type":"ETH","value":"', decimal(request.ethAmount)),
                '"},{"trait_type":"Requested","display_type":"date","value":',
                request.requestedAt.toString(),
                "}]}"
            );
    }

    function _image(uint256 id, IWithdrawalRequests.Request memory request) private pure returns (bytes memory) {
        bool isWaiting = request.state == IWithdrawalRequests.RequestState.Waiting;
        return
            abi.encodePacked(
                '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 360" font-family="sans-serif">',
                string.concat(
                    '<rect width="480" height="360" rx="16" fill="',
                    isWaiting ? "#334155" : "#15803d",
                    '"/>'
                ),
                string.concat(
                    _line("60", "24", string.concat(NAME, id.toString())),
                    _line("108", "36", _state(request))
                ),
                string.concat(_line("172", "16", isWaiting ? "is worth now, ETH" : "is paid, ETH")),
                string.concat(_line("202", "24", decimal(request.ethAmount)), _line("242", "16", "shares")),
                string.concat(_line("272", "24", decimal(request.shares))),
                string.concat(_line("326", "16", UtcDate.text(request.requestedAt)), "</svg>")
            );
    }

    function _line(string memory y, string memory size, string memory text) private pure returns (string memory) {
        string memory place = string.concat('<text x="32" fill="#fff" y="', y, '" font-size="', size, '">');
        return string.concat(place, text, "</text>");
    }

    function _state(IWithdrawalRequests.Request memory request) private pure returns (string memory) {
        return request.state == IWithdrawalRequests.RequestState.Waiting ? "Waiting" : "Claimable";
    }

    /// @dev A number of 18 decimals, without zeros at the end: `12`, `0.5`, `1000.000000000000000001`.
    function decimal(uint256 amount) internal pure returns (string memory) {
        (uint256 whole, uint256 fraction) = (amount / 10 ** DECIMALS, amount % 10 ** DECIMALS);
        if (fraction == 0) return whole.toString();
        uint256 digits = DECIMALS;
        for (; fraction % 10 == 0; fraction /= 10) --digits;
        // A one in front keeps the zeros that the fraction begins with; the point takes its place.
        bytes memory written = bytes((10 ** digits + fraction).toString());
        written[0] = ".";
        return string.concat(whole.toString(), string(written));
    }
}
