// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {RoleGated} from "../custody/RoleGated.sol";
import {IClusterManager} from "../interfaces/IClusterManager.sol";

/// @title OwnerSignature
/// @notice Lets holders of a role sign in the name of a contract that owns clusters, and nothing but the messages by which
///         an owner has ssv-dkg sign or share his keys anew. It holds nothing; it asks the access manager, and a signer
///         that is a contract.
abstract contract OwnerSignature is IClusterManager, RoleGated {
    // A signature is messageHash (32 bytes) ‖ signer (20 bytes) ‖ the signer's own signature.
    uint256 private constant SIGNER_START = 32;
    uint256 private constant SIGNATURE_START = 52;
    uint256 private constant DIGITS = 64;
    bytes16 private constant ALPHABET = "0123456789abcdef";
    bytes4 private constant REFUSED = 0xffffffff;

    /// @inheritdoc IClusterManager
    function isValidSignature(bytes32 hash, bytes calldata signature) external view override returns (bytes4) {
        if (signature.length < SIGNATURE_START) return REFUSED;
        bytes32 messageHash = bytes32(signature[:SIGNER_START]);
        address signer = address(bytes20(signature[SIGNER_START:SIGNATURE_START]));
        bool isValid =
            hash == _personalHash(messageHash) &&
                _maySign(signer) &&
                _hasSigned(signer, hash, signature[SIGNATURE_START:]);
        return isValid ? IERC1271.isValidSignature.selector : REFUSED;
    }

    /// @dev The account itself never signs: it would only ask itself.
    function _maySign(address signer) private view returns (bool immediate) {
        if (signer == address(this)) return false;
        (immediate, ) = AUTHORITY.canCall(signer, address(this), IERC1271.isValidSignature.selector);
    }

    /// @dev The key first and the code second, so that accounts with delegated code (EIP-7702) sign as well.
    function _hasSigned(address signer, bytes32 hash, bytes calldata signature) private view returns (bool) {
        (address recovered, ECDSA.RecoverError error, ) = ECDSA.tryRecoverCalldata(hash, signature);
        if (error == ECDSA.RecoverError.NoError && recovered == signer) return true;
        return SignatureChecker.isValidERC1271SignatureNowCalldata(signer, hash, signature);
    }

    /// @dev What EIP-191 has a wallet sign for the text that ssv-dkg writes: 64 lower-case digits without prefix.
    function _personalHash(bytes32 messageHash) private pure returns (bytes32) {
        bytes memory digits = new bytes(DIGITS);
        for (uint256 i = 0; i < DIGITS; ++i) digits[DIGITS - 1 - i] = ALPHABET[(uint256(messageHash) >> (4 * i)) & 0xf];
        return keccak256(bytes.concat("\x19Ethereum Signed Message:\n64", digits));
    }
}
