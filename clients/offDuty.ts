import { FieldError } from "../src/units/errors.ts";
import type { Hex } from "../src/units/hex.ts";
import { BeaconError, BeaconRefusal } from "./beaconHttp.ts";
import type { BeaconChain, BeaconNode } from "./beaconNode.ts";
import type { BeaconValidator } from "./beaconValidators.ts";

/** Validators may still be on duty with the operators that they had. */
export class OnDutyError extends FieldError {}

/** Epochs that are final, in which validators did nothing. */
export interface QuietEpochs {
  readonly from: bigint;
  readonly to: bigint;
  /** How many of the validators had duties that they could have done. */
  readonly active: number;
}

/** How many epochs without duties there must be, one after the other. */
const QUIET_EPOCHS = 2n;
/** From the beginning of an epoch until it is final, where all goes well. */
const UNTIL_FINAL = 2n;

/**
 * Makes sure that nobody signs for validators any more whose keys were removed from ssv.network: that the two newest
 * final epochs began when the removal was final, which is when its operators learn of it, and that the validators did
 * nothing in them.
 * @param removedAt Time of the block of the removal, seconds.
 * @throws {OnDutyError} If that is not so yet, or the node cannot tell, with the time at which it can be so.
 * @throws {BeaconError} If the node cannot be asked.
 */
export async function requireOffDuty(
  node: BeaconNode,
  chain: BeaconChain,
  pubkeys: readonly Hex[],
  removedAt: bigint,
): Promise<QuietEpochs> {
  const { genesisTime, secondsPerSlot, slotsPerEpoch } = chain;
  const slot = removedAt > genesisTime ? (removedAt - genesisTime) / secondsPerSlot : 0n;
  // An epoch that is final makes all final up to and with its first slot.
  const removalFinal = (slot + slotsPerEpoch - 1n) / slotsPerEpoch;
  const finalized = await node.finalizedEpoch("head");
  const from = finalized - QUIET_EPOCHS;
  const again = (epoch: bigint): string =>
    `run it again from epoch ${epoch} on, ${timeOf(chain, epoch)} at the earliest`;
  const early = (problem: string): OnDutyError => {
    // The removal is final, then come the epochs that count, and then these are final.
    const inOrder = removalFinal + UNTIL_FINAL + QUIET_EPOCHS + UNTIL_FINAL;
    const next = finalized + 1n + UNTIL_FINAL;
    const shown = `epochs before ${finalized} are final`;
    return new OnDutyError("removal", shown, problem, again(inOrder > next ? inOrder : next));
  };
  if (finalized < removalFinal)
    throw early(`in slot ${slot} is not final yet, so the former operators may not know of it`);
  if (from < removalFinal || (await node.finalizedEpoch(from * slotsPerEpoch)) < removalFinal)
    throw early(`in slot ${slot} has become final, and ${QUIET_EPOCHS} epochs after that have not yet`);

  const validators = [...(await node.validators("head", pubkeys)).values()];
  const active = validators.filter(({ status }) => status.startsWith("active_"));
  for (let epoch = from; epoch < finalized; epoch++) {
    const live = await findLive(node, epoch, active);
    if (live !== undefined)
      throw new OnDutyError(
        "validator",
        live.pubkey,
        `was on duty in epoch ${epoch}, after its removal was final: its former operators still sign`,
        `find out which of them do not follow ssv.network, and ${again(epoch + 1n + QUIET_EPOCHS + UNTIL_FINAL)}`,
      );
  }
  return { from, to: finalized - 1n, active: active.length };
}

/**
 * The first validator that was at work. A node that was started lately has seen nobody, and most forget liveness after an
 * epoch; what was paid for attestations is in the chain. So both are asked, and one of them must answer.
 */
async function findLive(
  node: BeaconNode,
  epoch: bigint,
  active: readonly BeaconValidator[],
): Promise<BeaconValidator | undefined> {
  const indices = active.map(({ index }) => index);
  const seen = await node.liveness(epoch, indices).catch((error: unknown) => {
    if (error instanceof BeaconRefusal) return error;
    throw error;
  });
  const attested = await node.attested(epoch, indices).catch((error: unknown) => {
    if (error instanceof BeaconError) return error;
    throw error;
  });
  if (seen instanceof BeaconRefusal && attested instanceof BeaconRefusal)
    throw new OnDutyError(
      seen.field,
      `HTTP status ${seen.status} for liveness, ${attested.status} for rewards`,
      `does not tell who was on duty in epoch ${epoch}`,
      "use a node that keeps the states of the last hours, or that tells of liveness in earlier epochs",
    );
  if (seen instanceof BeaconRefusal && attested instanceof BeaconError) throw attested;
  const answers = [seen, attested].filter((answer) => answer instanceof Map);
  return active.find(({ index }) => answers.some((live) => live.get(index) === true));
}

function timeOf({ genesisTime, secondsPerSlot, slotsPerEpoch }: BeaconChain, epoch: bigint): string {
  return new Date(Number(genesisTime + epoch * slotsPerEpoch * secondsPerSlot) * 1_000).toISOString();
}
