// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVClusters} from "../../contracts/interfaces/external/ISSVClusters.sol";
import {ISSVValidators} from "../../contracts/interfaces/external/ISSVValidators.sol";
import {SSVCalldata} from "../../contracts/libraries/SSVCalldata.sol";
import {Cluster} from "../../contracts/types/Cluster.sol";
import {vm} from "../helpers/Vm.sol";

/// @dev Takes what callers may ask ssv.network to do with a cluster.
interface IClusterCaller {
    function exit(bytes calldata pubkeys, uint64[] calldata ids) external;
    function remove(bytes calldata pubkeys, uint64[] calldata ids, Cluster calldata cluster) external;
    function withdraw(uint64[] calldata ids, Cluster calldata cluster, uint256 ethAmount) external;
}

/// @dev Decodes all that it is sent, as ssv.network does, and remembers it.
contract RecordingNetwork {
    bytes32 public recorded;

    function bulkExitValidator(bytes[] memory pubkeys, uint64[] memory ids) external {
        recorded = keccak256(abi.encode("exit", pubkeys, ids));
    }

    function bulkRemoveValidator(bytes[] memory pubkeys, uint64[] memory ids, Cluster memory cluster) external {
        recorded = keccak256(abi.encode("remove", pubkeys, ids, cluster));
    }

    function withdraw(uint64[] memory ids, uint256 ethAmount, Cluster memory cluster) external {
        recorded = keccak256(abi.encode("withdraw", ids, ethAmount, cluster));
    }
}

/// @dev Hands its calldata on as the contracts do, unread.
contract RawCaller is IClusterCaller {
    address private immutable NETWORK;

    constructor(address network) {
        NETWORK = network;
    }

    function exit(bytes calldata pubkeys, uint64[] calldata ids) external {
        SSVCalldata.send(NETWORK, SSVCalldata.bulkExit(pubkeys, ids), 0);
    }

    function remove(bytes calldata pubkeys, uint64[] calldata ids, Cluster calldata cluster) external {
        SSVCalldata.send(NETWORK, SSVCalldata.bulkRemove(pubkeys, ids, cluster), 0);
    }

    function withdraw(uint64[] calldata ids, Cluster calldata cluster, uint256 ethAmount) external {
        SSVCalldata.send(NETWORK, SSVCalldata.withdraw(ids, cluster, ethAmount), 0);
    }
}

/// @dev Decodes its calldata and encodes it again.
contract DecodingCaller is IClusterCaller {
    address private immutable NETWORK;

    constructor(address network) {
        NETWORK = network;
    }

    function exit(bytes calldata pubkeys, uint64[] calldata ids) external {
        ISSVValidators(NETWORK).bulkExitValidator(_split(pubkeys), ids);
    }

    function remove(bytes calldata pubkeys, uint64[] calldata ids, Cluster calldata cluster) external {
        ISSVValidators(NETWORK).bulkRemoveValidator(_split(pubkeys), ids, cluster);
    }

    function withdraw(uint64[] calldata ids, Cluster calldata cluster, uint256 ethAmount) external {
        ISSVClusters(NETWORK).withdraw(ids, ethAmount, cluster);
    }

    function _split(bytes calldata pubkeys) private pure returns (bytes[] memory keys) {
        keys = new bytes[](pubkeys.length / SSVCalldata.PUBKEY_LENGTH);
        for (uint256 i = 0; i < keys.length; ++i)
            keys[i] = pubkeys[i * SSVCalldata.PUBKEY_LENGTH:(i + 1) * SSVCalldata.PUBKEY_LENGTH];
    }
}

/// @title SSVCalldataLayoutsTest
/// @notice However a caller lays his calldata out, with offsets that lead anywhere, lengths that are too large or bits
///         where a type has none, ssv.network is asked for what the compiler would ask it for, or refuses as well.
contract SSVCalldataLayoutsTest {
    uint256 private constant STEPS = 24;
    uint256 private constant KEYS = 3;

    RecordingNetwork private _network;
    IClusterCaller private _raw;
    IClusterCaller private _decoding;
    uint256 private _random;

    function setUp() external {
        _network = new RecordingNetwork();
        _raw = new RawCaller(address(_network));
        _decoding = new DecodingCaller(address(_network));
    }

    function testFuzz_exit(uint256 seed) external {
        _random = seed;
        _compareChanged(abi.encodeCall(IClusterCaller.exit, (_pubkeys(), _ids())));
    }

    function testFuzz_remove(uint256 seed, Cluster calldata cluster) external {
        _random = seed;
        _compareChanged(abi.encodeCall(IClusterCaller.remove, (_pubkeys(), _ids(), cluster)));
    }

    function testFuzz_withdraw(uint256 seed, Cluster calldata cluster, uint256 ethAmount) external {
        _random = seed;
        _compareChanged(abi.encodeCall(IClusterCaller.withdraw, (_ids(), cluster, ethAmount)));
    }

    function _compareChanged(bytes memory callData) private {
        vm.assertTrue(_compare(callData), "as it should be laid out");
        for (uint256 i = 0; i < STEPS; ++i) {
            bytes memory changed = bytes.concat(callData);
            for (uint256 changes = 1 + (_next() % 2); changes != 0; --changes) _change(changed);
            _compare(changed);
        }
    }

    function _compare(bytes memory callData) private returns (bool success) {
        bytes32 expected = keccak256("nothing");
        (success, ) = address(_decoding).call(callData);
        if (success) expected = _network.recorded();
        (bool rawSuccess, ) = address(_raw).call(callData);
        vm.assertTrue(success == rawSuccess, "refused by both or by none");
        if (success) vm.assertEq(_network.recorded(), expected, "the same question");
    }

    /// @dev Flips a bit, or replaces a word by what may be an offset or a length.
    function _change(bytes memory callData) private {
        if (_next() % 2 == 0) {
            callData[4 + (_next() % (callData.length - 4))] ^= bytes1(uint8(1 << (_next() % 8)));
            return;
        }
        uint256 at = 4 + 0x20 * (_next() % ((callData.length - 4) / 0x20));
        uint256 kind = _next() % 4;
        uint256 word = 0x20 * (_next() % 20);
        if (kind == 1) word = _next() % callData.length;
        if (kind == 2) word = type(uint256).max - (_next() % callData.length);
        if (kind == 3) word = uint256(1) << (_next() % 256);
        assembly ("memory-safe") {
            mstore(add(add(callData, 0x20), at), word)
        }
    }

    function _pubkeys() private returns (bytes memory pubkeys) {
        for (uint256 i = 0; i < KEYS; ++i) pubkeys = bytes.concat(pubkeys, bytes32(_next()), bytes16(bytes32(_next())));
    }

    function _ids() private returns (uint64[] memory ids) {
        ids = new uint64[](4);
        for (uint256 i = 0; i < ids.length; ++i) ids[i] = uint64(_next());
    }

    function _next() private returns (uint256) {
        _random = uint256(keccak256(abi.encode(_random)));
        return _random;
    }
}
