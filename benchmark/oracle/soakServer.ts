// A beacon node that is at another reference slot whenever its parent says so, in a process of its own. Tells where it
// listens, and when it is at a slot; ends with its parent.
import { setHasher } from "@chainsafe/persistent-merkle-tree";
import { hasher } from "@chainsafe/persistent-merkle-tree/hasher/hashtree";

import type { StateValidator } from "../../src/oracle/beaconState.ts";
import { FAR_FUTURE_EPOCH } from "../../src/oracle/beaconState.ts";
import { toHex } from "../../src/units/hex.ts";
import { startBeaconServer } from "../../test/helpers/beaconServer.ts";
import { serveState } from "../../test/helpers/servedState.ts";
import { CREDENTIALS, EFFECTIVE_GWEI, pubkeyOf, SOAK_KEYS } from "./syntheticChain.ts";

setHasher(hasher);
const clock = { genesisTime: 1_000n, secondsPerSlot: 12n };
const server = await startBeaconServer();
process.on("disconnect", () => process.exit());
process.on("message", (slot: string) => {
  server.reset();
  const hash = `0x${BigInt(slot).toString(16).padStart(64, "0")}`;
  serveState(server, {
    slot: BigInt(slot),
    clock,
    validators: validatorsAt(BigInt(slot)),
    executionBlock: { number: 2, hash },
  });
  process.send?.(slot);
});
process.send?.(server.url);

/** They earn a Gwei in a slot. */
function validatorsAt(slot: bigint): StateValidator[] {
  return Array.from({ length: SOAK_KEYS }, (_, i) => ({
    ...{ index: BigInt(i), pubkey: toHex(pubkeyOf(i)), withdrawalCredentials: CREDENTIALS },
    ...{ balanceGwei: EFFECTIVE_GWEI + slot, effectiveBalanceGwei: EFFECTIVE_GWEI, isSlashed: false },
    ...{ exitEpoch: FAR_FUTURE_EPOCH, withdrawableEpoch: FAR_FUTURE_EPOCH },
  }));
}
