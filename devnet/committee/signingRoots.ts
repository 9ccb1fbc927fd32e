import { ByteVectorType, ContainerType, UintBigintType } from "@chainsafe/ssz";

import { ForkDataType, SigningDataType } from "../../src/consensus/depositTypes.ts";
import { fromHex, type Hex } from "../../src/units/hex.ts";
import type { Checkpoint, Duty, SigningContext } from "./duties.ts";

const Root = new ByteVectorType(32);
const Uint64 = new UintBigintType(8);
const CheckpointType = new ContainerType({ epoch: Uint64, root: Root });
/** SSZ `AttestationData` (consensus-specs, phase0). */
const AttestationDataType = new ContainerType({
  ...{ slot: Uint64, index: Uint64, beaconBlockRoot: Root },
  ...{ source: CheckpointType, target: CheckpointType },
});
/** SSZ `BeaconBlockHeader` (consensus-specs, phase0). */
const BeaconBlockHeaderType = new ContainerType({
  ...{ slot: Uint64, proposerIndex: Uint64 },
  ...{ parentRoot: Root, stateRoot: Root, bodyRoot: Root },
});
/** SSZ `VoluntaryExit` (consensus-specs, phase0). */
const VoluntaryExitType = new ContainerType({ epoch: Uint64, validatorIndex: Uint64 });

/** Domain types (consensus-specs, phase0 and altair), little endian. */
const DOMAIN_TYPES = {
  proposal: 0,
  attestation: 1,
  randao: 2,
  voluntaryExit: 4,
  syncCommittee: 7,
} as const satisfies Record<Duty["type"], number>;

/**
 * What a validator signs for a duty, 32 bytes: `compute_signing_root` under `compute_domain` (consensus-specs, phase0).
 * Voluntary exits take the fork version of Capella, whatever the fork in force (EIP-7044).
 */
export function signingRoot(duty: Duty, context: SigningContext): Uint8Array {
  const version = duty.type === "voluntaryExit" ? context.exitForkVersion : context.forkVersion;
  const forkDataRoot = ForkDataType.hashTreeRoot({
    currentVersion: fromHex(version, "fork version", 4),
    genesisValidatorsRoot: bytes32(context.genesisValidatorsRoot),
  });
  const domain = new Uint8Array(32);
  domain[0] = DOMAIN_TYPES[duty.type];
  domain.set(forkDataRoot.subarray(0, 28), 4);
  return SigningDataType.hashTreeRoot({ objectRoot: objectRoot(duty), domain });
}

function objectRoot(duty: Duty): Uint8Array {
  switch (duty.type) {
    case "attestation": {
      const { slot, index, beaconBlockRoot, source, target } = duty.data;
      return AttestationDataType.hashTreeRoot({
        ...{ slot, index, beaconBlockRoot: bytes32(beaconBlockRoot) },
        ...{ source: checkpoint(source), target: checkpoint(target) },
      });
    }
    case "syncCommittee":
      return bytes32(duty.beaconBlockRoot);
    case "randao":
      return Uint64.hashTreeRoot(duty.epoch);
    case "proposal": {
      const { slot, proposerIndex, parentRoot, stateRoot, bodyRoot } = duty.header;
      const roots = { parentRoot: bytes32(parentRoot), stateRoot: bytes32(stateRoot), bodyRoot: bytes32(bodyRoot) };
      return BeaconBlockHeaderType.hashTreeRoot({ slot, proposerIndex, ...roots });
    }
    case "voluntaryExit":
      return VoluntaryExitType.hashTreeRoot({ epoch: duty.epoch, validatorIndex: duty.validatorIndex });
  }
}

function checkpoint({ epoch, root }: Checkpoint): { epoch: bigint; root: Uint8Array } {
  return { epoch, root: bytes32(root) };
}

function bytes32(hex: Hex): Uint8Array {
  return fromHex(hex, "root", 32);
}
