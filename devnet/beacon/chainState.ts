import type { CachedBeaconStateElectra, CachedBeaconStateFulu } from "@lodestar/state-transition";
import type { electra } from "@lodestar/types";

/** A state of the chain with the caches of its epoch. */
export type ChainState = CachedBeaconStateElectra | CachedBeaconStateFulu;

/** A block as it stands in the chain; Fulu's has the same form. */
export type ChainBlock = electra.SignedBeaconBlock;
