// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IDepositContract} from "../interfaces/external/IDepositContract.sol";
import {StakeKeys} from "../types/Stake.sol";

/// @title BeaconDeposits
/// @notice Sends deposits to the Ethereum deposit contract.
library BeaconDeposits {
    uint256 internal constant PUBKEY_LENGTH = 48;
    uint256 internal constant SIGNATURE_LENGTH = 96;

    /// @dev Deposits `ethAmount` wei each for the first `count` keys.
    function depositEach(
        address depositContract,
        StakeKeys calldata keys,
        uint256 count,
        bytes32 credentials,
        uint256 ethAmount
    ) internal {
        uint256 frame = _layOutFrame(credentials);
        uint256 pubkey = _offset(keys.pubkeys);
        uint256 signature = _offset(keys.signatures);
        uint256 root = _offset(keys.depositDataRoots);
        for (uint256 i = 0; i < count; ++i) {
            // IDepositContract(depositContract).deposit{ value: ethAmount }(pubkey, credentials, signature, root)
            assembly ("memory-safe") {
                calldatacopy(add(frame, 0x064), root, 0x20)
                calldatacopy(add(frame, 0x0a4), pubkey, PUBKEY_LENGTH)
                calldatacopy(add(frame, 0x144), signature, SIGNATURE_LENGTH)
                if iszero(call(gas(), depositContract, ethAmount, frame, 0x1a4, 0, 0)) {
                    let free := mload(0x40)
                    returndatacopy(free, 0, returndatasize())
                    revert(free, returndatasize())
                }
            }
            // Calldata is far shorter than 2^256.
            unchecked {
                pubkey += PUBKEY_LENGTH;
                signature += SIGNATURE_LENGTH;
                root += 32;
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

    function _offset(bytes calldata data) private pure returns (uint256 offset) {
        // offset = where data begins in the calldata
        assembly ("memory-safe") {
            offset := data.offset
        }
    }

    /// @dev Number of deposits so far, from the eight little-endian bytes that the deposit contract gives.
    function depositCount(address depositContract) internal view returns (uint256 count) {
        bytes memory littleEndian = IDepositContract(depositContract).get_deposit_count();
        count = uint64(bytes8(littleEndian));
        // Neighbours change places: bytes, then pairs of bytes, then halves.
        count = ((count & 0x00ff00ff00ff00ff) << 8) | ((count >> 8) & 0x00ff00ff00ff00ff);
        count = ((count & 0x0000ffff0000ffff) << 16) | ((count >> 16) & 0x0000ffff0000ffff);
        count = uint32(count >> 32) | (uint256(uint32(count)) << 32);
    }
}
