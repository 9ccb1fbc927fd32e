import type { BeaconConfig } from "@lodestar/config";
import type { ssz } from "@lodestar/types";

/** The SSZ types of any fork of the chain, which differ in what is not used here. */
type BlockCodec = Pick<typeof ssz.electra.SignedBeaconBlock, "serialize" | "deserialize">;
type StateCodec = Pick<typeof ssz.electra.BeaconState, "deserializeToViewDU">;

/** SSZ type of signed blocks of a slot. */
export function blockType(config: BeaconConfig, slot: number): BlockCodec {
  return config.getForkTypes(slot).SignedBeaconBlock as BlockCodec;
}

/** SSZ type of states of a slot. */
export function stateType(config: BeaconConfig, slot: number): StateCodec {
  return config.getForkTypes(slot).BeaconState as StateCodec;
}
