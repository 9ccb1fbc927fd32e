import { task } from "hardhat/config";
import type { NewTaskDefinitionBuilder, TaskArguments } from "hardhat/types/tasks";

import { built, sending, text } from "../options.ts";

/** Tasks of the wrapped token. */
export const wrappedTasks = [
  wrapping(task(["wrap"], "Wrap poolETH, or stake ether and wrap it, so that balances do not rebase"))
    .addPositionalArgument({ name: "amount", description: "poolETH to wrap, in ether such as 0.5, or all" })
    .addFlag({ name: "ether", description: "Stake ether of the sender instead of taking poolETH" })
    .addOption({ name: "referral", type: text, defaultValue: undefined, description: "Who referred, with --ether" })
    .setAction(built(() => import("../wrapped/wrap.ts")))
    .build(),
  wrapping(task(["unwrap"], "Turn wrapped poolETH into poolETH again"))
    .addPositionalArgument({ name: "amount", description: "poolETH to get, in ether such as 0.5, or all" })
    .setAction(built(() => import("../wrapped/unwrap.ts")))
    .build(),
];

function wrapping<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return sending(builder)
    .addOption({ name: "receiver", type: text, defaultValue: undefined, description: "Who receives; default: sender" })
    .addOption({
      name: "wrapped",
      type: text,
      defaultValue: undefined,
      description: "WrappedPoolETH; default: as recorded",
    });
}
