import { emptyTask, task } from "hardhat/config";

import {
  approving,
  built,
  reading,
  reportingExits,
  requestingExits,
  SCAN_FROM,
  sending,
  sendingSSV,
  text,
  withBeaconNode,
} from "../options.ts";

/** `validators update-operators`, in short `update`. */
const updating = (["update-operators", "update"] as const).map((name) =>
  withBeaconNode(
    sendingSSV(
      task(
        ["validators", name],
        name === "update"
          ? "The same as `validators update-operators`"
          : "Give other operators to validators, in steps",
      ),
    ),
  )
    .addOption({ name: "dir", type: text, defaultValue: undefined, description: "Folder of their new key shares" })
    .addOption({
      name: "days",
      type: text,
      defaultValue: undefined,
      description: "How long a cluster of eoa shall run with them; default: 90",
    })
    .addOption({ name: "scanFrom", type: text, defaultValue: undefined, description: SCAN_FROM })
    .setAction(built(() => import("../validators/updateOperators.ts")))
    .build(),
);

/** Tasks of the group `validators`. */
export const validatorsTasks = [
  emptyTask("validators", "Register, activate, exit and remove validator keys").build(),
  reading(task(["validators", "list"], "Show the key batches of a pool"))
    .setAction(built(() => import("../validators/list.ts")))
    .build(),
  reading(task(["validators", "show"], "Show what is known of a validator key"))
    .addPositionalArgument({ name: "pubkey", description: "Public key, 48 bytes in hexadecimal" })
    .addOption({ name: "dir", type: text, defaultValue: undefined, description: "Folder of the key's ceremony" })
    .addOption({ name: "scanFrom", type: text, defaultValue: undefined, description: SCAN_FROM })
    .setAction(built(() => import("../validators/show.ts")))
    .build(),
  sending(task(["validators", "register"], "Verify a ceremony and register its batches of keys"))
    .addOption({ name: "dir", type: text, defaultValue: undefined, description: "Folder of the ceremony" })
    .addOption({
      name: "content",
      type: text,
      defaultValue: undefined,
      description: "Folder or http(s) URL where to store the files, so that others can read them",
    })
    .addOption({
      name: "contentAuth",
      type: text,
      defaultValue: undefined,
      description: "Configuration variable with the header that lets us store there",
    })
    .addOption({
      name: "contentUri",
      defaultValue: "",
      description: "Public address of --content; without that, where others can read the files",
    })
    .addOption({ name: "scanFrom", type: text, defaultValue: undefined, description: SCAN_FROM })
    .setAction(built(() => import("../validators/register.ts")))
    .build(),
  approving(task(["validators", "activate"], "Collect approvals for the next keys of a batch and stake to them"))
    .addOption({
      name: "dir",
      type: text,
      defaultValue: undefined,
      description: "Folder of the ceremony; default: the batch's content URI",
    })
    .addOption({ name: "count", type: text, defaultValue: undefined, description: "Most keys; default: 10" })
    .addOption({
      name: "scanFrom",
      type: text,
      defaultValue: undefined,
      description: `${SCAN_FROM}; needed on public networks`,
    })
    .setAction(built(() => import("../validators/activate.ts")))
    .build(),
  requestingExits(
    sendingSSV(
      task(
        ["validators", "exit"],
        "Have validators exit, by their operators or by request, which cannot be taken back",
      ),
    ),
  )
    .addOption({ name: "keys", type: text, defaultValue: undefined, description: "Public keys, by commas" })
    .addOption({ name: "file", type: text, defaultValue: undefined, description: "Or a file that holds them" })
    .addOption({
      name: "via",
      defaultValue: "ssv",
      description: "ssv: the operators sign; el: the pool asks the consensus layer itself (EIP-7002)",
    })
    .setAction(built(() => import("../validators/exit.ts")))
    .build(),
  requestingExits(
    sending(task(["validators", "exit-overdue"], "Have the oldest validators exit for withdrawals that are overdue")),
  )
    .addOption({
      name: "request",
      type: text,
      defaultValue: undefined,
      description: "Withdrawal request that waits; default: the last one that is overdue",
    })
    .setAction(built(() => import("../validators/exitOverdue.ts")))
    .build(),
  reportingExits(
    sendingSSV(task(["validators", "remove"], "Remove the keys of validators that have exited from ssv.network")),
  )
    .addFlag({
      name: "unexited",
      description: "Remove keys whose validators have not exited; for a pool in two steps, by role",
    })
    .setAction(built(() => import("../validators/remove.ts")))
    .build(),
  reportingExits(sending(task(["validators", "report-exits"], "Tell a pool which of its validators are gone")))
    .setAction(built(() => import("../validators/reportExits.ts")))
    .build(),
  ...updating,
  sending(task(["validators", "discard"], "Drop the keys that wait in a batch and in all later ones"))
    .addOption({ name: "batch", type: text, defaultValue: undefined, description: "Number of the batch" })
    .setAction(built(() => import("../validators/discard.ts")))
    .build(),
];
