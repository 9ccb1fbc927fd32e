import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { FieldError } from "../../src/units/errors.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { ApprovedArguments } from "../arguments.ts";
import { openBeacon, type BeaconArguments } from "../beaconNode.ts";
import { requireOwner } from "../clusterAccount.ts";
import { planRemoval } from "../commands/removeValidators.ts";
import { findGoneKeys, reportExits, type GoneKeys } from "../commands/reportExits.ts";
import type { PoolConnection } from "../connect.ts";
import { InputError, parseCount } from "../input.ts";
import { runTask } from "../runner.ts";
import { findMembers } from "../signers.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";
import type { Terminal } from "../terminal.ts";
import { carryOut } from "../transaction.ts";
import { readPubkeys, type KeysArguments } from "../validatorKeys.ts";

interface RemoveArguments extends ApprovedArguments, SSVArguments, KeysArguments, BeaconArguments {
  readonly unexited: boolean;
  readonly refSlot: string | undefined;
  readonly dir: string | undefined;
}

const action: NewTaskActionFunction<RemoveArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const pubkeys = readPubkeys(args);
    const { unexited } = args;
    const slot = args.refSlot;
    const refSlot = slot === undefined ? undefined : BigInt(parseCount(slot, "refSlot", 0, Number.MAX_SAFE_INTEGER));
    const ssv = await openSSV(hre, args, false);
    const target = await requireOwner(ssv, args);
    const isSigned = target.opened !== undefined && !unexited;
    if (!isSigned) refuseOptions(args, target.opened !== undefined);
    // One that is down must not stand in the way of those who say that it need not be asked.
    const beacon = unexited ? undefined : await openBeacon(hre, args, ssv.chainId);
    const members = target.opened !== undefined && isSigned ? await findMembers(hre, target.opened, args.members) : [];
    const plan = await planRemoval(target, { pubkeys, unexited, refSlot, beacon, members });
    const { signed, signer } = plan;
    if (target.opened === undefined || signed === undefined) return carryOut(plan, args, terminal);
    // First, because it can be repeated after a removal that fails, and a removal cannot.
    const gone = await findForReport(target.opened, pubkeys, args.dir, terminal);
    const reports = gone && (await reportExits(target.opened, gone, signed, { signer, flags: args, terminal }));
    return { ...(await carryOut(plan, args, terminal)), reports: reports ?? [] };
  });

export default action;

/** Where keys stand; undefined where nobody named the files of their batches, and they are nowhere else. */
async function findForReport(
  opened: PoolConnection,
  pubkeys: readonly Hex[],
  dir: string | undefined,
  terminal: Terminal,
): Promise<GoneKeys | undefined> {
  try {
    return await findGoneKeys(opened, pubkeys, dir, terminal);
  } catch (error) {
    if (dir !== undefined || !(error instanceof FieldError)) throw error;
    terminal.note(
      `the pool manager is not told that these validators are gone, for which the files of their batches are needed: ${error.message}; tell it later with \`validators report-exits --dir\``,
    );
    return undefined;
  }
}

/** What only members and their reports need, who are not asked. */
function refuseOptions({ members, refSlot, dir, unexited, beaconNode }: RemoveArguments, isPool: boolean): void {
  if (unexited && beaconNode !== undefined)
    throw new InputError("beaconNode", "hidden", "is not asked with --unexited", "leave one of the two out");
  for (const [field, value] of Object.entries({ members, refSlot, dir }))
    if (value !== undefined)
      throw new InputError(
        field,
        value,
        isPool ? "is not needed with --unexited: members do not sign" : "is for a pool, whose members sign",
        "leave it out",
      );
}
