import { join } from "node:path";

import { exclude, excludedFile, supersede } from "../../clients/batchList.ts";
import { parseAssignments, type PlannedBatch } from "../../src/ceremony/splitPlan.ts";
import { networkByChainId } from "../../clients/networks.ts";
import { fromHex, toHex, type Hex } from "../../src/units/hex.ts";
import { InputError } from "../input.ts";
import type { KeySourceArguments } from "../keySource.ts";
import type { PrintableRecord } from "../output.ts";
import { fetchSSVAccount } from "../ssvAccount.ts";
import type { SSVConnection } from "../ssvConnection.ts";
import type { Terminal } from "../terminal.ts";
import { agree, type Disagreement } from "../transaction.ts";
import { requireNoOtherOwner } from "./otherOwners.ts";
import { ASIDE_REASONS, planResplit, type PlannedResplit } from "./planResplit.ts";
import { findOperators, readInventory } from "./prepareSplit.ts";
import { splitPrepared } from "./splitKeys.ts";
import { splitFields, type SplitBatch } from "./splitOutcome.ts";

/** What is to be split again, and how. */
export interface ResplitOptions extends KeySourceArguments {
  readonly operators: string | undefined;
  readonly operatorsFile: string | undefined;
  readonly exclude: string | undefined;
  readonly asideOnly: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

const NOT_CHANGED: Disagreement = {
  undone: "nothing was changed",
  remedy: "run it in a terminal, or go ahead with --yes; --dry-run shows what it would do",
};

/**
 * Puts batches aside that are void, hold excluded keys or are for other operators than those named, and makes new shares
 * of their keys.
 * @param createdAt Time to state in the files, ISO 8601.
 * @throws {FieldError} If an option is unusable, nobody agrees, or the secrets are not those of the keys.
 */
export async function resplitKeys(
  ssv: SSVConnection,
  folder: string,
  options: ResplitOptions,
  createdAt: string,
  terminal: Terminal,
): Promise<PrintableRecord> {
  const { asideOnly, dryRun } = options;
  const { network, deposits, ...inventory } = readInventory(folder, networkByChainId(ssv.chainId));
  const { pubkeys } = inventory;
  const asked = parseKeys(options.exclude, pubkeys);
  const account = await fetchSSVAccount(ssv, inventory.batches);
  const { owner } = account;
  await requireNoOtherOwner(ssv, inventory, owner);
  const { operators: named } = options;
  const assignments = named === undefined ? undefined : parseAssignments(named, pubkeys.length);
  const excluding = { ...inventory, excluded: new Set([...inventory.excluded, ...asked]) };
  const plan = planResplit(excluding, account, assignments);
  if (!asideOnly) refuseDkg(plan);
  const batches = asideOnly ? [] : plan.batches;
  const operators = await findOperators(ssv, options, batches, assignments ?? []);
  const aside = plan.aside.map(({ batch }) => batch);
  // Some keys of a void batch may be registered, which a machine without a connection could not know later.
  const used = aside.flatMap((batch) => batch.pubkeys.filter((pubkey) => account.registered.has(pubkey)));
  const excluded = [...new Set([...asked, ...used])].filter((pubkey) => !inventory.excluded.has(pubkey));

  noteWhatStays(plan, folder, terminal);
  const file = excludedFile(folder);
  const outcomeOf = (made: readonly SplitBatch[]): PrintableRecord => {
    const nextNonce = plan.nextNonce + BigInt(made.reduce((sum, { keys }) => sum + keys, 0));
    return splitFields({
      ...{ dryRun, folder, owner, batches: made, aside: plan.aside, excluded, excludedFile: file, nextNonce },
    });
  };
  if (dryRun) return outcomeOf(batches.map(toPlanned));
  if (aside.length > 0 && !options.yes) {
    for (const { batch, reason } of plan.aside)
      terminal.note(
        `the shares in ${batch.folder}, from nonce ${batch.firstNonce} on, ${ASIDE_REASONS[reason]} and will be put aside`,
      );
    await agree(terminal, "Type yes to go on: ", NOT_CHANGED);
  }
  const moved: string[] = [];
  const change = (): void => {
    if (excluded.length > 0) exclude(folder, excluded);
    for (const pubkey of excluded) {
      const reason = used.includes(pubkey) ? "is registered at ssv.network" : "is left out";
      terminal.note(`${pubkey} ${reason}: listed in ${file}, and not split again`);
    }
    for (const batch of aside) {
      supersede(folder, batch.folder);
      moved.push(batch.folder);
    }
  };
  const prepared = { folder, network, deposits, owner, batches, operators };
  try {
    return outcomeOf(await splitPrepared(prepared, options, createdAt, terminal, change));
  } catch (error) {
    for (const path of moved)
      terminal.note(`the shares that were in ${path} were put aside, below ${join(folder, "superseded")}`);
    if (moved.length > 0) terminal.note("run the same command again, and it goes on");
    throw error;
  }
}

/** What somebody who named operators might have thought would change, or that nothing does. */
function noteWhatStays({ aside, running, batches }: PlannedResplit, folder: string, terminal: Terminal): void {
  for (const batch of running)
    terminal.note(
      `the keys in ${batch.folder} are registered at ssv.network and stay with operators ${batch.operatorIds.join()}`,
    );
  if (aside.length === 0 && batches.length === 0)
    terminal.note(
      `nothing to split again: no shares in ${folder} are void; keys without shares are for \`keys split\``,
    );
}

function toPlanned({ firstNonce, operatorIds, positions }: PlannedBatch): SplitBatch {
  return { folder: "", firstNonce, keys: positions.length, operators: [...operatorIds] };
}

/** Keys of distributed key generation are nowhere, so only their operators can sign for other nonces. */
function refuseDkg({ aside, nextNonce }: PlannedResplit): void {
  const found = aside.find(({ batch }) => batch.hasProofs);
  if (found !== undefined)
    throw new InputError(
      "dir",
      found.batch.folder,
      `has shares from nonce ${found.batch.firstNonce} on, which ${ASIDE_REASONS[found.reason]}, of keys that only operators of ssv-dkg can sign with`,
      `have them sign for nonces from ${nextNonce} on with \`ssv-dkg resign\` and \`keys endorse\`, then take the result in with \`keys import\``,
    );
}

/** Named once, however often they are written. */
function parseKeys(text: string | undefined, pubkeys: readonly Hex[]): Hex[] {
  const keys = text === undefined || text === "" ? [] : text.split(",");
  const parsed = keys.map((key) => {
    const pubkey = toHex(fromHex(key.trim(), "exclude", 48));
    if (!pubkeys.includes(pubkey))
      throw new InputError("exclude", pubkey, "is no key of the folder", "name public keys of its deposit_data.json");
    return pubkey;
  });
  return [...new Set(parsed)];
}
