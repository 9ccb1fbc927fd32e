import { isError } from "ethers";

const FAILED_CALL = /revert|out of gas|invalid opcode|execution aborted/i;

/**
 * Whether a contract was reached and failed, or answered what it should not have, rather than the network; libraries
 * and nodes have many errors for that.
 */
export function isRefusal(error: unknown): boolean {
  const hasFailed = error instanceof Error && FAILED_CALL.test(error.message);
  return hasFailed || isError(error, "BAD_DATA") || isError(error, "CALL_EXCEPTION");
}
