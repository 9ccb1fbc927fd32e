import { isError } from "ethers";

import { describeRevert, findRevertData } from "../clients/contractErrors.ts";
import { FieldError } from "../src/units/errors.ts";
import { describeHardhatError, unreachable } from "./describeHardhatError.ts";
import { optionName } from "./input.ts";

const ADDRESS_OF_NODE = /\b(?:https?|wss?):\/\/\S+/g;
const UNREACHABLE = /Failed to make POST request|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ECONNRESET|fetch failed|getaddrinfo/;

/**
 * What went wrong, in one line: what was refused, its value, and what to do. Addresses of nodes are left out, because
 * many contain a key.
 * @param network Name of the network in use.
 * @param options Names of the task's options in its code; people read them as they type them.
 */
export function describeError(error: unknown, network: string, options: readonly string[] = []): string {
  if (error instanceof FieldError) return oneLine(describeField(error, options));
  const data = findRevertData(error);
  const revert = data === undefined ? undefined : describeRevert(data);
  if (revert !== undefined) return oneLine(revert);
  return oneLine(describeHardhatError(error, network) ?? describeOther(error, network));
}

function describeField({ field, message }: FieldError, options: readonly string[]): string {
  return options.includes(field) ? `${optionName(field)}${message.slice(field.length)}` : message;
}

function describeOther(error: unknown, network: string): string {
  // Ctrl-C, or the end of input, where something secret is asked for.
  if (error instanceof Error && error.name === "AbortError") return "stopped at a question: run the command again";
  const text = error instanceof Error ? error.message : String(error);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : "";
  if (UNREACHABLE.test(text) || UNREACHABLE.test(cause)) return unreachable(network);
  if (isError(error, "INSUFFICIENT_FUNDS") || /insufficient funds|enough funds/i.test(text))
    return "the account has too little ether for amount and gas: send ether to it, or use another with --from";
  return `${text.replace(ADDRESS_OF_NODE, "(address hidden)")} (unexpected; run again with --show-stack-traces to see where)`;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").trim();
}
