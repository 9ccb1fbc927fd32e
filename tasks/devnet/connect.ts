import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { DevnetClient } from "../../devnet/devnetClient.ts";
import { InputError } from "../input.ts";
import { networkOf } from "../network.ts";

/**
 * The devnet at the address of the network that the command line names; without one, of `local`.
 * @throws {InputError} If that is a simulated network.
 */
export async function findDevnet(hre: HardhatRuntimeEnvironment): Promise<DevnetClient> {
  const named = networkOf(hre);
  const name = named === "default" ? "local" : named;
  const network = hre.config.networks[name];
  if (network?.type !== "http") throw new InputError("network", name, "is no node", "use --network local");
  return new DevnetClient(await network.url.getUrl());
}
