import { isError } from "ethers";

import { describeRevert, findRevertData } from "../clients/contractErrors.ts";
import { FieldError } from "../src/units/errors.ts";

/** Hardhat's numbers of errors that need another remedy than Hardhat's own. */
const [VARIABLE_MISSING, VARIABLE_NO_URL] = ["HHE7", "HHE28"];
const [NOT_REACHABLE, TIMED_OUT, NO_NETWORK, OTHER_CHAIN] = ["HHE703", "HHE704", "HHE705", "HHE708"];

const ADDRESS_OF_NODE = /\b(?:https?|wss?):\/\/\S+/g;
const UNREACHABLE = /Failed to make POST request|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ECONNRESET|fetch failed|getaddrinfo/;

/**
 * What went wrong, in one line: what was refused, its value, and what to do. Addresses of nodes are left out, because
 * many contain a key.
 * @param network Name of the network in use.
 */
export function describeError(error: unknown, network: string): string {
  if (error instanceof FieldError) return oneLine(error.message);
  const data = findRevertData(error);
  const revert = data === undefined ? undefined : describeRevert(data);
  if (revert !== undefined) return oneLine(revert);
  return oneLine(describeHardhatError(error, network) ?? describeOther(error, network));
}

function describeHardhatError(error: unknown, network: string): string | undefined {
  if (!(error instanceof Error) || !("errorCode" in error)) return undefined;
  switch (error.errorCode) {
    case VARIABLE_MISSING:
      return missingVariable(error.message, network);
    case VARIABLE_NO_URL:
      return `${nameIn(error.message)} is not the address of a node: write it as https://…, with every character`;
    case NO_NETWORK:
      return `network is not one of hardhat.config.ts (got ${network}): use local, hoodi or mainnet, or one of their forks, such as localFork`;
    case NOT_REACHABLE:
    case TIMED_OUT:
      return unreachable(network);
    case OTHER_CHAIN:
      return `network ${network}: ${error.message.replace(/^HHE\d+: /, "")} Correct the address of the node`;
    default:
      return error.message;
  }
}

function describeOther(error: unknown, network: string): string {
  const text = error instanceof Error ? error.message : String(error);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : "";
  if (UNREACHABLE.test(text) || UNREACHABLE.test(cause)) return unreachable(network);
  if (isError(error, "INSUFFICIENT_FUNDS") || /insufficient funds|enough funds/i.test(text))
    return "the account has too little ether for amount and gas: send ether to it, or use another with --from";
  return `${text.replace(ADDRESS_OF_NODE, "(address hidden)")} (unexpected; run again with --show-stack-traces to see where)`;
}

function missingVariable(message: string, network: string): string {
  const name = nameIn(message);
  return `${name} is not set and network ${network} needs it: npm run hardhat -- keystore set ${name}, or put it into .env`;
}

/** The first quoted name of a message. */
function nameIn(message: string): string {
  return /"([^"]+)"/.exec(message)?.[1] ?? "NAME";
}

function unreachable(network: string): string {
  const remedy = network.startsWith("local")
    ? "start a node with npm run hardhat -- local up, or set LOCAL_RPC_URL to where it listens"
    : "check the node and the RPC address of this network";
  return `network ${network} cannot be reached: ${remedy}`;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").trim();
}
