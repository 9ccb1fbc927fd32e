// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev The cheatcodes of the test runner that these tests use.
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function addr(uint256 privateKey) external pure returns (address account);

    function assertEq(uint256 actual, uint256 expected, string calldata message) external pure;

    function assertEq(bytes32 actual, bytes32 expected, string calldata message) external pure;

    function assertEq(address actual, address expected, string calldata message) external pure;

    function assertEq(bytes calldata actual, bytes calldata expected, string calldata message) external pure;

    function assertGe(uint256 actual, uint256 minimum, string calldata message) external pure;

    function assertGt(uint256 actual, uint256 limit, string calldata message) external pure;

    function assertLe(uint256 actual, uint256 maximum, string calldata message) external pure;

    function assertLt(uint256 actual, uint256 limit, string calldata message) external pure;

    function assertTrue(bool condition, string calldata message) external pure;

    function assertFalse(bool condition, string calldata message) external pure;

    function deal(address account, uint256 balance) external;

    function etch(address account, bytes calldata code) external;

    function expectPartialRevert(bytes4 selector) external;

    function expectRevert(bytes calldata revertData) external;

    function getRecordedLogs() external returns (Log[] memory logs);

    function load(address account, bytes32 slot) external view returns (bytes32 value);

    function parseJsonAddress(string calldata json, string calldata key) external pure returns (address value);

    function parseJsonBytes(string calldata json, string calldata key) external pure returns (bytes memory value);

    function parseJsonBytes32Array(
        string calldata json,
        string calldata key
    ) external pure returns (bytes32[] memory values);

    function prank(address sender) external;

    function readFile(string calldata path) external view returns (string memory content);

    function recordLogs() external;

    function roll(uint256 blockNumber) external;

    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);

    function store(address account, bytes32 slot, bytes32 value) external;

    function warp(uint256 timestamp) external;
}

/// @dev Where the test runner answers.
Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

/// @dev Brings `value` into `minimum` to `maximum`, and leaves it alone where it is there already.
function bound(uint256 value, uint256 minimum, uint256 maximum) pure returns (uint256) {
    if (value >= minimum && value <= maximum) return value;
    uint256 size = maximum - minimum + 1;
    return size == 0 ? value : minimum + (value % size);
}
