import { networkByChainId } from "../../clients/networks.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { Checklist } from "../checklist.ts";
import { toText } from "../output.ts";
import { scanFromOrFirst } from "../scanFrom.ts";
import type { SSVConnection } from "../ssvConnection.ts";
import type { Terminal } from "../terminal.ts";
import { expectationsOf } from "./expectations.ts";
import { verifyExcluded } from "./excludedKeys.ts";
import type { Verification } from "./verification.ts";
import type { VerifiedBatch } from "./verifyBatches.ts";
import { verifyFolder, type VerifiedKeys } from "./verifyKeys.ts";
import { verifyOnChain } from "./verifyOnChain.ts";
import { verifyUnused } from "./verifyUnused.ts";

/**
 * Verifies a folder with key shares that are to be registered, against the chain. If something is wrong, it shows what
 * was checked until then.
 * @param account The account that is to own them, as the command line names it.
 * @throws {FieldError} For the first thing that is wrong, naming file, value and remedy.
 */
export async function verifyShares(
  ssv: SSVConnection,
  folder: string,
  { account, scanFrom }: { readonly account: string | undefined; readonly scanFrom: number | undefined },
  terminal: Terminal,
): Promise<readonly VerifiedBatch[]> {
  const expected = await expectationsOf({ account, withdrawalAddress: undefined, compounding: false }, ssv);
  const network = networkByChainId(ssv.chainId);
  const request = { folder, network, expected, password: undefined, operatorKeys: new Map<bigint, never>() };
  const checklist = new Checklist();
  try {
    return (await verifyAll(request, ssv, scanFrom, checklist, terminal)).batches;
  } catch (error) {
    if (checklist.rows.some(({ result }) => result === "failed")) terminal.note(toText({ checks: checklist.rows }));
    throw error;
  }
}

/**
 * Verifies all that a folder holds, by itself and, with a connection, against the chain: operators, nonces, and that
 * nobody else uses its keys.
 * @param scanFrom First block of deposits and registrations; undefined if it was not given.
 * @throws {FieldError} For the first thing that is wrong, naming file, value and remedy.
 */
export async function verifyAll(
  request: Verification,
  ssv: SSVConnection | undefined,
  scanFrom: number | undefined,
  checklist: Checklist,
  terminal: Terminal,
): Promise<VerifiedKeys> {
  const { folder, network, expected } = request;
  const verified = await verifyFolder(request, checklist, terminal);
  const { batches, pubkeys } = verified;
  if (ssv === undefined) {
    await verifyExcluded(folder, batches, undefined, checklist);
    checklist.skip("chain: operators, nonces, uses by others", "all", "no connection");
    return verified;
  }
  const registered = await verifyOnChain(ssv, batches, checklist);
  await verifyExcluded(folder, batches, registered, checklist);
  const fromBlock = scanFromOrFirst(scanFrom, ssv.chainId === LOCAL.chainId);
  await verifyUnused(ssv, { pubkeys, network, expected, scanFrom: fromBlock }, checklist);
  return verified;
}
