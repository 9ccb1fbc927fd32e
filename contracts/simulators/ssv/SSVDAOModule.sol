// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISSVDAO} from "../../interfaces/external/ISSVDAO.sol";
import {ISSVModule} from "./ISSVSimulator.sol";
import {SSVNetworkAccounts} from "./SSVNetworkAccounts.sol";
import {SSVOwnership} from "./SSVOwnership.sol";
import {SSVPacking} from "./SSVPacking.sol";

/// @title SSVDAOModule
/// @notice Parameters of the simulated network, and the votes of its effective-balance oracles.
contract SSVDAOModule is ISSVDAO, ISSVModule, SSVNetworkAccounts, SSVOwnership {
    using SSVPacking for uint64;
    using SSVPacking for uint256;

    uint64 private constant MIN_THRESHOLD_PERIOD = 21_480;
    uint32 private constant ORACLES = 4;
    /// @dev SSV tokens staked, which the oracles' votes share equally.
    uint256 private constant STAKED = 100 ether;
    uint256 private constant BASIS_POINTS = 10_000;

    /// @inheritdoc ISSVModule
    function selectors() external pure override returns (bytes4[] memory list) {
        list = new bytes4[](16);
        list[0] = ISSVDAO.updateNetworkFee.selector;
        list[1] = ISSVDAO.updateOperatorFeeIncreaseLimit.selector;
        list[2] = ISSVDAO.updateDeclareOperatorFeePeriod.selector;
        list[3] = ISSVDAO.updateExecuteOperatorFeePeriod.selector;
        list[4] = ISSVDAO.updateLiquidationThresholdPeriod.selector;
        list[5] = ISSVDAO.updateMinimumLiquidationCollateral.selector;
        list[6] = ISSVDAO.updateMaximumOperatorFee.selector;
        list[7] = ISSVDAO.updateMinimumOperatorEthFee.selector;
        list[8] = ISSVDAO.updateMinBlocksBetweenUpdates.selector;
        list[9] = ISSVDAO.updateQuorumBps.selector;
        list[10] = ISSVDAO.replaceOracle.selector;
        list[11] = ISSVDAO.commitRoot.selector;
        list[12] = this.owner.selector;
        list[13] = this.pendingOwner.selector;
        list[14] = this.transferOwnership.selector;
        list[15] = this.acceptOwnership.selector;
    }

    /// @inheritdoc ISSVDAO
    function updateNetworkFee(uint256 fee) external override onlyOwner {
        uint64 oldFee = _protocol.networkFee;
        _settleNetwork();
        _protocol.networkFeeIndex = _networkFeeIndex();
        _protocol.networkFeeIndexBlock = uint32(block.number);
        _protocol.networkFee = fee.pack();
        emit NetworkFeeUpdated(oldFee.unpack(), fee);
    }

    /// @inheritdoc ISSVDAO
    function updateOperatorFeeIncreaseLimit(uint64 percentage) external override onlyOwner {
        _protocol.feeIncreaseLimit = percentage;
        emit OperatorFeeIncreaseLimitUpdated(percentage);
    }

    /// @inheritdoc ISSVDAO
    function updateDeclareOperatorFeePeriod(uint64 timeInSeconds) external override onlyOwner {
        _protocol.declareFeePeriod = timeInSeconds;
        emit DeclareOperatorFeePeriodUpdated(timeInSeconds);
    }

    /// @inheritdoc ISSVDAO
    function updateExecuteOperatorFeePeriod(uint64 timeInSeconds) external override onlyOwner {
        _protocol.executeFeePeriod = timeInSeconds;
        emit ExecuteOperatorFeePeriodUpdated(timeInSeconds);
    }

    /// @inheritdoc ISSVDAO
    function updateLiquidationThresholdPeriod(uint64 blocks) external override onlyOwner {
        require(blocks >= MIN_THRESHOLD_PERIOD, NewBlockPeriodIsBelowMinimum());
        _protocol.thresholdPeriod = blocks;
        emit LiquidationThresholdPeriodUpdated(blocks);
    }

    /// @inheritdoc ISSVDAO
    function updateMinimumLiquidationCollateral(uint256 amount) external override onlyOwner {
        _protocol.minimumCollateral = amount.pack();
        emit MinimumLiquidationCollateralUpdated(amount);
    }

    /// @inheritdoc ISSVDAO
    function updateMaximumOperatorFee(uint256 maxFee) external override onlyOwner {
        require(maxFee >= _protocol.minimumOperatorFee.unpack(), InvalidOperatorFeeRange());
        _protocol.maximumOperatorFee = maxFee.pack();
        emit OperatorMaximumFeeUpdated(maxFee);
    }

    /// @inheritdoc ISSVDAO
    function updateMinimumOperatorEthFee(uint256 minFee) external override onlyOwner {
        require(minFee <= _protocol.maximumOperatorFee.unpack(), InvalidOperatorFeeRange());
        _protocol.minimumOperatorFee = minFee.pack();
        emit MinimumOperatorEthFeeUpdated(minFee);
    }

    /// @inheritdoc ISSVDAO
    function updateMinBlocksBetweenUpdates(uint32 blocks) external override onlyOwner {
        _protocol.minBlocksBetweenUpdates = blocks;
        emit MinBlocksBetweenUpdatesUpdated(blocks);
    }

    /// @inheritdoc ISSVDAO
    function updateQuorumBps(uint16 quorum) external override onlyOwner {
        require(quorum != 0 && quorum <= BASIS_POINTS, InvalidQuorum());
        _quorumBps = quorum;
        emit QuorumUpdated(quorum);
    }

    /// @inheritdoc ISSVDAO
    function replaceOracle(uint32 oracleId, address newOracle) external override onlyOwner {
        require(oracleId != 0 && oracleId <= ORACLES, InvalidOracleId());
        require(newOracle != address(0), ZeroAddress());
        address oldOracle = _oracles[oracleId];
        require(newOracle != oldOracle, SameOracleAddressNotAllowed());
        require(_oracleIds[newOracle] == 0, OracleAlreadyAssigned());

        delete _oracleIds[oldOracle];
        _oracles[oracleId] = newOracle;
        _oracleIds[newOracle] = oracleId;
        emit OracleReplaced(oracleId, oldOracle, newOracle);
    }

    /// @inheritdoc ISSVDAO
    function commitRoot(bytes32 merkleRoot, uint64 blockNum) external override {
        uint32 oracleId = _oracleIds[msg.sender];
        require(oracleId != 0, NotOracle());
        require(blockNum > _protocol.latestRootBlock, StaleBlockNumber());
        require(blockNum <= block.number, FutureBlockNumber());

        bytes32 ballot = keccak256(abi.encodePacked(blockNum, merkleRoot));
        require(!_hasVoted[ballot][oracleId], AlreadyVoted());
        _hasVoted[ballot][oracleId] = true;

        uint256 weight = _votes[ballot] + STAKED / ORACLES;
        uint256 quorum = (STAKED * _quorumBps) / BASIS_POINTS;
        if (weight < quorum) {
            _votes[ballot] = weight;
            emit WeightedRootProposed(merkleRoot, blockNum, weight, quorum, oracleId, msg.sender);
        } else {
            delete _votes[ballot];
            _roots[blockNum] = merkleRoot;
            _protocol.latestRootBlock = blockNum;
            emit RootCommitted(merkleRoot, blockNum);
        }
    }
}
