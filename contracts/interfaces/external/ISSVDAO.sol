// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title ISSVDAO
/// @notice Parameters of the network, set by its owner, and the roots of effective balances, voted by the oracles.
interface ISSVDAO {
    /// @notice The network fee changed.
    /// @param oldFee Former fee.
    /// @param newFee New fee.
    event NetworkFeeUpdated(uint256 oldFee, uint256 newFee);
    /// @notice The increase limit of operator fees changed.
    /// @param value Basis points.
    event OperatorFeeIncreaseLimitUpdated(uint64 value);
    /// @notice The time from declaration to window changed.
    /// @param value Seconds.
    event DeclareOperatorFeePeriodUpdated(uint64 value);
    /// @notice The length of the window changed.
    /// @param value Seconds.
    event ExecuteOperatorFeePeriodUpdated(uint64 value);
    /// @notice The liquidation threshold period changed.
    /// @param value Blocks.
    event LiquidationThresholdPeriodUpdated(uint64 value);
    /// @notice The least collateral changed.
    /// @param value Wei.
    event MinimumLiquidationCollateralUpdated(uint256 value);
    /// @notice The highest operator fee changed.
    /// @param maxFee New maximum.
    event OperatorMaximumFeeUpdated(uint256 maxFee);
    /// @notice The lowest operator fee changed.
    /// @param minFee New minimum.
    event MinimumOperatorEthFeeUpdated(uint256 minFee);
    /// @notice The pause between effective-balance updates changed.
    /// @param blocks Blocks.
    event MinBlocksBetweenUpdatesUpdated(uint32 blocks);
    /// @notice The quorum of the oracles changed.
    /// @param newQuorum Basis points.
    event QuorumUpdated(uint16 newQuorum);
    /// @notice An oracle was replaced.
    /// @param oracleId Place of the oracle.
    /// @param oldOracle Former account.
    /// @param newOracle New account.
    event OracleReplaced(uint32 indexed oracleId, address indexed oldOracle, address indexed newOracle);
    /// @notice A root reached the quorum.
    /// @param merkleRoot Root.
    /// @param blockNum Block that the root describes.
    event RootCommitted(bytes32 indexed merkleRoot, uint64 indexed blockNum);
    /// @notice A vote was counted that did not reach the quorum.
    /// @param merkleRoot Root.
    /// @param blockNum Block that the root describes.
    /// @param accumulatedWeight Weight of the votes so far.
    /// @param quorum Weight that commits a root.
    /// @param oracleId Place of the oracle.
    /// @param oracle Account that voted.
    event WeightedRootProposed(
        bytes32 indexed merkleRoot,
        uint64 indexed blockNum,
        uint256 accumulatedWeight,
        uint256 quorum,
        uint32 oracleId,
        address oracle
    );

    /// @notice Sets the network fee.
    /// @param fee Wei per block per 32 ETH of effective balance, divisible by 100,000.
    function updateNetworkFee(uint256 fee) external;

    /// @notice Sets how far one declaration may raise an operator's fee.
    /// @param percentage Basis points.
    function updateOperatorFeeIncreaseLimit(uint64 percentage) external;

    /// @notice Sets the time from the declaration of a fee to the start of its window.
    /// @param timeInSeconds Seconds.
    function updateDeclareOperatorFeePeriod(uint64 timeInSeconds) external;

    /// @notice Sets the length of the window in which a declared fee can be executed.
    /// @param timeInSeconds Seconds.
    function updateExecuteOperatorFeePeriod(uint64 timeInSeconds) external;

    /// @notice Sets the blocks of fees that a cluster must hold as collateral.
    /// @param blocks Blocks, at least 21,480.
    function updateLiquidationThresholdPeriod(uint64 blocks) external;

    /// @notice Sets the least collateral of a cluster.
    /// @param amount Wei, divisible by 100,000.
    function updateMinimumLiquidationCollateral(uint256 amount) external;

    /// @notice Sets the highest operator fee.
    /// @param maxFee Wei per block per 32 ETH of effective balance, divisible by 100,000.
    function updateMaximumOperatorFee(uint256 maxFee) external;

    /// @notice Sets the lowest operator fee above zero.
    /// @param minFee Wei per block per 32 ETH of effective balance, divisible by 100,000.
    function updateMinimumOperatorEthFee(uint256 minFee) external;

    /// @notice Sets the blocks between two effective-balance updates of one cluster.
    /// @param blocks Blocks.
    function updateMinBlocksBetweenUpdates(uint32 blocks) external;

    /// @notice Sets the share of the oracles' weight that commits a root.
    /// @param quorum Basis points, 1 to 10,000.
    function updateQuorumBps(uint16 quorum) external;

    /// @notice Gives an oracle's place to another account.
    /// @param oracleId Place of the oracle.
    /// @param newOracle Its new account.
    function replaceOracle(uint32 oracleId, address newOracle) external;

    /// @notice Votes for a root of effective balances; the vote that reaches the quorum commits it.
    /// @param merkleRoot Root over (cluster id, effective balance).
    /// @param blockNum Block that it describes; later than the last committed one, not in the future.
    function commitRoot(bytes32 merkleRoot, uint64 blockNum) external;
}
