import { exitRequestsOf } from "../../../clients/exitRequests.ts";
import type { KeyRun } from "../../../clients/keyRuns.ts";
import { openKeys } from "../../../src/ceremony/keyRange.ts";
import { FieldError } from "../../../src/units/errors.ts";
import type { MemberAgreement } from "../../exchange/committeeMessages.ts";
import { packSignatures } from "../../exchange/packSignatures.ts";
import { nothing, type Errand, type KeeperAction } from "../keeperAction.ts";
import type { KeeperRound } from "../keeperRound.ts";
import { GoneKeys } from "./goneKeys.ts";
import { restorationOf } from "./restoration.ts";

type Status = MemberAgreement<"exits">;

/** Tells the registry of validators that a quorum signed to be gone. */
export function reportExitsAction(): KeeperAction {
  const gone = new GoneKeys();
  return {
    name: "reportExits",
    plan: async (round) => {
      const signed = await round.agreements("exits");
      if (signed.length === 0) return nothing("no exit was signed");
      const { quorum } = await round.committee();
      const errands: Errand[] = [];
      const warnings = new Set<string>();
      for (const status of signed.filter(({ signatures }) => signatures.size >= quorum)) {
        const found = await planStatus(round, gone, status, quorum);
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

/** The errands of a status; none if all is known, and a warning if its keys are not found. */
async function planStatus(
  round: KeeperRound,
  gone: GoneKeys,
  status: Status,
  quorum: number,
): Promise<Errand[] | string> {
  const exits = await exitRequestsOf(round.pool);
  let [isTold, problem] = [false, "members signed the exit of keys that are not activated, or stand elsewhere"];
  for (const version of status.versions)
    try {
      const found = await gone.open(round, exits, version);
      if (typeof found !== "string") return await planTelling(round, status, quorum, found, version.message.refSlot);
      isTold ||= found === "told";
    } catch (error) {
      // Whoever hands a status on may have named a batch whose files are gone, and other statuses are of other batches.
      if (!(error instanceof FieldError)) throw error;
      problem = `keys of an exit cannot be read: ${error.message}`;
    }
  return isTold ? [] : problem;
}

async function planTelling(
  round: KeeperRound,
  status: Status,
  quorum: number,
  runs: readonly KeyRun[],
  refSlot: bigint,
): Promise<Errand[]> {
  const batches = await round.batches();
  const restorations: Errand[] = [];
  for (const batchId of new Set(runs.map(({ batch }) => batch.batchId))) {
    const restoration = await restorationOf(round, batches, batchId);
    if (restoration !== undefined) restorations.push(restoration);
  }
  // What is not there yet cannot be simulated.
  if (restorations.length > 0) return restorations;
  const exits = await exitRequestsOf(round.pool);
  const ranges = runs.map(({ ceremony, batch, from, to }) => openKeys(ceremony, batch.batchId, from, to));
  const { to, data } = await exits.reportExits.populateTransaction(ranges, refSlot, packSignatures(status, quorum));
  const keys = runs.reduce((sum, run) => sum + run.to - run.from, 0);
  return [{ key: `reportExits:${status.digest}`, to, data, details: { keys, refSlot, signers: quorum } }];
}
