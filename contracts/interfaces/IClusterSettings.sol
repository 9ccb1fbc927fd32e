// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title IClusterSettings
/// @notice For how long the pool's clusters are funded, and for how large validators.
interface IClusterSettings {
    /// @notice The runway was changed.
    /// @param runwayBlocks Blocks that registrations fund.
    /// @param minRunwayBlocks Blocks below which a cluster counts as short.
    event RunwayChanged(uint256 runwayBlocks, uint256 minRunwayBlocks);
    /// @notice Clusters are funded for validators of another size.
    /// @param ethEach Largest effective balance of a validator, ETH.
    event MaxEffectiveBalanceChanged(uint256 ethEach);

    /// @notice The runway is zero, too long, or not above its minimum.
    /// @param runwayBlocks Blocks given.
    /// @param minRunwayBlocks Minimum given.
    error RunwayOutOfRange(uint256 runwayBlocks, uint256 minRunwayBlocks);
    /// @notice No validator has such a largest effective balance.
    /// @param ethEach ETH given.
    error EffectiveBalanceOutOfRange(uint256 ethEach);

    /// @notice Sets for how long clusters are funded. By role.
    /// @param runwayBlocks Blocks that registrations, top-ups and reactivations fund, at most two years.
    /// @param minRunwayBlocks Blocks below which a cluster counts as short.
    /// @custom:error RunwayOutOfRange If they do not fit.
    /// @custom:emits RunwayChanged
    function setRunway(uint32 runwayBlocks, uint32 minRunwayBlocks) external;

    /// @notice Sets for how large validators clusters are funded. By role.
    /// @dev SSV bills by effective balance, and liquidates a cluster in the same transaction in which it learns of one that
    ///      the cluster cannot bear. A validator with 0x01 credentials never has more than 32 ETH.
    /// @param ethEach Largest effective balance that a validator of the pool can come to have, ETH; 32 to 2,048.
    /// @custom:error EffectiveBalanceOutOfRange If it is out of this range.
    /// @custom:emits MaxEffectiveBalanceChanged
    function setMaxEffectiveBalance(uint16 ethEach) external;

    /// @notice For how long clusters are funded.
    /// @return runwayBlocks Blocks that registrations fund.
    /// @return minRunwayBlocks Blocks below which a cluster counts as short.
    function runway() external view returns (uint256 runwayBlocks, uint256 minRunwayBlocks);

    /// @notice Largest effective balance of a validator that clusters are funded for, ETH.
    function maxEffectiveBalance() external view returns (uint256);
}
