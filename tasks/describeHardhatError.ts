import { REQUEST_TIMEOUT } from "./requestTimeout.ts";

/** Hardhat's numbers of errors that need another remedy than Hardhat's own. */
const [VARIABLE_MISSING, VARIABLE_NO_URL] = ["HHE7", "HHE28"];
const [NOT_REACHABLE, TIMED_OUT, NO_NETWORK, OTHER_CHAIN] = ["HHE703", "HHE704", "HHE705", "HHE708"];

/**
 * What is wrong with the configuration or the network, in the words of this project; nothing for an error that is not
 * Hardhat's.
 * @param network Name of the network in use.
 */
export function describeHardhatError(error: unknown, network: string): string | undefined {
  if (!(error instanceof Error) || !("errorCode" in error)) return undefined;
  switch (error.errorCode) {
    case VARIABLE_MISSING:
      return missingVariable(error.message, network);
    case VARIABLE_NO_URL:
      return `${nameIn(error.message)} is not the address of a node: write it as https://…, with every character`;
    case NO_NETWORK:
      return `network is not one of hardhat.config.ts (got ${network}): use local, hoodi or mainnet, or one of their forks, such as localFork, or the one of NETWORK_FILE`;
    case NOT_REACHABLE:
      return unreachable(network);
    case TIMED_OUT:
      return `network ${network} has not answered within ${REQUEST_TIMEOUT / 1_000} seconds: use another node, or try again later; what was sent may be mined all the same, so look at the account in an explorer first`;
    case OTHER_CHAIN:
      return `network ${network}: ${error.message.replace(/^HHE\d+: /, "")} Correct the address of the node`;
    default:
      return error.message;
  }
}

function missingVariable(message: string, network: string): string {
  const name = nameIn(message);
  return `${name} is not set and network ${network} needs it: npm run hardhat -- keystore set ${name}, or put it into .env`;
}

/** The first quoted name of a message. */
function nameIn(message: string): string {
  return /"([^"]+)"/.exec(message)?.[1] ?? "NAME";
}

/** That nothing answers where the node should be. */
export function unreachable(network: string): string {
  const remedy = network.startsWith("local")
    ? "start a node with npm run hardhat -- local up, or set LOCAL_RPC_URL to where it listens"
    : "check the node and the RPC address of this network";
  return `network ${network} cannot be reached: ${remedy}`;
}
