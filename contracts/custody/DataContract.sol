// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title DataContract
/// @notice Code that is data: written once, and read as a whole for one cold access. It cannot be run, because the data
///         begins with a zero byte, which stops every call.
contract DataContract {
    /// @notice The data does not begin with a zero byte.
    error DataMustBeginWithZero();

    /// @notice Becomes the data.
    /// @param data What `address.code` gives from then on.
    constructor(bytes memory data) {
        require(data.length != 0 && data[0] == 0, DataMustBeginWithZero());
        // return data
        assembly ("memory-safe") {
            return(add(data, 32), mload(data))
        }
    }
}
