import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { fetchOperatorDirectory } from "../clients/operatorDirectory.ts";
import { compare, type Operator } from "../src/ssv/operator.ts";
import type { SendArguments } from "./arguments.ts";
import { InputError } from "./input.ts";
import { findSender } from "./signers.ts";
import { openSSV, type SSVConnection } from "./ssvConnection.ts";

/** What every task is given that the owner of operators sends. */
export interface OwnerArguments extends SendArguments {
  readonly ssvNetwork: string | undefined;
}

/** Operators of the account that sends. */
export interface OwnedOperators {
  readonly ssv: SSVConnection;
  readonly sender: HardhatEthersSigner;
  /** By ascending id. */
  readonly operators: readonly Operator[];
  /** Ascending. */
  readonly ids: bigint[];
}

/**
 * Finds operators, and checks that they are the sender's.
 * @throws {InputError | OperatorDirectoryError} If one does not exist, was removed, or is somebody else's.
 */
export async function openOwned(
  hre: HardhatRuntimeEnvironment,
  args: OwnerArguments,
  ids: readonly bigint[],
): Promise<OwnedOperators> {
  const ssv = await openSSV(hre, { ...args, account: undefined }, false);
  const sender = await findSender(ssv, args.from);
  const { operators } = await fetchOperatorDirectory(ssv.ssvNetwork, { ids });
  for (const { id, owner, isRemoved } of operators) {
    if (isRemoved)
      throw new InputError(
        "operator",
        id.toString(),
        "was removed for ever",
        "register another with `operator register`",
      );
    if (owner !== sender.address)
      throw new InputError("operator", id.toString(), `belongs to ${owner}`, "send from that account, with --from");
  }
  return { ssv, sender, operators, ids: [...ids].sort(compare) };
}

/** The only operator of those. */
export function onlyOperator({ operators: [operator] }: OwnedOperators): Operator {
  if (operator === undefined) throw new Error("an operator was asked for");
  return operator;
}
