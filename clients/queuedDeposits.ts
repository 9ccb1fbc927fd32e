import type { PendingDeposit } from "../src/oracle/beaconState.ts";
import { scanDepositBytes } from "../src/oracle/stateScan.ts";
import type { Hex } from "../src/units/hex.ts";
import { exchange, parseAnswer, tooLong, type AnswerLimits } from "./beaconHttp.ts";
import type { BeaconNode, StateId } from "./beaconNode.ts";
import { parseDepositRows, type DepositRows } from "./depositRows.ts";
import { download } from "./download.ts";
import { requireKnownFork } from "./referenceState.ts";

/** An entry takes some 500 bytes as JSON, and at times a hundred thousand wait. */
const QUEUE: AnswerLimits = { maxBytes: 256 * 2 ** 20, timeout: 120_000 };
const SSZ = "application/octet-stream";
const JSON_ONLY = "application/json";
/** SSZ has a third of the bytes, and need not be parsed; not all nodes write it. */
const SSZ_FIRST = `${SSZ};q=1,${JSON_ONLY};q=0.9`;

/**
 * The queue of deposits of a state, in its order. The API picks no keys, so that all of it comes.
 * @param pubkeys Whose deposits are wanted; all of them if left out.
 * @throws {BeaconError} If the node cannot be asked, or the state is of a fork that is not known here.
 * @throws {StateFormatError} If a queue in SSZ is cut off.
 */
export async function fetchPendingDeposits(
  node: BeaconNode,
  state: StateId,
  pubkeys?: readonly Hex[],
): Promise<readonly PendingDeposit[]> {
  const path = `/eth/v1/beacon/states/${state}/pending_deposits`;
  const ask = { accept: pubkeys === undefined ? JSON_ONLY : SSZ_FIRST, timeout: QUEUE.timeout };
  const { bytes, headers } = await exchange(node.access, path, ask, async (response) => {
    const read = await download(response, QUEUE.maxBytes);
    if (read === undefined) throw tooLong(node.access, QUEUE.maxBytes);
    return { bytes: read, headers: response.headers };
  });
  const isSsz = headers.get("content-type")?.startsWith(SSZ) === true;
  const answer =
    isSsz && pubkeys !== undefined
      ? sszRows(bytes, headers, pubkeys)
      : parseAnswer(node.access, bytes, (text) => parseDepositRows(text, path, pubkeys && new Set(pubkeys)));
  node.requireVerified(answer);
  requireKnownFork(node, answer.version);
  return answer.data;
}

function sszRows(bytes: Buffer, headers: Headers, pubkeys: readonly Hex[]): DepositRows {
  return {
    version: headers.get("eth-consensus-version") ?? "",
    execution_optimistic: headers.get("eth-execution-optimistic") === "true",
    data: scanDepositBytes(bytes, pubkeys),
  };
}
