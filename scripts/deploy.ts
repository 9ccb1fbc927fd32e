/**
 * Deploys a pool on the network of the command line, or goes on with an interrupted deployment:
 * `npm run deploy -- --network hoodi`. Parameters come from deploy/parameters/<network>.json. What can be refused without
 * compiled contracts is refused before they are compiled, which takes minutes.
 */
import hre from "hardhat";

import { describedNetwork } from "../clients/networks.ts";
import { FieldError } from "../src/units/errors.ts";
import { describeHardhatError } from "../tasks/describeHardhatError.ts";
import { networkOf } from "../tasks/network.ts";
import { checkConfiguration, checkNetwork, readParameters } from "./deploy/configuration.ts";

const network = networkOf(hre);

/** Says in one line why there can be no deployment; nothing if there can. */
async function findRefusal(): Promise<string | undefined> {
  try {
    // A file that cannot be used has not become a network.
    describedNetwork();
    checkNetwork(hre.config, hre.globalOptions.network);
    readParameters(network);
    await checkConfiguration(hre.config, network);
    return undefined;
  } catch (error) {
    const line = error instanceof FieldError ? error.message : describeHardhatError(error, network);
    if (line === undefined) throw error;
    return line;
  }
}

const refusal = await findRefusal();
if (refusal === undefined) {
  const profile = hre.globalOptions.buildProfile || "default";
  process.stderr.write(`compiling the contracts, profile ${profile}; the first time takes some minutes …\n`);
  await hre.tasks.getTask("build").run({ quiet: true, noTests: hre.config.solidity.splitTestsCompilation });
  // It builds on the types that come from compiling.
  const { deployOn } = await import("./deploy/run.ts");
  if (!(await deployOn(hre, network))) process.exitCode = 1;
} else {
  process.stderr.write(`error: ${refusal}\n`);
  process.exitCode = 1;
}
