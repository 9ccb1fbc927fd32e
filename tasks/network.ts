import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { networkByName } from "../clients/networks.ts";
import { InputError } from "./input.ts";

/** Name of the network that the command line names. */
export function networkOf({ globalOptions }: Pick<HardhatRuntimeEnvironment, "globalOptions">): string {
  // Hardhat leaves it out where none is named, against its type.
  return globalOptions.network || "default";
}

/**
 * Checks that a chain that is named for work without a connection is that of the network, if one is named too.
 * @throws {InputError} If it is another one.
 * @throws {NetworkError} If it is unknown.
 */
export function requireSameChain(
  { globalOptions, config }: Pick<HardhatRuntimeEnvironment, "globalOptions" | "config">,
  chain: string | undefined,
): void {
  const network = networkOf({ globalOptions });
  if (chain === undefined || network === "default") return;
  const { chainId } = networkByName(chain);
  const named = config.networks[network]?.chainId;
  if (named !== undefined && BigInt(named) !== chainId)
    throw new InputError(
      "chain",
      chain,
      `is another one than that of --network ${network}, whose chain id is ${named}`,
      "leave --network out to work without a connection, or --chain to use it",
    );
}
