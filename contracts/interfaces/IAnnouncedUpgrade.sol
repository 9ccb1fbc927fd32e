// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title IAnnouncedUpgrade
/// @notice Upgrades that everybody can see coming.
interface IAnnouncedUpgrade {
    /// @notice An upgrade was announced.
    /// @param newImplementation Contract whose code will be used.
    /// @param data Call that follows the upgrade.
    /// @param upgradableAt Timestamp from which it is possible, seconds.
    event UpgradeAnnounced(address indexed newImplementation, bytes data, uint256 upgradableAt);
    /// @notice The announcement was withdrawn.
    event UpgradeCancelled();
    /// @notice The code can never change again.
    event Ossified();

    /// @notice An upgrade was not announced like this, or not seven days ago.
    /// @param newImplementation Contract given.
    /// @param upgradableAt Timestamp from which it is possible, seconds; zero if it was not announced.
    error UpgradeNotAnnounced(address newImplementation, uint256 upgradableAt);
    /// @notice An implementation has no code.
    /// @param newImplementation Contract given.
    error ImplementationWithoutCode(address newImplementation);
    /// @notice The contract is ossified.
    error UpgradesEnded();

    /// @notice Announces an upgrade, in place of an earlier announcement. By role.
    /// @param newImplementation Contract whose code will be used; its code is fixed by this.
    /// @param data Call that follows the upgrade; empty for none.
    /// @custom:error ImplementationWithoutCode, UpgradesEnded If it can never happen.
    /// @custom:emits UpgradeAnnounced
    function announceUpgrade(address newImplementation, bytes calldata data) external;

    /// @notice Withdraws the announcement. By role.
    /// @custom:emits UpgradeCancelled
    function cancelUpgrade() external;

    /// @notice Ends upgrades for ever. By role.
    /// @custom:emits Ossified
    function ossify() external;

    /// @notice What is announced.
    /// @return announcement Hash of implementation, its code hash and data; zero for none.
    /// @return upgradableAt Timestamp from which it is possible, seconds.
    /// @return isOssified Whether upgrades ended.
    function announcedUpgrade() external view returns (bytes32 announcement, uint256 upgradableAt, bool isOssified);
}
