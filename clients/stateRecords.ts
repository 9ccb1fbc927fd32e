import type { StateValidator } from "../src/oracle/beaconState.ts";
import type { StateRecords } from "../src/oracle/stateScan.ts";
import { inChunks } from "../src/units/chunks.ts";
import type { Hex } from "../src/units/hex.ts";
import { askAndParse, BeaconRefusal } from "./beaconHttp.ts";
import type { BeaconNode, StateId } from "./beaconNode.ts";
import type { DownloadProgress } from "./download.ts";
import { fetchPendingDeposits } from "./queuedDeposits.ts";
import type { ReferenceState } from "./referenceState.ts";
import { fetchSszRecords } from "./sszState.ts";
import { parseValidatorRows } from "./validatorRows.ts";

/** Some 600 bytes each make an answer of less than a megabyte. */
const KEYS_OF_POST = 1_000;
/** A key takes 102 characters of an address, and some servers take 8,192 in all. */
const KEYS_OF_GET = 64;
/** Statuses of nodes that do not know the question as a POST. */
const NO_POST = [400, 404, 405, 501];
/** How records of a state are asked for. */
export interface StateRecordsOptions {
  /** From so many keys on the whole state is read, as SSZ; never if left out. */
  readonly stateFromKeys?: number | undefined;
  /** Told of each part of a whole state that has come. */
  readonly advance?: DownloadProgress | undefined;
}

/**
 * What a state has of some keys: their validators, and their deposits that wait.
 * @throws {BeaconError} If the node cannot be asked, answers of another state, or contradicts itself.
 * @throws {StateFormatError} If what it answers is no beacon state.
 */
export async function fetchStateRecords(
  node: BeaconNode,
  reference: ReferenceState,
  pubkeys: readonly Hex[],
  { stateFromKeys = Infinity, advance }: StateRecordsOptions = {},
): Promise<StateRecords> {
  if (pubkeys.length >= stateFromKeys) return fetchSszRecords(node, reference, pubkeys, advance);
  const [validators, pendingDeposits] = await Promise.all([
    fetchStateValidators(node, reference.id, pubkeys),
    fetchPendingDeposits(node, reference.id, pubkeys),
  ]);
  return { validators, pendingDeposits };
}

/**
 * Validators of a state with all that it has of them, by their public keys; keys without one are left out.
 * @throws {BeaconError} If the node cannot be asked, or tells of validators that nobody asked for.
 */
export async function fetchStateValidators(
  node: BeaconNode,
  state: StateId,
  pubkeys: readonly Hex[],
): Promise<Map<Hex, StateValidator>> {
  const found = new Map<Hex, StateValidator>();
  const wanted = new Set(pubkeys);
  for (const keys of inChunks(pubkeys, KEYS_OF_POST))
    for (const { data } of await askForValidators(node, state, keys))
      for (const validator of data) {
        const { pubkey } = validator;
        if (!wanted.has(pubkey) || found.has(pubkey))
          throw node.refuse(pubkey, "tells of a validator that nobody asked for, or twice of one");
        found.set(pubkey, validator);
      }
  return found;
}

async function askForValidators(node: BeaconNode, state: StateId, keys: readonly Hex[]) {
  const path = `/eth/v1/beacon/states/${state}/validators`;
  const ask = async (query: string, body?: { readonly ids: readonly Hex[] }) => {
    const parse = (text: string) => parseValidatorRows(text, `${path}${query}`);
    const answer = await askAndParse(node.access, `${path}${query}`, parse, body);
    node.requireVerified(answer);
    return answer;
  };
  try {
    return [await ask("", { ids: keys })];
  } catch (error) {
    if (!(error instanceof BeaconRefusal && NO_POST.includes(error.status))) throw error;
  }
  const answers = [];
  for (const some of inChunks(keys, KEYS_OF_GET))
    answers.push(await ask(`?${some.map((key) => `id=${key}`).join("&")}`));
  return answers;
}
