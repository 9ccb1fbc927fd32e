// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IDepositContract} from "../interfaces/external/IDepositContract.sol";
import {IPoolETH} from "../interfaces/IPoolETH.sol";
import {StakeKeys} from "../types/Stake.sol";

/// @title BeaconDeposits
/// @notice Sends deposits to the Ethereum deposit contract.
library BeaconDeposits {
    /// @dev Keys that stand one behind the other in the calldata, by the offsets of their parts.
    struct PackedKeys {
        uint256 offered;
        uint256 pubkeys;
        uint256 signatures;
        uint256 roots;
    }

    uint256 internal constant PUBKEY_LENGTH = 48;
    uint256 internal constant SIGNATURE_LENGTH = 96;
    uint256 private constant ROOT_LENGTH = 32;

    /// @dev Says how many keys are offered, and where in the calldata they stand.
    function unpack(StakeKeys calldata keys) internal pure returns (PackedKeys memory packed) {
        bytes calldata roots = keys.depositDataRoots;
        (uint256 length, uint256 offered) = (roots.length, roots.length / ROOT_LENGTH);
        (packed.offered, packed.roots) = (offered, _offset(roots));
        (uint256 pubkeys, uint256 signatures) = (0, 0);
        (packed.pubkeys, pubkeys) = _place(keys.pubkeys);
        (packed.signatures, signatures) = _place(keys.signatures);
        // No length in calldata is near 2^256.
        unchecked {
            bool fit = length == offered * ROOT_LENGTH && pubkeys == offered * PUBKEY_LENGTH;
            if (!fit || signatures != offered * SIGNATURE_LENGTH)
                revert IPoolETH.KeysLengthMismatch(pubkeys, signatures, length);
        }
    }

    /// @dev Hash of all public keys offered and, behind them, all their signatures.
    function hashOf(PackedKeys memory keys) internal pure returns (bytes32 hash) {
        (uint256 pubkeys, uint256 signatures) = (keys.pubkeys, keys.signatures);
        (uint256 pubkeysLength, uint256 signaturesLength) = (0, 0);
        unchecked {
            (pubkeysLength, signaturesLength) = (keys.offered * PUBKEY_LENGTH, keys.offered * SIGNATURE_LENGTH);
        }
        // hash = keccak256(bytes.concat(pubkeys, signatures))
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, pubkeys, pubkeysLength)
            calldatacopy(add(free, pubkeysLength), signatures, signaturesLength)
            hash := keccak256(free, add(pubkeysLength, signaturesLength))
        }
    }

    /// @dev Deposits `ethAmount` wei each for the first `count` keys.
    function depositEach(
        address depositContract,
        PackedKeys memory keys,
        uint256 count,
        bytes32 credentials,
        uint256 ethAmount
    ) internal {
        uint256 frame = _layOutFrame(credentials);
        (uint256 pubkey, uint256 signature, uint256 root) = (keys.pubkeys, keys.signatures, keys.roots);
        // for each key: IDepositContract(depositContract).deposit{ value: ethAmount }(pubkey, credentials, signature, root)
        assembly ("memory-safe") {
            for {
                let end := add(root, shl(5, count))
            } lt(root, end) {
                root := add(root, ROOT_LENGTH)
            } {
                calldatacopy(add(frame, 0x064), root, ROOT_LENGTH)
                calldatacopy(add(frame, 0x0a4), pubkey, PUBKEY_LENGTH)
                calldatacopy(add(frame, 0x144), signature, SIGNATURE_LENGTH)
                if iszero(call(gas(), depositContract, ethAmount, frame, 0x1a4, 0, 0)) {
                    let free := mload(0x40)
                    returndatacopy(free, 0, returndatasize())
                    revert(free, returndatasize())
                }
                pubkey := add(pubkey, PUBKEY_LENGTH)
                signature := add(signature, SIGNATURE_LENGTH)
            }
        }
    }

    /// @dev The calldata of `IDepositContract.deposit`, laid out once in memory: 0x004 offsets of public key, credentials
    ///      and signature, 0x064 root, 0x084 public key, 0x0e4 credentials, 0x124 signature, 0x1a4 end. Each key is
    ///      written over the one before.
    function _layOutFrame(bytes32 credentials) private pure returns (uint256 frame) {
        bytes4 selector = IDepositContract.deposit.selector;
        // frame = abi.encodeCall(IDepositContract.deposit, (new bytes(48), abi.encode(credentials), new bytes(96), 0))
        assembly ("memory-safe") {
            frame := mload(0x40)
            mstore(0x40, add(frame, 0x1c0))
            mstore(frame, selector)
            mstore(add(frame, 0x004), 0x80)
            mstore(add(frame, 0x024), 0xe0)
            mstore(add(frame, 0x044), 0x120)
            mstore(add(frame, 0x084), PUBKEY_LENGTH)
            mstore(add(frame, 0x0c4), 0) // the last 16 bytes of this word pad the public key
            mstore(add(frame, 0x0e4), 0x20)
            mstore(add(frame, 0x104), credentials)
            mstore(add(frame, 0x124), SIGNATURE_LENGTH)
        }
    }

    function _place(bytes calldata data) private pure returns (uint256 offset, uint256 length) {
        return (_offset(data), data.length);
    }

    function _offset(bytes calldata data) private pure returns (uint256 offset) {
        // offset = where data begins in the calldata
        assembly ("memory-safe") {
            offset := data.offset
        }
    }

    /// @dev Number of deposits so far, from the eight little-endian bytes that the deposit contract gives.
    function depositCount(address depositContract) internal view returns (uint256 count) {
        bytes4 selector = IDepositContract.get_deposit_count.selector;
        // count = uint64(bytes8(IDepositContract(depositContract).get_deposit_count())), behind its offset and length
        assembly ("memory-safe") {
            mstore(0, selector)
            let answered := staticcall(gas(), depositContract, 0, 4, 0, 0)
            if iszero(and(answered, gt(returndatasize(), 0x47))) {
                revert(0, 0)
            }
            returndatacopy(0, 0x40, 8)
            count := shr(192, mload(0))
        }
        // Neighbours change places: bytes, then pairs of bytes, then halves.
        count = ((count & 0x00ff00ff00ff00ff) << 8) | ((count >> 8) & 0x00ff00ff00ff00ff);
        count = ((count & 0x0000ffff0000ffff) << 16) | ((count >> 16) & 0x0000ffff0000ffff);
        count = uint32(count >> 32) | (uint256(uint32(count)) << 32);
    }
}
