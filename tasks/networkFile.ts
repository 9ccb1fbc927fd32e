import type { ConfigHooks } from "hardhat/types/hooks";
import { configVariable } from "hardhat/config";

import { describedNetwork } from "../clients/networks.ts";
import { FieldError } from "../src/units/errors.ts";
import { REQUEST_TIMEOUT as timeout } from "./requestTimeout.ts";

/** Hardhat's handlers of the configuration: the network of a file can be named with `--network`, like the others. */
const handlers: Partial<ConfigHooks> = {
  async extendUserConfig(config, next) {
    const extended = await next(config);
    const described = usableNetwork();
    if (described === undefined) return extended;
    const { name, chainId } = described.network;
    if (extended.networks?.[name] !== undefined) return extended;
    const variable = name.toUpperCase().replaceAll("-", "_");
    const network = {
      type: "http" as const,
      chainType: "l1" as const,
      chainId: Number(chainId),
      url: configVariable(`${variable}_RPC_URL`),
      timeout,
      accounts: [configVariable(`${variable}_PRIVATE_KEY`)],
    };
    return { ...extended, networks: { ...extended.networks, [name]: network } };
  },
};

export default (): Promise<Partial<ConfigHooks>> => Promise.resolve(handlers);

/** What is wrong with the file is said by the tasks, in one line. */
function usableNetwork() {
  try {
    return describedNetwork();
  } catch (error) {
    if (error instanceof FieldError) return undefined;
    throw error;
  }
}
