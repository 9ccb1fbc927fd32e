import { z } from "zod";

import { blockRootOf, openState, type ConsensusTypes, type KnownFork, type SszState } from "../src/oracle/sszState.ts";
import { scanState, type StateRecords } from "../src/oracle/stateScan.ts";
import { fromHex, type Hex } from "../src/units/hex.ts";
import { hexSchema } from "../src/units/json.ts";
import { askBeacon, BeaconRefusal, exchange, tooLong, type AnswerLimits } from "./beaconHttp.ts";
import type { BeaconNode, StateId } from "./beaconNode.ts";
import { download, type DownloadProgress } from "./download.ts";
import { requireKnownFork, type ReferenceState } from "./referenceState.ts";

/** A state of a chain with two million validators has half of it, and some nodes take minutes to write one. */
const STATE: AnswerLimits = { maxBytes: 1_024 * 2 ** 20, timeout: 600_000 };
const SSZ = "application/octet-stream";

const Genesis = z.object({ data: z.object({ genesis_validators_root: hexSchema(32) }) });

/** A beacon state as a node sent it. */
export interface StateBytes {
  readonly bytes: Buffer;
  readonly fork: KnownFork;
}

/**
 * What a whole state has of some keys, read from its SSZ: quicker than to ask for thousands of them.
 * @throws {BeaconError} If the node cannot be asked, sends something else than SSZ, or another state.
 * @throws {StateFormatError} If what it sends is no beacon state, or not all of one.
 */
export async function fetchSszRecords(
  node: BeaconNode,
  reference: ReferenceState,
  pubkeys: readonly Hex[],
  advance?: DownloadProgress,
): Promise<StateRecords> {
  const [{ bytes, fork }, genesis, types] = await Promise.all([
    fetchStateBytes(node, reference, advance),
    askBeacon(node.access, "/eth/v1/beacon/genesis", Genesis),
    loadTypes(),
  ]);
  const state = openState(bytes, fork, types);
  requireReference(node, state, reference, genesis.data.genesis_validators_root, types);
  return scanState(state, pubkeys, types);
}

/**
 * Downloads a state as SSZ.
 * @throws {BeaconError} If the node cannot be asked, has no such state, sends no SSZ, or a fork that is not known here.
 */
export async function fetchStateBytes(
  node: BeaconNode,
  { id, slot }: Pick<ReferenceState, "id" | "slot">,
  advance?: DownloadProgress,
): Promise<StateBytes> {
  try {
    return await downloadState(node, id, advance);
  } catch (error) {
    // Prysm finds whole states by their slot alone.
    if (error instanceof BeaconRefusal && id !== slot) return downloadState(node, slot, advance);
    throw error;
  }
}

/** The types, loaded when a state is to be read: they take time and memory, and the preset must be set before. */
export async function loadTypes(): Promise<ConsensusTypes> {
  return (await import("@lodestar/types")).ssz;
}

async function downloadState(node: BeaconNode, id: StateId, advance?: DownloadProgress): Promise<StateBytes> {
  const path = `/eth/v2/debug/beacon/states/${id}`;
  return exchange(node.access, path, { accept: SSZ, timeout: STATE.timeout }, async (response) => {
    const type = response.headers.get("content-type") ?? "";
    if (type.split(";")[0]?.trim() !== SSZ) {
      await response.body?.cancel();
      throw node.refuse(type, `answers ${path} in another form than ${SSZ}`, "use a node that sends states as SSZ");
    }
    const version = response.headers.get("eth-consensus-version") ?? "";
    node.requireVerified({ execution_optimistic: response.headers.get("eth-execution-optimistic") === "true" });
    const fork = requireKnownFork(node, version);
    const bytes = await download(response, STATE.maxBytes, advance);
    if (bytes === undefined) throw tooLong(node.access, STATE.maxBytes);
    return { bytes, fork };
  });
}

/** What a state says of itself must be what its node said of the reference. */
function requireReference(
  node: BeaconNode,
  state: SszState,
  { slot, stateRoot, blockRoot }: ReferenceState,
  genesisValidatorsRoot: Hex,
  types: ConsensusTypes,
): void {
  const sends = (value: string, what: string): Error => node.refuse(value, `sends a state of another ${what}`);
  if (state.slot !== slot) throw sends(`slot ${state.slot}`, `slot than ${slot}`);
  if (state.genesisValidatorsRoot !== genesisValidatorsRoot)
    throw sends(state.genesisValidatorsRoot, `chain, whose genesis validators root is ${genesisValidatorsRoot}`);
  const block = blockRootOf(state, fromHex(stateRoot, "state root", 32), types);
  if (block !== blockRoot) throw sends(block, `block than ${blockRoot}`);
}
