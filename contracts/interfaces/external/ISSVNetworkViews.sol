// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Cluster} from "../../types/Cluster.sol";
import {ISSVErrors} from "./ISSVErrors.sol";

/// @title ISSVNetworkViews
/// @notice The views of ssv.network v2.0.0. Cluster views check the struct that they are given, as the network does.
/// @dev The network itself answers them: it delegates calls that it does not know to its views module.
interface ISSVNetworkViews is ISSVErrors {
    struct OperatorData {
        address owner;
        /// Wei per block per 32 ETH of effective balance.
        uint256 fee;
        uint32 validatorCount;
        /// Whitelisting contract, if any.
        address whitelistedAddress;
        bool isPrivate;
        bool isActive;
    }

    struct OperatorDeclaredFeeData {
        bool isFeeDeclared;
        uint256 fee;
        uint64 approvalBeginTime;
        uint64 approvalEndTime;
    }

    struct OperatorFeePeriodsData {
        uint64 declarePeriod;
        uint64 executePeriod;
    }

    /// @notice Whether `owner` registered this public key.
    /// @param owner Owner of the cluster.
    /// @param publicKey Validator public key.
    /// @return Whether it is registered.
    function getValidator(address owner, bytes calldata publicKey) external view returns (bool);

    /// @notice Settled balance of an active cluster at this block.
    /// @param owner Owner of the cluster.
    /// @param operatorIds Operators of the cluster.
    /// @param cluster Newest state of the cluster.
    /// @return balance Wei.
    function getBalance(
        address owner,
        uint64[] calldata operatorIds,
        Cluster calldata cluster
    ) external view returns (uint256 balance);

    /// @notice What a cluster pays, also as if active when it is liquidated.
    /// @param owner Owner of the cluster.
    /// @param operatorIds Operators of the cluster.
    /// @param cluster Newest state of the cluster.
    /// @return Wei per block.
    function getBurnRate(
        address owner,
        uint64[] calldata operatorIds,
        Cluster calldata cluster
    ) external view returns (uint256);

    /// @notice Effective balance that an active cluster is charged for.
    /// @param owner Owner of the cluster.
    /// @param operatorIds Operators of the cluster.
    /// @param cluster Newest state of the cluster.
    /// @return ETH.
    function getEffectiveBalance(
        address owner,
        uint64[] calldata operatorIds,
        Cluster calldata cluster
    ) external view returns (uint32);

    /// @notice Whether anyone may liquidate the cluster at this block.
    /// @param owner Owner of the cluster.
    /// @param operatorIds Operators of the cluster.
    /// @param cluster Newest state of the cluster.
    /// @return Whether it is liquidatable; false when it is liquidated.
    function isLiquidatable(
        address owner,
        uint64[] calldata operatorIds,
        Cluster calldata cluster
    ) external view returns (bool);

    /// @notice Whether the cluster was liquidated.
    /// @param owner Owner of the cluster.
    /// @param operatorIds Operators of the cluster.
    /// @param cluster Newest state of the cluster.
    /// @return Whether it is liquidated.
    function isLiquidated(
        address owner,
        uint64[] calldata operatorIds,
        Cluster calldata cluster
    ) external view returns (bool);

    /// @notice What the cluster pays its fees in.
    /// @param owner Owner of the cluster.
    /// @param operatorIds Operators of the cluster.
    /// @return 0 for SSV tokens, 1 for ether.
    function getClusterAssetType(address owner, uint64[] calldata operatorIds) external view returns (uint8);

    /// @notice Present fee of an operator.
    /// @param operatorId Operator.
    /// @return Wei per block per 32 ETH of effective balance.
    function getOperatorFee(uint64 operatorId) external view returns (uint256);

    /// @notice Declared fee of an operator and its window.
    /// @param operatorId Operator.
    /// @return The declaration.
    function getOperatorDeclaredFee(uint64 operatorId) external view returns (OperatorDeclaredFeeData memory);

    /// @notice What is known of an operator; all zero when it never existed.
    /// @param operatorId Operator.
    /// @return The operator.
    function getOperatorById(uint64 operatorId) external view returns (OperatorData memory);

    /// @notice Earnings of an operator that were not paid out yet.
    /// @param operatorId Operator.
    /// @return Wei.
    function getOperatorEarnings(uint64 operatorId) external view returns (uint256);

    /// @notice Those of the operators that have `account` on their whitelist.
    /// @param operatorIds Operators, ascending.
    /// @param account Account asked for.
    /// @return Operator ids.
    function getWhitelistedOperators(
        uint64[] calldata operatorIds,
        address account
    ) external view returns (uint64[] memory);

    /// @notice Whether a contract announces `ISSVWhitelistingContract` by ERC-165.
    /// @param contractAddress Contract asked for.
    /// @return Whether it does.
    function isWhitelistingContract(address contractAddress) external view returns (bool);

    /// @notice Whether a whitelisting contract lets `account` use an operator.
    /// @param account Account asked for.
    /// @param operatorId Operator.
    /// @param whitelistingContract Contract asked.
    /// @return Whether it does; false when it is no whitelisting contract.
    function isAddressWhitelistedInWhitelistingContract(
        address account,
        uint256 operatorId,
        address whitelistingContract
    ) external view returns (bool);

    /// @notice Network fee.
    /// @return Wei per block per 32 ETH of effective balance.
    function getNetworkFee() external view returns (uint256);

    /// @notice Earnings of the network that were not paid out yet.
    /// @return Wei.
    function getNetworkEarnings() external view returns (uint256);

    /// @notice Registered validators of active clusters.
    /// @return Validators.
    function getNetworkValidatorsCount() external view returns (uint32);

    /// @notice Highest operator fee.
    /// @return Wei per block per 32 ETH of effective balance.
    function getMaximumOperatorFee() external view returns (uint256);

    /// @notice Lowest operator fee above zero.
    /// @return Wei per block per 32 ETH of effective balance.
    function getMinimumOperatorEthFee() external view returns (uint256);

    /// @notice How far one declaration may raise an operator's fee.
    /// @return Basis points.
    function getOperatorFeeIncreaseLimit() external view returns (uint64);

    /// @notice Time from declaration to window, and length of the window.
    /// @return The periods, seconds.
    function getOperatorFeePeriods() external view returns (OperatorFeePeriodsData memory);

    /// @notice Blocks of fees that a cluster must hold as collateral.
    /// @return Blocks.
    function getLiquidationThresholdPeriod() external view returns (uint64);

    /// @notice Least collateral of a cluster.
    /// @return Wei.
    function getMinimumLiquidationCollateral() external view returns (uint256);

    /// @notice Most validators of one operator.
    /// @return Validators.
    function getValidatorsPerOperatorLimit() external view returns (uint32);

    /// @notice Committed root of effective balances.
    /// @param blockNum Block that it describes.
    /// @return Root; zero when none was committed.
    function getCommittedRoot(uint64 blockNum) external view returns (bytes32);

    /// @notice Account of an effective-balance oracle.
    /// @param oracleId Place of the oracle.
    /// @return Its account.
    function getOracle(uint32 oracleId) external view returns (address);

    /// @notice Places of the effective-balance oracles.
    /// @return Oracle ids.
    function getActiveOracleIds() external view returns (uint32[4] memory);

    /// @notice Voting weight of one effective-balance oracle.
    /// @param oracleId Place of the oracle.
    /// @return Weight.
    function getOracleWeight(uint32 oracleId) external view returns (uint256);

    /// @notice Share of the oracles' weight that commits a root.
    /// @return Basis points.
    function getQuorumBps() external view returns (uint16);

    /// @notice Version of the network.
    /// @return Version.
    function getVersion() external view returns (string memory);
}
