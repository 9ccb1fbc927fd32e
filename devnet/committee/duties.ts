import type { Hex } from "../../src/units/hex.ts";
export interface SigningContext {
  forkVersion: Hex;
  exitForkVersion: Hex;
  genesisValidatorsRoot: Hex;
  executionBlock: { number: number; hash: Hex };
}
export type Duty =
  | {
      type: "attestation";
      pubkey: Hex;
      data: {
        slot: bigint;
        index: bigint;
        beaconBlockRoot: Hex;
        source: { epoch: bigint; root: Hex };
        target: { epoch: bigint; root: Hex };
      };
    }
  | { type: "syncCommittee"; pubkey: Hex; slot: bigint; beaconBlockRoot: Hex }
  | { type: "randao"; pubkey: Hex; epoch: bigint }
  | {
      type: "proposal";
      pubkey: Hex;
      header: { slot: bigint; proposerIndex: bigint; parentRoot: Hex; stateRoot: Hex; bodyRoot: Hex };
    }
  | { type: "voluntaryExit"; pubkey: Hex; epoch: bigint; validatorIndex: bigint };
