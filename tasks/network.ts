import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

/** Name of the network that the command line names. */
export function networkOf({ globalOptions }: Pick<HardhatRuntimeEnvironment, "globalOptions">): string {
  // Hardhat leaves it out where none is named, against its type.
  return globalOptions.network || "default";
}
