// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

import {RoleGated} from "../custody/RoleGated.sol";
import {IAnnouncedUpgrade} from "../interfaces/IAnnouncedUpgrade.sol";

/// @title AnnouncedUpgrade
/// @notice A proxy that changes its code only as announced seven days before, and never again once ossified. Everybody who
///         dislikes an announcement has that long to leave.
abstract contract AnnouncedUpgrade is IAnnouncedUpgrade, RoleGated, Initializable, UUPSUpgradeable {
    /// @custom:storage-location erc7201:pooleth.AnnouncedUpgrade
    struct AnnouncedUpgradeStorage {
        /// @dev Binds implementation, its code, and the call that follows.
        bytes32 announcement;
        uint64 upgradableAt;
        bool isOssified;
    }

    uint256 private constant NOTICE = 7 days;
    // keccak256(abi.encode(uint256(keccak256("pooleth.AnnouncedUpgrade")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant UPGRADE_STORAGE = 0x33ad0cb42b369e82525b7408086afcb05144e48d0807b911a3a7ddb04b020e00;

    constructor(address authority) RoleGated(IAccessManager(authority)) {
        _disableInitializers();
    }

    /// @inheritdoc IAnnouncedUpgrade
    function announceUpgrade(address newImplementation, bytes calldata data) external restricted {
        AnnouncedUpgradeStorage storage $ = _upgrades();
        require(!$.isOssified, UpgradesEnded());
        require(newImplementation.code.length != 0, ImplementationWithoutCode(newImplementation));

        $.announcement = _announcementOf(newImplementation, data);
        $.upgradableAt = uint64(block.timestamp + NOTICE);
        emit UpgradeAnnounced(newImplementation, data, $.upgradableAt);
    }

    /// @inheritdoc IAnnouncedUpgrade
    function cancelUpgrade() external restricted {
        AnnouncedUpgradeStorage storage $ = _upgrades();
        ($.announcement, $.upgradableAt) = (0, 0);
        emit UpgradeCancelled();
    }

    /// @inheritdoc IAnnouncedUpgrade
    function ossify() external restricted {
        AnnouncedUpgradeStorage storage $ = _upgrades();
        ($.announcement, $.upgradableAt, $.isOssified) = (0, 0, true);
        emit Ossified();
    }

    /// @notice Changes the code as announced. By role.
    /// @param newImplementation Implementation announced.
    /// @param data Call announced with it, empty for none.
    /// @custom:error UpgradeNotAnnounced If it was not announced like this, or less than seven days ago.
    function upgradeToAndCall(address newImplementation, bytes memory data) public payable override {
        AnnouncedUpgradeStorage storage $ = _upgrades();
        bool announced = $.upgradableAt != 0 && $.announcement == _announcementOf(newImplementation, data);
        require(
            announced && block.timestamp >= $.upgradableAt,
            UpgradeNotAnnounced(newImplementation, announced ? $.upgradableAt : 0)
        );
        ($.announcement, $.upgradableAt) = (0, 0);
        super.upgradeToAndCall(newImplementation, data);
    }

    /// @inheritdoc IAnnouncedUpgrade
    function announcedUpgrade() external view returns (bytes32 announcement, uint256 upgradableAt, bool isOssified) {
        AnnouncedUpgradeStorage storage $ = _upgrades();
        return ($.announcement, $.upgradableAt, $.isOssified);
    }

    function _authorizeUpgrade(address) internal override restricted {}

    function _announcementOf(address newImplementation, bytes memory data) private view returns (bytes32) {
        return keccak256(abi.encode(newImplementation, newImplementation.codehash, data));
    }

    function _upgrades() private pure returns (AnnouncedUpgradeStorage storage $) {
        // $ = the struct at UPGRADE_STORAGE
        assembly ("memory-safe") {
            $.slot := UPGRADE_STORAGE
        }
    }
}
