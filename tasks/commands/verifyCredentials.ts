import { runDkgAgain } from "../../src/ceremony/expectations.ts";
import { parseWithdrawalCredentials } from "../../src/consensus/withdrawalCredentials.ts";
import type { Hex } from "../../src/units/hex.ts";
import { InputError } from "../input.ts";

/**
 * Checks that ether goes where it is expected to go.
 * @param field How messages name the credentials found.
 * @param isDkg Whether operators made the keys together, so that nobody can sign the deposits again.
 * @throws {InputError} If it does not, with what to do about it.
 */
export function checkCredentials(found: Hex, expected: Hex, field: string, isDkg = false): void {
  if (found === expected) return;
  throw new InputError(field, found, `are not those expected, ${expected}`, remedyFor(found, expected, isDkg));
}

function remedyFor(found: Hex, expected: Hex, isDkg: boolean): string {
  const again = isDkg ? runDkgAgain(expected) : "sign the deposits again";
  const own = parseWithdrawalCredentials(found);
  if (own.address !== parseWithdrawalCredentials(expected).address)
    return `${again}: with these the ether would go to somebody else`;
  return own.prefix === "0x02"
    ? `give --compounding, if 0x02 credentials are meant, or else ${again}`
    : `leave out --compounding, if 0x01 credentials are meant, or else ${again}`;
}
