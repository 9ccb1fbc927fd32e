import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { fetchBatches, findBatch, type RegisteredBatch } from "../../clients/batches.ts";
import { batchName } from "../../clients/ceremonyFolder.ts";
import { firstNonceOf, type FolderBatch } from "../../clients/folderBatches.ts";
import type { Network } from "../../src/consensus/network.ts";
import type { PoolConnection } from "../connect.ts";
import type { ContentTarget } from "../content.ts";
import { toText, type Printable, type PrintableRecord } from "../output.ts";
import type { Terminal } from "../terminal.ts";
import { carryOut, type SendFlags } from "../transaction.ts";
import { checkBatches } from "./checkBatches.ts";
import { planRegistration } from "./register.ts";

/** What to register. */
export interface FolderRegistration {
  readonly operator: HardhatEthersSigner;
  /** Of a ceremony's folder, by ascending nonce. */
  readonly batches: readonly FolderBatch[];
  readonly network: Network;
  /** Where their files go; or else the URI to register. */
  readonly content: ContentTarget | string;
  readonly scanFrom: number | undefined;
}

/** A batch of the folder, and what it was registered as. */
interface Candidate {
  readonly batch: FolderBatch;
  readonly label: string;
  readonly known: RegisteredBatch | undefined;
}

/**
 * Registers the batches of a ceremony that are not registered yet, one after the other, each with a plan of its own. Run
 * again, it goes on with the first one that is not.
 * @returns A row for each batch of the folder that is registered, or is to be, in one form however it went.
 * @throws {InputError} If nobody agrees.
 * @throws {FieldError} As `checkBatches` does.
 */
export async function registerBatches(
  opened: PoolConnection,
  request: FolderRegistration,
  flags: SendFlags,
  terminal: Terminal,
): Promise<PrintableRecord> {
  const { poolManager } = opened.pool;
  const registered = await fetchBatches(opened.pool, opened.startBlock);
  const candidates = listCandidates(request.batches, registered);
  const isSingle = candidates.length === 1;
  const done = candidates.filter(({ known }) => known !== undefined && known.state !== "discarded");
  for (const { label, known } of done)
    terminal.note(`${label}: registered already as batch ${String(known?.batchId)}, ${String(known?.state)}`);
  const { todo, replaced } = selectNew(candidates, await poolManager.nextNonce());
  for (const { label, known } of replaced)
    terminal.note(`${label}: was discarded as batch ${String(known?.batchId)}, and its nonces are taken`);
  const rows = done.map(({ batch, known }) => rowOf(batch, known?.batchId ?? 0n, "registered before"));
  if (todo.length === 0) {
    const all = isSingle ? "the only batch is" : `all ${candidates.length} batches are`;
    const which = replaced.length === 0 ? all : "all other batches are";
    terminal.note(`${which} registered already: go on with \`validators activate\``);
    return { dryRun: flags.dryRun, batches: rows };
  }
  if (!isSingle && request.content !== "" && typeof request.content === "string")
    terminal.note("warning: all batches get the same content URI; with --content each gets one of its own");

  const { network, scanFrom } = request;
  const checked = todo.map(({ batch }) => batch);
  await checkBatches(opened, checked, { network, registered, scanFrom }, terminal);
  const nextBatch = await poolManager.batchCount();
  for (const [i, { batch, label }] of todo.entries()) {
    const firstNonce = flags.dryRun ? firstNonceOf(batch.ceremony) : await poolManager.nextNonce();
    const plan = await planRegistration(opened, { ...request, batch, firstNonce, label });
    const result = await carryOut(plan, flags, terminal);
    // What was sent was shown before.
    if (flags.dryRun) terminal.note(toText(result));
    const batchId = flags.dryRun ? nextBatch + BigInt(i) : (result.batch as bigint);
    const state = flags.dryRun ? "planned" : "registered";
    rows.push(rowOf(batch, batchId, state, result.transactionHash));
  }
  return { dryRun: flags.dryRun, batches: rows };
}

function listCandidates(batches: readonly FolderBatch[], registered: readonly RegisteredBatch[]): Candidate[] {
  return batches.map((batch, i) => {
    const first = firstNonceOf(batch.ceremony);
    // As its folder is named; the number of a batch is that of the pool alone.
    const name = batchName(first, batch.ceremony.keys.length);
    const label = `folder ${name}${batches.length === 1 ? "" : ` (${i + 1} of ${batches.length})`}`;
    return { batch, label, known: findBatch(registered, batch.ceremony) };
  });
}

/**
 * Those that are not registered. One that was discarded can only come back while its nonces are free, so it does not
 * stand in the way of those that were made in its place.
 */
function selectNew(candidates: readonly Candidate[], nextNonce: bigint) {
  const open = candidates.filter(({ known }) => known === undefined || known.state === "discarded");
  const isReplaced = ({ known, batch }: Candidate) => known !== undefined && firstNonceOf(batch.ceremony) < nextNonce;
  const replaced = open.filter(isReplaced);
  if (replaced.length === candidates.length) return { todo: open, replaced: [] };
  return { todo: open.filter((candidate) => !isReplaced(candidate)), replaced };
}

function rowOf({ ceremony, root }: FolderBatch, batch: bigint, state: string, transactionHash: Printable = "") {
  return { batch, state, keys: ceremony.keys.length, firstNonce: firstNonceOf(ceremony), root, transactionHash };
}
