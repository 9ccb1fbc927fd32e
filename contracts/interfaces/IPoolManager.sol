// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Cluster} from "../types/Cluster.sol";
import {Report} from "../types/Report.sol";
import {ApprovalGuard, StakeKeys} from "../types/Stake.sol";

/// @title IPoolManager
/// @notice Front door of the pool, registry of its validator keys, and their activation. The same contract has the functions
///         of `IExitRequests`.
interface IPoolManager {
    /// @dev A ceremony batch: keys that wait, in the order of their owner nonces. It is kept in one slot.
    struct Batch {
        /// @dev Binds the Merkle root of the keys to their operators: the first 160 bits of
        ///      `keccak256(abi.encode(root, operatorIds))`. Other keys for it are out of reach. Two sets of keys for one
        ///      commitment can be searched for by the role that registers it, which may register both sets anyway.
        bytes20 commitment;
        uint32 batchId;
        /// @dev Owner nonce of the first key.
        uint24 firstNonce;
        /// @dev Zero for a batch that does not exist.
        uint16 count;
        /// @dev Keys taken so far; a key below this is spent for ever.
        uint16 activated;
        /// @dev Whether the rest is dropped.
        bool discarded;
    }

    /// @dev Keys of one batch and the proof that they are its next ones.
    struct Activation {
        uint256 batchId;
        uint64[] operatorIds;
        StakeKeys keys;
        /// @dev Encrypted key shares as SSV nodes read them, packed: 96 + 304 bytes per operator for each key.
        bytes sharesData;
        /// @dev Nodes of the Merkle tree beside the keys, as OpenZeppelin's `getMultiProof` lists them.
        bytes32[] proof;
        /// @dev Newest snapshot of the cluster at SSV.
        Cluster cluster;
    }

    enum KeyStatus {
        None,
        Registered,
        Deposited,
        Discarded
    }

    /// @notice Keys were registered.
    /// @param batchId New batch.
    /// @param root Merkle root of its keys.
    /// @param firstNonce Owner nonce of its first key.
    /// @param count Number of keys.
    /// @param operatorIds SSV operators of all its keys.
    /// @param contentURI Where the keys can be read.
    event BatchRegistered(
        uint256 indexed batchId,
        bytes32 root,
        uint64 firstNonce,
        uint32 count,
        uint64[] operatorIds,
        string contentURI
    );
    /// @notice Keys were staked to and registered at SSV.
    /// @param batchId Their batch.
    /// @param position Position of the first of them.
    /// @param count Number of keys.
    /// @param funding Wei that the operating reserve paid into their cluster.
    event BatchActivated(uint256 indexed batchId, uint256 position, uint256 count, uint256 funding);
    /// @notice The rest of a batch was dropped.
    /// @param batchId Which one.
    /// @param position Position of the first key dropped.
    event BatchDiscarded(uint256 indexed batchId, uint256 position);

    /// @notice A batch needs a root, 1 to 65,535 keys and a valid number of operators in ascending order.
    /// @param root Root given.
    /// @param count Keys given.
    /// @param operators Operators given.
    error BatchMalformed(bytes32 root, uint256 count, uint256 operators);
    /// @notice There is no such batch, or nothing is left of it.
    /// @param batchId Which one.
    error BatchNotLive(uint256 batchId);
    /// @notice The new batch needs the record of an older one, which is still live: activate or discard that one first.
    /// @param batchId The older one.
    error BatchStillLive(uint256 batchId);
    /// @notice The lengths do not fit each other.
    /// @param keys Keys offered.
    /// @param left Keys left in the batch.
    error OfferMismatch(uint256 keys, uint256 left);
    /// @notice The shares do not have the length that SSV nodes expect for so many keys and operators.
    /// @param length Bytes given.
    /// @param expected Bytes needed.
    error SharesLengthMismatch(uint256 length, uint256 expected);
    /// @notice Keys, proof or operators are not those of the batch.
    /// @param batchId Which one.
    error ProofInvalid(uint256 batchId);
    /// @notice The free ether or the daily limit does not suffice for one key.
    /// @param freeEther Wei that may be staked.
    error NothingToActivate(uint256 freeEther);

    /// @notice Ether came without a call; deposits go through `deposit`.
    /// @param value Wei.
    error EtherNotTaken(uint256 value);

    /// @notice Deposits `msg.value`; see `IPoolETH.deposit`, which is cheaper to call.
    /// @param receiver Account that receives the shares.
    /// @param referral Somebody to name in an event; zero for nobody.
    /// @return shares Shares minted, 18 decimals.
    function deposit(address receiver, address referral) external payable returns (uint256 shares);

    /// @notice Applies a report; see `IAccounting.applyReport`, which is cheaper to call.
    /// @param report What the committee saw.
    /// @param signatures Signatures of a quorum.
    function applyReport(Report calldata report, bytes calldata signatures) external;

    /// @notice Registers the keys of a ceremony. By role.
    /// @dev The newest 64 batches are kept on chain, and a hash of the others; events tell of all. A leaf is the double keccak256 of
    ///      `abi.encode(uint64 ownerNonce, bytes pubkey, bytes depositSignature, bytes32 keccak256(sharesData))`. The keys'
    ///      shares must be signed for consecutive nonces from `nextNonce()` on.
    /// @param root Merkle root by OpenZeppelin's StandardMerkleTree, leaves not sorted.
    /// @param count Number of its leaves, each of them a key; with another number no key can be activated.
    /// @param operatorIds SSV operators of all keys, ascending.
    /// @param contentURI Where the keys can be read.
    /// @return batchId New batch.
    /// @custom:error BatchMalformed If a part is missing.
    /// @custom:error BatchStillLive If the batch 64 before it is live.
    /// @custom:emits BatchRegistered
    function registerBatch(
        bytes32 root,
        uint32 count,
        uint64[] calldata operatorIds,
        string calldata contentURI
    ) external returns (uint256 batchId);

    /// @notice Drops what is left of a batch and of all later ones, so that new keys can take their nonces. By role.
    /// @param batchId First batch to drop.
    /// @custom:error BatchNotLive If nothing is left of it.
    /// @custom:emits BatchDiscarded for each
    function discardBatch(uint256 batchId) external;

    /// @notice Stakes to as many of the offered keys as free ether and the daily limit allow, and registers them at SSV.
    ///         Anyone may call with the committee's approval. All or nothing.
    /// @param activation Keys offered: the next ones of their batch.
    /// @param guard What the committee saw.
    /// @param approvals See `IPoolETH.stake`.
    /// @return count Keys activated.
    /// @custom:error BatchNotLive, OfferMismatch, SharesLengthMismatch, ProofInvalid For wrong input.
    /// @custom:error IClusterManager.NonceOutOfOrder If keys of another batch must be activated first.
    /// @custom:error NothingToActivate If no key is affordable.
    /// @custom:emits BatchActivated
    function activate(
        Activation calldata activation,
        ApprovalGuard calldata guard,
        bytes calldata approvals
    ) external returns (uint256 count);

    /// @notice Lets the next batch begin behind all nonces that were taken, as `IClusterManager.ownerNonce` counts them.
    ///         Anyone may call; `IOperatorUpdates.updateOperators` does.
    /// @dev Batches that wait for nonces that were taken are not dropped by it, and `nextNonce` stays behind them.
    function followOwnerNonce() external;

    /// @notice A batch as it stands; all zero if it does not exist, or if 64 newer ones do and nobody restored it: events
    ///         tell of that one.
    /// @param batchId Which one.
    function batchOf(uint256 batchId) external view returns (Batch memory);

    /// @notice Number of batches ever registered; the first has the id 0.
    function batchCount() external view returns (uint256);

    /// @notice Owner nonce that the first key of the next batch must be signed for.
    function nextNonce() external view returns (uint256);

    /// @notice What became of a key, but for its exit; `None` too for a batch that `batchOf` no longer knows.
    /// @param batchId Its batch.
    /// @param position Its position in the batch.
    function keyStatus(uint256 batchId, uint256 position) external view returns (KeyStatus);

    /// @notice Wei that may be staked now: buffered ether less what the withdrawal queue waits for, within the daily limit.
    function freeEther() external view returns (uint256);

    /// @notice The pool.
    function POOL_ETH() external view returns (address);

    /// @notice Its accounting.
    function ACCOUNTING() external view returns (address);

    /// @notice Its account at ssv.network.
    function CLUSTER_MANAGER() external view returns (address);
}
