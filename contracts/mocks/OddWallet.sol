// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @title OddWallet
/// @notice A contract wallet that, asked whether it signed, does what it is told to.
contract OddWallet is IERC1271 {
    /// @dev What it does when it is asked.
    enum Manner {
        Confirms,
        Refuses,
        Reverts,
        BurnsGas,
        AnswersShort,
        AsksBack
    }

    /// @notice What it does when it is asked.
    Manner public manner;

    /// @notice It does not answer.
    error NoAnswer();

    /// @notice Tells it what to do when it is asked.
    /// @param newManner What.
    function behave(Manner newManner) external {
        manner = newManner;
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        if (manner == Manner.Refuses) return 0xffffffff;
        require(manner != Manner.Reverts, NoAnswer());
        // return the first four bytes of a word instead of the word
        if (manner == Manner.AnswersShort)
            assembly ("memory-safe") {
                mstore(0, shl(224, 0x1626ba7e))
                return(0, 4)
            }
        // fail with all gas
        if (manner == Manner.BurnsGas)
            assembly ("memory-safe") {
                invalid()
            }
        // Whoever asks is asked whether this wallet signed; the wallet's own signature begins with the message.
        if (manner == Manner.AsksBack)
            return
                IERC1271(msg.sender).isValidSignature(
                    hash,
                    bytes.concat(bytes32(signature), bytes20(address(this)), signature)
                );
        return IERC1271.isValidSignature.selector;
    }
}
