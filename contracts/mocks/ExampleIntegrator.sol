// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPoolETH} from "../interfaces/IPoolETH.sol";

/// @title ExampleIntegrator
/// @notice How another protocol may hold poolETH for its users: it counts in shares, which a rebase does not change, and
///         reads their worth when it is asked.
contract ExampleIntegrator {
    IPoolETH private immutable POOL_ETH;
    address private immutable REFERRAL;

    /// @notice Shares that a user has here, 18 decimals.
    mapping(address user => uint256) public sharesOf;

    /// @notice A user has fewer shares here.
    /// @param available Shares there are.
    /// @param required Shares needed.
    error SharesMissing(uint256 available, uint256 required);

    constructor(IPoolETH poolETH, address referral) {
        POOL_ETH = poolETH;
        REFERRAL = referral;
    }

    /// @notice Stakes ether of the caller.
    /// @return shares Shares that he has more.
    function stakeEther() external payable returns (uint256 shares) {
        shares = POOL_ETH.deposit{value: msg.value}(address(this), REFERRAL);
        sharesOf[msg.sender] += shares;
    }

    /// @notice Takes shares from the caller, who allows it by signature.
    /// @dev Anybody may use the signature first, which sets the same allowance; so a permit that fails is no reason to stop.
    /// @param shares Number of shares, 18 decimals.
    /// @param deadline Of the permit, seconds.
    /// @param signature Of the permit, over the worth of the shares rounded up.
    function addShares(uint256 shares, uint256 deadline, bytes calldata signature) external {
        uint256 allowance = POOL_ETH.toEtherUp(shares);
        try POOL_ETH.permit(msg.sender, address(this), allowance, deadline, signature) {} catch {}
        sharesOf[msg.sender] += shares;
        POOL_ETH.transferSharesFrom(msg.sender, address(this), shares);
    }

    /// @notice Gives shares back to the caller.
    /// @param shares Number of shares, 18 decimals.
    /// @return ethAmount Their worth, wei.
    function withdrawShares(uint256 shares) external returns (uint256 ethAmount) {
        uint256 available = sharesOf[msg.sender];
        require(available >= shares, SharesMissing(available, shares));
        sharesOf[msg.sender] = available - shares;
        return POOL_ETH.transferShares(msg.sender, shares);
    }

    /// @notice Worth of what a user has here, wei.
    /// @param user Who.
    function worthOf(address user) external view returns (uint256) {
        return POOL_ETH.toEtherDown(sharesOf[user]);
    }

    /// @notice Wei per share, scaled by 1e27; a lending market would price collateral with it.
    function shareRateRay() external view returns (uint256) {
        return POOL_ETH.shareRateRay();
    }
}
