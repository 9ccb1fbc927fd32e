import { relative } from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { checkParameters, deploySuite } from "../../deploy/deploySuite.ts";
import { ParameterError } from "../../deploy/suiteParameters.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { connectNetwork, deploymentId } from "../../tasks/connect.ts";
import { toText } from "../../tasks/output.ts";
import { runTask } from "../../tasks/runner.ts";
import { agree } from "../../tasks/transaction.ts";
import { readParameters } from "./configuration.ts";

/**
 * Shows the parameters, asks, and deploys with compiled contracts.
 * @returns Whether it succeeded; if not, one line has said why.
 */
export async function deployOn(hre: HardhatRuntimeEnvironment, network: string): Promise<boolean> {
  const { success } = await runTask(hre, { json: false }, async (terminal) => {
    const parameters = readParameters(network);
    const connection = await connectNetwork(hre);
    const { chainId } = await connection.ethers.provider.getNetwork();
    const isLocal = chainId === LOCAL.chainId;
    if (!isLocal && hre.globalOptions.buildProfile !== "production")
      throw new ParameterError(
        "build profile",
        hre.globalOptions.buildProfile || "default",
        "is not the one to deploy with",
        "run npm run deploy, which sets it",
      );
    await checkParameters(connection, parameters);
    const [deployer] = await connection.ethers.getSigners();
    terminal.note(toText({ network, chainId, deployer: deployer?.address ?? "nobody", parameters }));
    if (!isLocal) await agree(terminal, "Type yes to deploy with these parameters: ");

    const id = await deploymentId(connection, chainId);
    const { addresses, checks, file } = await deploySuite(connection, parameters, id, terminal.isInteractive);
    return { addresses, wiringChecks: checks.length, record: relative(process.cwd(), file) };
  });
  return success;
}
