// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";

import {IRebasingToken} from "../interfaces/IRebasingToken.sol";

/// @title PermitToken
/// @notice Name, allowances and permits of poolETH, for accounts with and without code. It holds nothing and calls nobody
///         but the owner of a permit, to ask whether he signed.
abstract contract PermitToken is ERC20, EIP712, Nonces, IRebasingToken {
    bytes32 private constant PERMIT_TYPEHASH = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );

    string private constant NAME = "poolETH";
    string private constant VERSION = "1";

    /// @dev Name, symbol and version are read from the code, which takes less of it than to read them from storage.
    constructor() ERC20("", "") EIP712(NAME, VERSION) {}

    /// @inheritdoc IERC20Permit
    function permit(
        address owner,
        address spender,
        uint256 value,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        bytes32 digest = _usePermit(owner, spender, value, deadline);
        (address signer, , ) = ECDSA.tryRecover(digest, v, r, s);
        if (signer != owner) _requireContractSignature(owner, digest, abi.encodePacked(r, s, v));
        _approve(owner, spender, value);
    }

    /// @inheritdoc IRebasingToken
    function permit(
        address owner,
        address spender,
        uint256 value,
        uint256 deadline,
        bytes calldata signature
    ) external {
        bytes32 digest = _usePermit(owner, spender, value, deadline);
        (address signer, , ) = ECDSA.tryRecoverCalldata(digest, signature);
        if (signer != owner) _requireContractSignature(owner, digest, signature);
        _approve(owner, spender, value);
    }

    /// @inheritdoc IERC20Permit
    function nonces(address owner) public view virtual override(Nonces, IERC20Permit) returns (uint256) {
        return super.nonces(owner);
    }

    /// @inheritdoc ERC20
    function name() public pure override(ERC20, IERC20Metadata) returns (string memory) {
        return NAME;
    }

    /// @inheritdoc ERC20
    function symbol() public pure override(ERC20, IERC20Metadata) returns (string memory) {
        return NAME;
    }

    /// @inheritdoc EIP712
    function eip712Domain()
        public
        view
        override
        returns (
            bytes1 fields,
            string memory name_,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        )
    {
        // The fields that are used: name, version, chain and contract.
        return (hex"0f", NAME, VERSION, block.chainid, address(this), salt, extensions);
    }

    /// @inheritdoc IERC20Permit
    function DOMAIN_SEPARATOR() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    function _usePermit(
        address owner,
        address spender,
        uint256 value,
        uint256 deadline
    ) private returns (bytes32 digest) {
        require(block.timestamp <= deadline, PermitExpired(deadline));
        return
            _hashTypedDataV4(keccak256(abi.encode(PERMIT_TYPEHASH, owner, spender, value, _useNonce(owner), deadline)));
    }

    function _requireContractSignature(address owner, bytes32 digest, bytes memory signature) private view {
        bool valid = owner.code.length != 0 && SignatureChecker.isValidERC1271SignatureNow(owner, digest, signature);
        require(valid, PermitSignerInvalid(owner));
    }
}
