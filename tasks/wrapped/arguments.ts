import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { parseEther } from "../../src/units/ether.ts";
import type { SendArguments } from "../arguments.ts";
import type { WrapRequest } from "../commands/wrap.ts";
import { connectNetwork, openPool, type PoolConnection } from "../connect.ts";
import { parseAddress } from "../input.ts";
import { findSender } from "../signers.ts";
import { findWrapped } from "../wrapped.ts";

/** What the tasks that wrap and unwrap are given. */
export interface WrapArguments extends SendArguments {
  readonly amount: string;
  readonly receiver: string | undefined;
  readonly wrapped: string | undefined;
}

/**
 * Reads the arguments, and finds the pool and its wrapped token.
 * @throws {InputError | AmountError | DeploymentError} If one cannot be used.
 */
export async function openWrapped(
  hre: HardhatRuntimeEnvironment,
  args: WrapArguments,
): Promise<{ opened: PoolConnection; request: WrapRequest }> {
  const ethAmount = args.amount === "all" ? args.amount : parseEther(args.amount);
  const receiver = args.receiver === undefined ? undefined : parseAddress(args.receiver, "receiver");
  const opened = await openPool(await connectNetwork(hre), args.pool);
  const wrapped = await findWrapped(opened, args.wrapped);
  const sender = await findSender(opened, args.from);
  return { opened, request: { wrapped, sender, ethAmount, receiver } };
}
