import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { exclude, type ListedBatch } from "../../clients/batchList.ts";
import { parseAssignments } from "../../src/ceremony/splitPlan.ts";
import { networkByChainId } from "../../src/consensus/network.ts";
import { fromHex, toHex } from "../../src/units/hex.ts";
import { requireNoOtherOwner } from "../commands/otherOwners.ts";
import { planResplit, supersedeAll } from "../commands/planShares.ts";
import { findOperators, readInventory } from "../commands/prepareSplit.ts";
import { splitPrepared } from "../commands/splitKeys.ts";
import { InputError, requireOption } from "../input.ts";
import type { KeySourceArguments } from "../keySource.ts";
import { runTask } from "../runner.ts";
import { fetchSSVAccount } from "../ssvAccount.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";
import { agree, type Disagreement } from "../transaction.ts";

interface ResplitArguments extends SSVArguments, KeySourceArguments {
  readonly dir: string | undefined;
  readonly operators: string | undefined;
  readonly operatorsFile: string | undefined;
  readonly exclude: string | undefined;
  readonly asideOnly: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

const action: NewTaskActionFunction<ResplitArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const folder = requireOption(args.dir, "dir", "name the folder of the keys");
    const ssv = await openSSV(hre, args);
    const { network, deposits, ...inventory } = readInventory(folder, networkByChainId(ssv.chainId));
    const excluded = parseKeys(args.exclude, inventory.pubkeys);
    const account = await fetchSSVAccount(ssv, inventory.batches);
    await requireNoOtherOwner(ssv, inventory, account.owner);
    const assignments =
      args.operators === undefined ? undefined : parseAssignments(args.operators, inventory.pubkeys.length);
    const all = { ...inventory, excluded: new Set([...inventory.excluded, ...excluded]) };
    const { stale, nextNonce, batches } = planResplit(all, account, assignments);
    if (!args.asideOnly) refuseDkg(stale, nextNonce);
    const operators = await findOperators(ssv, args, batches);

    const plan = {
      putAside: stale.map((batch) => ({
        folder: batch.folder,
        firstNonce: batch.firstNonce,
        keys: batch.pubkeys.length,
      })),
      newBatches: batches.map(({ firstNonce, operatorIds, positions }) => ({
        firstNonce,
        keys: positions.length,
        operators: [...operatorIds],
      })),
      excluded,
    };
    if (args.dryRun) return { dryRun: true, ...plan };
    if (stale.length > 0 && !args.yes) {
      for (const batch of stale)
        terminal.note(
          `the shares in ${batch.folder}, from nonce ${batch.firstNonce} on, are void and will be put aside`,
        );
      await agree(terminal, "Type yes to go on: ", NOT_CHANGED);
    }
    // Some keys of a void batch may be registered, which a machine without a connection could not know later.
    const used = stale.flatMap(({ pubkeys }) => pubkeys.filter((pubkey) => account.registered.has(pubkey)));
    if (excluded.length + used.length > 0) exclude(folder, [...excluded, ...used]);
    supersedeAll(folder, stale);
    if (args.asideOnly) return { ...plan, owner: account.owner };
    const prepared = { folder, network, deposits, owner: account.owner, batches, operators };
    return splitPrepared(prepared, args, new Date().toISOString(), terminal);
  });

export default action;

const NOT_CHANGED: Disagreement = {
  undone: "nothing was changed",
  remedy: "run it in a terminal, or go ahead with --yes; --dry-run shows what it would do",
};

/** Keys of distributed key generation are nowhere, so only their operators can sign for other nonces. */
function refuseDkg(stale: readonly ListedBatch[], nextNonce: bigint): void {
  const batch = stale.find(({ hasProofs }) => hasProofs);
  if (batch !== undefined)
    throw new InputError(
      "dir",
      batch.folder,
      `has shares from nonce ${batch.firstNonce} on, which are void, of keys that only operators of ssv-dkg can sign with`,
      `have them sign for nonces from ${nextNonce} on with \`ssv-dkg resign\` and \`keys endorse\`, then take the result in with \`keys import\``,
    );
}

function parseKeys(text: string | undefined, pubkeys: readonly string[]) {
  const keys = text === undefined || text === "" ? [] : text.split(",");
  return keys.map((key) => {
    const pubkey = toHex(fromHex(key.trim(), "exclude", 48));
    if (!pubkeys.includes(pubkey))
      throw new InputError("exclude", pubkey, "is no key of the folder", "name public keys of its deposit_data.json");
    return pubkey;
  });
}
