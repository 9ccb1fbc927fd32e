import type { NewTaskActionFunction } from "hardhat/types/tasks";

import type { ApprovedArguments } from "../arguments.ts";
import { openBeacon, type BeaconArguments } from "../beaconNode.ts";
import { requireOwner } from "../clusterAccount.ts";
import { planRemoval } from "../commands/removeValidators.ts";
import { InputError, parseCount } from "../input.ts";
import { runTask } from "../runner.ts";
import { findMembers } from "../signers.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";
import { carryOut } from "../transaction.ts";
import { readPubkeys, type KeysArguments } from "../validatorKeys.ts";

interface RemoveArguments extends ApprovedArguments, SSVArguments, KeysArguments, BeaconArguments {
  readonly unexited: boolean;
  readonly refSlot: string | undefined;
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
    return carryOut(await planRemoval(target, { pubkeys, unexited, refSlot, beacon, members }), args, terminal);
  });

export default action;

/** What only members need, who are not asked. */
function refuseOptions({ members, refSlot, unexited, beaconNode }: RemoveArguments, isPool: boolean): void {
  if (unexited && beaconNode !== undefined)
    throw new InputError("beaconNode", "hidden", "is not asked with --unexited", "leave one of the two out");
  for (const [field, value] of Object.entries({ members, refSlot }))
    if (value !== undefined)
      throw new InputError(
        field,
        value,
        isPool ? "is not needed with --unexited: members do not sign" : "is for a pool, whose members sign",
        "leave it out",
      );
}
