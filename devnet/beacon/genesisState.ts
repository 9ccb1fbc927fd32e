import { createBeaconConfig, type BeaconConfig, type ChainForkConfig } from "@lodestar/config";
import {
  EFFECTIVE_BALANCE_INCREMENT,
  EPOCHS_PER_HISTORICAL_VECTOR,
  FAR_FUTURE_EPOCH,
  ForkSeq,
  MAX_EFFECTIVE_BALANCE,
  UNSET_DEPOSIT_REQUESTS_START_INDEX,
} from "@lodestar/params";
import { createCachedBeaconState, createPubkeyCache, getNextSyncCommittee } from "@lodestar/state-transition";
import { upgradeStateToFulu } from "@lodestar/state-transition/slot";
import { ssz, type deneb, type phase0 } from "@lodestar/types";

import type { ChainState } from "./chainState.ts";

/** What a chain begins with. */
export interface Genesis {
  /** Time of slot zero, seconds. */
  readonly time: number;
  /** Header of the execution chain's first block. */
  readonly payloadHeader: deneb.ExecutionPayloadHeader;
  /** Public keys of the validators that are active from the beginning, each with 32 ETH. */
  readonly pubkeys: readonly Uint8Array[];
  /** Where their balances would be withdrawn to: an account of the execution chain, 20 bytes. */
  readonly withdrawalAddress: Uint8Array;
}

/** What remains of a genesis once its state is made. */
export interface GenesisChain {
  readonly config: BeaconConfig;
  readonly state: ChainState;
}

/**
 * Makes the first state of a chain whose validators are active from the beginning, as `initialize_beacon_state` of the
 * consensus specs' tests does, for Electra or Fulu.
 */
export function genesisState(chainConfig: ChainForkConfig, genesis: Genesis): GenesisChain {
  const state = ssz.electra.BeaconState.defaultViewDU();
  const validators = genesis.pubkeys.map((pubkey) => genesisValidator(pubkey, genesis.withdrawalAddress));
  const { blockHash } = genesis.payloadHeader;
  state.genesisTime = genesis.time;
  state.fork = ssz.phase0.Fork.toViewDU({
    previousVersion: chainConfig.DENEB_FORK_VERSION,
    currentVersion: chainConfig.ELECTRA_FORK_VERSION,
    epoch: 0,
  });
  state.latestBlockHeader = ssz.phase0.BeaconBlockHeader.toViewDU({
    ...ssz.phase0.BeaconBlockHeader.defaultValue(),
    bodyRoot: ssz.electra.BeaconBlockBody.hashTreeRoot(ssz.electra.BeaconBlockBody.defaultValue()),
  });
  state.eth1Data = ssz.phase0.Eth1Data.toViewDU({ depositRoot: new Uint8Array(32), depositCount: 0n, blockHash });
  state.randaoMixes = ssz.phase0.RandaoMixes.toViewDU(
    Array.from({ length: EPOCHS_PER_HISTORICAL_VECTOR }, () => blockHash),
  );
  state.validators = ssz.phase0.Validators.toViewDU(validators);
  state.balances = ssz.phase0.Balances.toViewDU(validators.map(() => MAX_EFFECTIVE_BALANCE));
  state.previousEpochParticipation = ssz.altair.EpochParticipation.toViewDU(validators.map(() => 0));
  state.currentEpochParticipation = ssz.altair.EpochParticipation.toViewDU(validators.map(() => 0));
  state.inactivityScores = ssz.altair.InactivityScores.toViewDU(validators.map(() => 0));
  state.genesisValidatorsRoot = state.validators.hashTreeRoot();
  state.latestExecutionPayloadHeader = ssz.electra.ExecutionPayloadHeader.toViewDU(genesis.payloadHeader);
  state.depositRequestsStartIndex = UNSET_DEPOSIT_REQUESTS_START_INDEX;

  const indices = Uint32Array.from(validators.keys());
  const increments = Uint16Array.from(validators, () => MAX_EFFECTIVE_BALANCE / EFFECTIVE_BALANCE_INCREMENT);
  const { syncCommittee } = getNextSyncCommittee(ForkSeq.electra, state, indices, increments);
  state.currentSyncCommittee = ssz.altair.SyncCommittee.toViewDU(syncCommittee);
  state.nextSyncCommittee = ssz.altair.SyncCommittee.toViewDU(syncCommittee);
  state.commit();

  const config = createBeaconConfig(chainConfig, state.genesisValidatorsRoot);
  return { config, state: atFork(state, config) };
}

function atFork(state: ReturnType<typeof ssz.electra.BeaconState.defaultViewDU>, config: BeaconConfig): ChainState {
  const electraOnly = createBeaconConfig({ ...config, FULU_FORK_EPOCH: Infinity }, state.genesisValidatorsRoot);
  const electra = createCachedBeaconState(state, { config: electraOnly, pubkeyCache: createPubkeyCache() });
  if (config.FULU_FORK_EPOCH !== 0) return electra;
  const fulu = upgradeStateToFulu(electra);
  fulu.latestBlockHeader.bodyRoot = ssz.fulu.BeaconBlockBody.hashTreeRoot(ssz.fulu.BeaconBlockBody.defaultValue());
  fulu.commit();
  const plain = ssz.fulu.BeaconState.getViewDU(fulu.node);
  return createCachedBeaconState(plain, { config, pubkeyCache: createPubkeyCache() });
}

function genesisValidator(pubkey: Uint8Array, withdrawalAddress: Uint8Array): phase0.Validator {
  return {
    pubkey,
    // EIP-7251's predecessor: one validator of 32 ETH whose surplus is swept.
    withdrawalCredentials: Uint8Array.from([1, ...new Uint8Array(11), ...withdrawalAddress]),
    effectiveBalance: MAX_EFFECTIVE_BALANCE,
    slashed: false,
    activationEligibilityEpoch: 0,
    activationEpoch: 0,
    exitEpoch: FAR_FUTURE_EPOCH,
    withdrawableEpoch: FAR_FUTURE_EPOCH,
  };
}
