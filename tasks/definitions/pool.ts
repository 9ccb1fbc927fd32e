import { emptyTask, task } from "hardhat/config";

import { built, reading, sending, text } from "../options.ts";

/** Tasks of the group `pool`. */
export const poolTasks = [
  emptyTask("pool", "Look at the pool, put ether into it and take it out").build(),
  reading(task(["pool", "status"], "Show a pool: ether, share rate, limits, committee, addresses"))
    .setAction(built(() => import("../pool/status.ts")))
    .build(),
  reading(task(["pool", "balance"], "Show what an account has in a pool"))
    .addPositionalArgument({ name: "account", description: "Address of the account" })
    .setAction(built(() => import("../pool/balance.ts")))
    .build(),
  sending(task(["pool", "deposit"], "Stake ether and receive poolETH"))
    .addPositionalArgument({ name: "amount", description: "Amount in ether, such as 32 or 0.5" })
    .addOption({ name: "receiver", type: text, defaultValue: undefined, description: "Who receives; default: sender" })
    .addOption({ name: "referral", type: text, defaultValue: undefined, description: "Who referred the depositor" })
    .setAction(built(() => import("../pool/deposit.ts")))
    .build(),
  sending(task(["pool", "redeem"], "Exchange poolETH for ether at once, for a fee; `queue request` takes none"))
    .addPositionalArgument({ name: "amount", description: "Amount in ether, such as 32 or 0.5, or all" })
    .addFlag({ name: "shares", description: "The amount is in shares: 1 for 1e18 of what is shown as shares" })
    .addOption({ name: "receiver", type: text, defaultValue: undefined, description: "Who is paid; default: sender" })
    .addOption({
      name: "maxFee",
      type: text,
      defaultValue: undefined,
      description: "Most to give up, in percent; default: the fee of now, and a thousandth of what is paid",
    })
    .setAction(built(() => import("../pool/redeem.ts")))
    .build(),
];
