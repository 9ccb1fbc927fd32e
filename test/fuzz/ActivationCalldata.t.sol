// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVValidators} from "../../contracts/interfaces/external/ISSVValidators.sol";
import {IPoolManager} from "../../contracts/interfaces/IPoolManager.sol";
import {Cluster} from "../../contracts/types/Cluster.sol";
import {ApprovalGuard} from "../../contracts/types/Stake.sol";
import {ActivationFixture} from "../helpers/ActivationFixture.sol";
import {ValidatorKeys} from "../helpers/ValidatorKeys.sol";
import {Vm, bound, vm} from "../helpers/Vm.sol";

/// @title ActivationCalldataTest
/// @notice Whoever activates lays out the calldata, which is read by offset and handed on in bulk: any layout either
///         reverts or activates exactly the next keys, with their shares.
contract ActivationCalldataTest is ActivationFixture {
    uint256 private constant KEYS = 5;
    uint256 private constant OFFERED = 3;
    uint256 private constant STAKE = 32 ether;
    uint256 private constant STEPS = 12;
    /// @dev Selector, the offset of the activation, the guard, the offset of the approvals.
    uint256 private constant TOP_LENGTH = 4 + 5 * 0x20;
    uint256 private constant APPROVALS_AT = 4 + 4 * 0x20;
    /// @dev Batch id, four offsets and the cluster, then the operators, then three offsets, amount and credentials.
    uint256 private constant HEAD_LENGTH = (10 + 5 + 5) * 0x20;
    uint256 private constant MAX_GAP = 100;

    uint256 private _batchId;
    uint256 private _random;

    function setUp() external {
        _deployPool();
        vm.deal(address(this), KEYS * STAKE);
        poolETH.deposit{value: KEYS * STAKE}(address(this), address(0));
        _batchId = _registerBatch(KEYS);
    }

    /// @dev The gap makes all that follows stand at odd places, and what stands behind the end belongs to nothing.
    function testFuzz_whereInTheCalldataTheKeysStandDoesNotMatter(uint256 gap, bytes calldata behind) external {
        gap = bound(gap, 0, MAX_GAP);
        bytes memory callData = _callData();
        bytes memory moved = bytes.concat(_slice(callData, 0, TOP_LENGTH), new bytes(gap));
        for (uint256 i = TOP_LENGTH; i < moved.length; ++i) moved[i] = 0xff;
        moved = bytes.concat(moved, _slice(callData, TOP_LENGTH, callData.length), behind);
        _setWord(moved, 4, _word(moved, 4) + gap);
        _setWord(moved, APPROVALS_AT, _word(moved, APPROVALS_AT) + gap);

        vm.assertTrue(_activatesTheNextKeys(moved), "the same activation");
    }

    function testFuzz_aChangedBitRevertsOrDoesNotMatter(uint256 seed) external {
        _random = seed;
        bytes memory callData = _callData();
        for (uint256 i = 0; i < STEPS; ++i) {
            bytes memory changed = bytes.concat(callData);
            uint256 at = _next() % 2 == 0 ? _next() % (TOP_LENGTH + HEAD_LENGTH) : _next() % callData.length;
            changed[at] ^= bytes1(uint8(1 << (_next() % 8)));
            if (_activatesTheNextKeys(changed)) return;
        }
    }

    /// @dev Offsets, and lengths of arrays, that lead anywhere.
    function testFuzz_anyOffsetRevertsOrDoesNotMatter(uint256 seed) external {
        _random = seed;
        bytes memory callData = _callData();
        for (uint256 i = 0; i < STEPS; ++i) {
            bytes memory changed = bytes.concat(callData);
            for (uint256 changes = 1 + (_next() % 3); changes != 0; --changes) {
                uint256 at = _anyPlace(changed);
                _setWord(changed, at, _anyOffset(_word(changed, at), callData.length));
            }
            if (_activatesTheNextKeys(changed)) return;
        }
    }

    /// @dev Where a word stands that may be an offset or a length.
    function _anyPlace(bytes memory callData) private returns (uint256 at) {
        uint256 words = callData.length / 0x20;
        for (uint256 i = _next() % words; ; i = (i + 1) % words) {
            at = 4 + 0x20 * i;
            uint256 word = _word(callData, at);
            if (word != 0 && word < callData.length) return at;
        }
    }

    function _anyOffset(uint256 offset, uint256 length) private returns (uint256) {
        uint256 kind = _next() % 7;
        if (kind == 0) return _next() % length;
        if (kind == 1) return _next();
        if (kind == 2) return type(uint256).max - (_next() % length);
        if (kind == 3) return (uint256(1) << (_next() % 256)) | offset;
        uint256 distance = _next() % 8;
        // By bytes, words, or public keys.
        if (kind == 5) distance *= 0x20;
        if (kind == 6) distance *= 48;
        unchecked {
            return _next() % 2 == 0 ? offset + distance : offset - distance;
        }
    }

    /// @dev False if the call reverts; then nothing has changed.
    function _activatesTheNextKeys(bytes memory callData) private returns (bool) {
        vm.recordLogs();
        (bool success, bytes memory answer) = address(poolManager).call(callData);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(poolManager.batchOf(_batchId).activated, success ? OFFERED : 0, "keys spent");
        vm.assertEq(system.depositContract.balance, success ? OFFERED * STAKE : 0, "stake");
        vm.assertEq(clusterManager.ownerNonce(), success ? OFFERED : 0, "nonces spent");
        if (!success) return false;

        vm.assertEq(abi.decode(answer, (uint256)), OFFERED, "count");
        uint256 registered = 0;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != ISSVValidators.ValidatorAdded.selector) continue;
            uint256 seed = firstSeedOf[_batchId] + registered;
            (uint64[] memory operatorIds, bytes memory pubkey, bytes memory shares, ) = abi.decode(
                logs[i].data,
                (uint64[], bytes, bytes, Cluster)
            );
            vm.assertEq(pubkey, ValidatorKeys.pubkey(seed), "public key");
            vm.assertEq(shares, ValidatorKeys.sharesData(seed), "shares");
            vm.assertEq(abi.encode(operatorIds), abi.encode(_operatorIds()), "operators");
            ++registered;
        }
        vm.assertEq(registered, OFFERED, "registrations");
        return true;
    }

    function _callData() private view returns (bytes memory) {
        IPoolManager.Activation memory activation = _offer(_batchId, OFFERED);
        (ApprovalGuard memory guard, bytes memory approvals) = _approve(activation.keys);
        return abi.encodeCall(IPoolManager.activate, (activation, guard, approvals));
    }

    function _slice(bytes memory data, uint256 from, uint256 to) private pure returns (bytes memory part) {
        part = new bytes(to - from);
        for (uint256 i = from; i < to; ++i) part[i - from] = data[i];
    }

    function _word(bytes memory data, uint256 at) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), at))
        }
    }

    function _setWord(bytes memory data, uint256 at, uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(add(add(data, 0x20), at), word)
        }
    }

    function _next() private returns (uint256) {
        _random = uint256(keccak256(abi.encode(_random)));
        return _random;
    }
}
