// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPoolETH} from "../interfaces/IPoolETH.sol";

/// @title PoolETHDeployer
/// @notice Deploys one pool at an address that is known before: everything else is built to point at that address, and
///         the pool, which comes last, checks that it does.
contract PoolETHDeployer {
    /// @notice Who may deploy.
    address public immutable DEPLOYER;

    /// @notice The pool exists.
    /// @param poolETH Its address.
    event Deployed(address indexed poolETH);

    /// @notice Only the deployer may call.
    /// @param caller Who called.
    error CallerNotDeployer(address caller);
    /// @notice The pool did not come to be, or not where it was expected: it may have been deployed before.
    /// @param deployed Its address.
    /// @param expected Where it should be.
    error AddressMismatch(address deployed, address expected);

    constructor() {
        DEPLOYER = msg.sender;
    }

    /// @notice Deploys the pool.
    /// @param creationCode Creation code of `PoolETH`, without arguments.
    /// @param config Argument of its constructor.
    /// @return deployed Its address.
    /// @custom:error CallerNotDeployer If the caller is not who deployed this contract.
    /// @custom:error AddressMismatch If it is not at `poolETH()`.
    /// @custom:emits Deployed
    function deploy(
        bytes calldata creationCode,
        IPoolETH.Config calldata config
    ) external payable returns (address deployed) {
        require(msg.sender == DEPLOYER, CallerNotDeployer(msg.sender));
        bytes memory code = abi.encodePacked(creationCode, abi.encode(config));
        // deployed = create(code), with the error of the constructor passed on
        assembly ("memory-safe") {
            deployed := create(callvalue(), add(code, 32), mload(code))
            if and(iszero(deployed), gt(returndatasize(), 0)) {
                returndatacopy(mload(0x40), 0, returndatasize())
                revert(mload(0x40), returndatasize())
            }
        }
        require(deployed == poolETH(), AddressMismatch(deployed, poolETH()));
        emit Deployed(deployed);
    }

    /// @notice Where the pool is, or will be: the first contract that this one creates.
    function poolETH() public view returns (address) {
        // rlp([address(this), 1])
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"d694", address(this), hex"01")))));
    }
}
