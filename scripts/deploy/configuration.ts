import type { HardhatConfig } from "hardhat/types/config";

import { describedNetwork } from "../../clients/networks.ts";
import {
  ParameterError,
  parametersFile,
  readSuiteParameters,
  type SuiteParameters,
} from "../../deploy/suiteParameters.ts";

type Networks = Pick<HardhatConfig, "networks">;

/**
 * Checks that the command line names a network, and one that there is.
 * @throws {ParameterError} If it does not.
 */
export function checkNetwork({ networks }: Networks, network: string | undefined): void {
  if (network === undefined || network === "")
    throw new ParameterError(
      "--network",
      "nothing",
      "is missing",
      "name one, as npm run deploy -- --network hoodi does",
    );
  if (networks[network] === undefined)
    throw new ParameterError(
      "network",
      network,
      "is not one of hardhat.config.ts",
      "use hoodi or mainnet, or the one of NETWORK_FILE",
    );
}

/**
 * Reads the parameters for a network. What its description in a file says need not be said again.
 * @throws {FieldError} For the first thing that cannot be used.
 */
export function readParameters(network: string): SuiteParameters {
  const described = describedNetwork();
  if (described?.network.name !== network) return readSuiteParameters(parametersFile(network));
  const { depositContract } = described.network;
  const { ssvNetwork } = described.deployment;
  return readSuiteParameters(parametersFile(network), { depositContract, ssvNetwork });
}

/**
 * Checks that a network's node and account are configured.
 * @throws {HardhatError} For the first variable that is missing.
 */
export async function checkConfiguration({ networks }: Networks, network: string): Promise<void> {
  const configured = networks[network];
  if (configured?.type !== "http") return;
  await configured.url.getUrl();
  if (Array.isArray(configured.accounts)) for (const key of configured.accounts) await key.get();
}
