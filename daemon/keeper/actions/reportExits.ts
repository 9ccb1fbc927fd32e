import { concat } from "ethers";

import { exitRequestsOf } from "../../../clients/exitRequests.ts";
import { openKeys } from "../../../src/ceremony/keyRange.ts";
import { EXIT_STATUS_TYPES, pubkeysHash, type ExitStatus } from "../../../src/oracle/messages.ts";
import type { Hex } from "../../../src/units/hex.ts";
import { nothing, type Errand, type KeeperAction } from "../keeperAction.ts";
import type { KeeperRound } from "../keeperRound.ts";
import type { SignedExitStatus } from "../memberMessages.ts";
import { agreedBy, type Agreed } from "../quorum.ts";
import { ExitPlaces } from "./exitPlaces.ts";
import { restorationOf } from "./restoration.ts";

/** Bytes of a public key, and most of them in one status: their proofs must fit into a transaction. */
const [KEY_LENGTH, MOST_KEYS] = [48, 500];

/** Tells the registry of validators that a quorum signed to be gone. */
export function reportExitsAction(): KeeperAction {
  const known = new ExitPlaces();
  return {
    name: "reportExits",
    plan: async (round) => {
      const { exits } = await round.messages();
      if (exits.length === 0) return nothing("no exit was signed");
      const agreed = agreedBy(await round.committee(), EXIT_STATUS_TYPES, exits, statusOf);
      const errands: Errand[] = [];
      const warnings = new Set<string>();
      for (const each of agreed) {
        const found = await planStatus(round, known, each);
        if (typeof found === "string") warnings.add(found);
        else errands.push(...found);
      }
      const idle = "the registry knows all exits that a quorum signed";
      return { errands: distinct(errands), warnings: [...warnings], idle };
    },
  };
}

/** Two statuses may need the same batch. */
function distinct(errands: readonly Errand[]): Errand[] {
  return [...new Map(errands.map((errand) => [errand.key, errand])).values()];
}

/** What is signed is a hash of the keys, which whoever passes the message on could have changed. */
function statusOf({ pubkeys, status }: SignedExitStatus): ExitStatus | undefined {
  const areKeys = pubkeys.every((key) => /^0x[0-9a-f]*$/i.test(key) && key.length === 2 + 2 * KEY_LENGTH);
  if (pubkeys.length === 0 || pubkeys.length > MOST_KEYS || !areKeys) return undefined;
  return pubkeysHash(concat(pubkeys) as Hex) === status.pubkeysHash ? status : undefined;
}

/** The errands of a status; none if all is known, and a warning if its keys are not the pool's. */
async function planStatus(
  round: KeeperRound,
  known: ExitPlaces,
  { item: { pubkeys, status }, digest, signatures, signers }: Agreed<SignedExitStatus>,
): Promise<Errand[] | string> {
  const exits = await exitRequestsOf(round.pool);
  const runs = await known.open(round, exits, digest, pubkeys);
  if (runs === undefined) return "members signed the exit of keys that are not activated";
  if (runs.length === 0) return [];
  const batches = await round.batches();
  const restorations: Errand[] = [];
  for (const batchId of new Set(runs.map(({ batch }) => batch.batchId))) {
    const restoration = await restorationOf(round, batches, batchId);
    if (restoration !== undefined) restorations.push(restoration);
  }
  // What is not there yet cannot be simulated.
  if (restorations.length > 0) return restorations;
  const ranges = runs.map(({ ceremony, batch, from, to }) => openKeys(ceremony, batch.batchId, from, to));
  const { to, data } = await exits.reportExits.populateTransaction(ranges, status.refSlot, signatures);
  const details = { keys: pubkeys.length, refSlot: status.refSlot, signers };
  return [{ key: `reportExits:${digest}`, to, data, details }];
}
