import { createChainForkConfig, type ChainForkConfig } from "@lodestar/config";
import { mainnetChainConfig as mainnet } from "@lodestar/config/configs";
import { ACTIVE_PRESET, PresetName } from "@lodestar/params";

import { LOCAL } from "../../src/consensus/network.ts";
import { fromHex } from "../../src/units/hex.ts";
import type { Fork } from "../chainOptions.ts";

/** Epochs that an exit takes at least, and after which a validator may exit: 256 of them would be months of long slots. */
const SHORT_PERIOD = 2;
/** Limits of the minimal configuration, for either preset: what enters and leaves in an epoch, Gwei. */
const CHURN = { MIN_PER_EPOCH_CHURN_LIMIT_ELECTRA: 64e9, MAX_PER_EPOCH_ACTIVATION_EXIT_CHURN_LIMIT: 128e9 };

/**
 * The configuration of a devnet: mainnet's fork versions, so that deposits are signed as for any local chain, all forks
 * from genesis on, and short periods. The preset is that of the process, `LODESTAR_PRESET`.
 * @param secondsPerSlot Whole seconds.
 */
export function devnetConfig(fork: Fork, secondsPerSlot: number): ChainForkConfig {
  const isMinimal = ACTIVE_PRESET === PresetName.minimal;
  return createChainForkConfig({
    ...mainnet,
    PRESET_BASE: ACTIVE_PRESET,
    CONFIG_NAME: "devnet",
    DEPOSIT_CHAIN_ID: Number(LOCAL.chainId),
    DEPOSIT_NETWORK_ID: Number(LOCAL.chainId),
    DEPOSIT_CONTRACT_ADDRESS: fromHex(LOCAL.depositContract, "deposit contract", 20),
    GENESIS_FORK_VERSION: fromHex(LOCAL.genesisForkVersion, "genesis fork version", 4),
    ALTAIR_FORK_EPOCH: 0,
    BELLATRIX_FORK_EPOCH: 0,
    CAPELLA_FORK_EPOCH: 0,
    DENEB_FORK_EPOCH: 0,
    ELECTRA_FORK_EPOCH: 0,
    FULU_FORK_EPOCH: fork === "fulu" ? 0 : Infinity,
    BLOB_SCHEDULE: [],
    ...slotLength(secondsPerSlot),
    SHARD_COMMITTEE_PERIOD: SHORT_PERIOD,
    MIN_VALIDATOR_WITHDRAWABILITY_DELAY: SHORT_PERIOD,
    ...(isMinimal ? CHURN : {}),
  });
}

/** Under its present name, and under that which many clients of the Beacon API still read. */
function slotLength(secondsPerSlot: number): Partial<ChainForkConfig> {
  return Object.fromEntries([
    ["SLOT_DURATION_MS", secondsPerSlot * 1_000],
    ["SECONDS_PER_SLOT", secondsPerSlot],
  ]);
}
