import type { NewTaskActionFunction } from "hardhat/types/tasks";

import type { ApprovedArguments } from "../arguments.ts";
import { openBeacon, type BeaconArguments } from "../beaconNode.ts";
import { signExits } from "../commands/exitEvidence.ts";
import { findGoneKeys, reportExits } from "../commands/reportExits.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { parseCount } from "../input.ts";
import { runTask } from "../runner.ts";
import { findMembers, findSender } from "../signers.ts";
import { readPubkeys, type KeysArguments } from "../validatorKeys.ts";

interface ReportArguments extends ApprovedArguments, KeysArguments, BeaconArguments {
  readonly dir: string | undefined;
  readonly refSlot: string | undefined;
}

const UNSEEN =
  "no beacon node was asked: the pool requests no exit of a validator again that is said to be gone, also if it is not";

const action: NewTaskActionFunction<ReportArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const pubkeys = readPubkeys(args);
    const slot = args.refSlot;
    const refSlot = slot === undefined ? undefined : BigInt(parseCount(slot, "refSlot", 0, Number.MAX_SAFE_INTEGER));
    const opened = await openPool(await connectNetwork(hre), args.pool);
    const gone = await findGoneKeys(opened, pubkeys, args.dir, terminal);
    const beacon = await openBeacon(hre, args, opened.chainId);
    const members = await findMembers(hre, opened, args.members);
    const signed = await signExits(opened, pubkeys, { members, refSlot, beacon }, "wait until it can withdraw");
    if (beacon === undefined) terminal.note(`warning: ${UNSEEN}`);
    const signer = await findSender(opened, args.from);
    return {
      keys: pubkeys.length,
      reports: await reportExits(opened, gone, signed, { signer, flags: args, terminal }),
    };
  });

export default action;
