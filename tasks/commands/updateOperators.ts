import { chainOf } from "../../clients/committee.ts";
import { fetchOwnerEvents } from "../../clients/ownerEvents.ts";
import { foldOwnerEvents, newestSnapshot, type OwnerState } from "../../src/ssv/ownerEvents.ts";
import type { Beacon } from "../beaconNode.ts";
import type { ClusterOwner } from "../clusterAccount.ts";
import type { PrintableRecord } from "../output.ts";
import { findSender } from "../signers.ts";
import type { Terminal } from "../terminal.ts";
import type { Plan, SendFlags } from "../transaction.ts";
import { planRegistration } from "./onboardService.ts";
import { mostKeys } from "./onboardingChunks.ts";
import { planPoolUpdate } from "./planUpdate.ts";
import type { ClusterKeys } from "./registeredKeys.ts";
import { planOwnRemoval } from "./removeOwn.ts";
import { planUnexitedRemoval, UNEXITED, type RemovalStep } from "./removeUnexited.ts";
import { Steps } from "./steps.ts";
import {
  findUpdates,
  keysToRegister,
  keysToRemove,
  requireFewLeftOut,
  requireNextNonces,
  type UpdateChunk,
  type UpdatedKey,
} from "./updatedKeys.ts";
import { requireRegistrable } from "./updateObstacles.ts";
import { afterRemoval, findReadiness, requireReady, WAIT_BLOCKS } from "./updateReadiness.ts";
import type { VerifiedBatch } from "./verifyBatches.ts";

/** Which keys get which operators. */
export interface OperatorUpdateRequest {
  /** Verified. */
  readonly batches: readonly VerifiedBatch[];
  /** How long an account's own cluster shall run with them. */
  readonly days: bigint;
  readonly beacon: Beacon | undefined;
}

type Step = RemovalStep | "register";

const BLOCKS_ALONE =
  "only blocks were counted: no beacon node was asked (--beacon-node) whether the former operators have stopped, and a validator that two sets of operators sign for is slashed";

/**
 * Does the next steps by which keys get other operators: removes them from their clusters, and in a later run, when
 * their former operators have stopped, registers them again. Run again, it goes on where it is.
 * @returns A row for each transaction, and what is next.
 * @throws {FieldError} If something would keep the keys from being registered again, if it is too early, or nobody agrees.
 */
export async function updateOperators(
  target: ClusterOwner,
  request: OperatorUpdateRequest,
  flags: SendFlags,
  terminal: Terminal,
): Promise<PrintableRecord> {
  const { keys, removals, state, readiness } = await readUpdate(target, request);
  const steps = new Steps(flags, terminal);
  const finish = (registrableFromBlock: number | null, next: string): PrintableRecord => {
    const { dryRun } = flags;
    return { dryRun, account: target.owner, keys: keys.length, transactions: steps.rows, registrableFromBlock, next };
  };
  if (keys.length === 0) {
    terminal.note("all keys of the folder are registered with its shares already");
    return finish(null, "none");
  }
  if (removals.length > 0) {
    const warnings = await warningsOf(target, keys);
    for (const removal of removals)
      if (!(await remove(target, removal, state, steps, warnings)))
        return finish(null, "run it again when the removal may be allowed");
    if (flags.dryRun) return finish(null, "run it without --dry-run");
    const { ssv, owner } = target;
    const events = await fetchOwnerEvents(ssv.ssvNetwork, owner, ssv);
    const { fromBlock } = await findReadiness(target, pubkeysOf(keys), events);
    return finish(fromBlock, afterRemoval(fromBlock, await chainOf(ssv.ssvNetwork).getBlockNumber()));
  }

  const quiet = await requireReady(target, pubkeysOf(keys), readiness, request.beacon);
  for (const chunk of keysToRegister(keys, mostKeys)) {
    const row = rowOf("register", chunk.operatorIds, chunk.keys.length, chunk.keys[0]?.ownerNonce ?? 0n);
    await steps.take(row, async () => {
      const plan = await planChunk(target, chunk, request.days);
      const epochs = quiet === undefined ? {} : { quietEpochs: [quiet.from, quiet.to] };
      return withNotes(plan, epochs, quiet === undefined ? [BLOCKS_ALONE] : []);
    });
  }
  if (flags.dryRun) return finish(readiness.fromBlock, "run it without --dry-run");
  return finish(readiness.fromBlock, "withdraw from clusters that have no validators left, which `cluster list` shows");
}

/** What is left to do, once nothing stands against it. */
async function readUpdate(target: ClusterOwner, { batches }: OperatorUpdateRequest) {
  const { ssv, owner, opened } = target;
  const events = await fetchOwnerEvents(ssv.ssvNetwork, owner, ssv);
  const state = foldOwnerEvents(events);
  const keys = findUpdates(
    state,
    owner,
    batches.map((batch) => batch.keys),
  );
  requireFewLeftOut(keys);
  requireNextNonces(keys, opened === undefined ? state.ownerNonce : await opened.pool.clusterManager.ownerNonce());
  if (keys.length > 0) await requireRegistrable(target, state, keys);
  const removed = keys.filter(({ validator }) => validator.state === "removed");
  const readiness = await findReadiness(target, pubkeysOf(removed), events);
  return { keys, removals: keysToRemove(keys), readiness, state };
}

/**
 * Removes keys of one cluster.
 * @returns Whether they are removed, or would be; a pool's administrator may have to wait for his delay first.
 */
async function remove(
  target: ClusterOwner,
  keys: ClusterKeys,
  state: OwnerState,
  steps: Steps,
  warnings: readonly string[],
): Promise<boolean> {
  const { opened } = target;
  const { operatorIds, validators } = keys;
  const removal = { ...target, keys, cluster: { operatorIds, snapshot: newestSnapshot(state, operatorIds) } };
  const row = (step: Step) => rowOf(step, operatorIds, validators.length, null);
  if (opened === undefined) {
    await steps.take(row("remove"), () => planOwnRemoval(removal, [UNEXITED, ...warnings]));
    return true;
  }
  for (;;) {
    const { step, plan } = await planUnexitedRemoval({ ...removal, opened }, warnings);
    await steps.take(row(step), () => Promise.resolve(plan));
    if (step === "schedule") return false;
    if (step === "remove") return true;
    if (steps.isDryRun) {
      await steps.take(row("remove"), () => Promise.resolve(plan));
      return true;
    }
  }
}

/** A plan that says more, also when it is proposed anew. */
function withNotes(plan: Plan, details: PrintableRecord, warnings: readonly string[]): Plan {
  const { agreement } = plan;
  const noted = {
    ...plan,
    details: { ...plan.details, ...details },
    warnings: [...(plan.warnings ?? []), ...warnings],
  };
  if (agreement === undefined) return noted;
  const propose = async (mostWei?: bigint) => withNotes(await agreement.propose(mostWei), details, warnings);
  return { ...noted, agreement: { ...agreement, propose } };
}

function planChunk(target: ClusterOwner, chunk: UpdateChunk, days: bigint): Promise<Plan> {
  const { ssv, opened, from } = target;
  if (opened !== undefined) return planPoolUpdate({ ...target, opened }, chunk);
  return findSender(ssv, from).then((sender) => planRegistration(ssv, chunk, sender, days));
}

/** What to look at twice before keys are removed to be registered again. */
async function warningsOf({ opened }: ClusterOwner, keys: readonly UpdatedKey[]): Promise<string[]> {
  const first = keys[0]?.share.ownerNonce ?? 0n;
  const exiting = keys.filter(({ validator }) => validator.state === "exit requested").length;
  const after = first + BigInt(keys.length);
  const waiting = opened === undefined ? 0n : (await opened.pool.poolManager.nextNonce()) - first;
  return [
    `they can be registered again ${WAIT_BLOCKS} blocks later at the earliest, about ${Math.ceil((WAIT_BLOCKS * 12) / 60)} minutes`,
    `register no other keys of this account until then: the new shares are signed for its nonces ${first} to ${after - 1n}`,
    ...(waiting > 0n
      ? [`${waiting} keys wait in the pool's registry for these nonces: drop them with \`validators discard\` first`]
      : []),
    ...(exiting > 0 ? [`${exiting} of them were asked to exit`] : []),
  ];
}

function pubkeysOf(keys: readonly UpdatedKey[]) {
  return keys.map(({ share }) => share.pubkey);
}

function rowOf(step: Step, operatorIds: readonly bigint[], keys: number, firstNonce: bigint | null) {
  return { step, operators: [...operatorIds], keys, firstNonce };
}
