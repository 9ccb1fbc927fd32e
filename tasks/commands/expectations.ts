import type { CeremonyExpectations } from "../../src/ceremony/expectations.ts";
import { withdrawalCredentials } from "../../src/consensus/withdrawalCredentials.ts";
import type { Hex } from "../../src/units/hex.ts";
import { parseAddress } from "../input.ts";
import type { SSVConnection } from "../ssvConnection.ts";

/** Whom keys are to belong to. */
export interface ExpectedOwner {
  readonly account: string | undefined;
  readonly withdrawalAddress: string | undefined;
  readonly compounding: boolean;
}

/**
 * What keys have to say: what is named, or else what the pool demands; nothing where there is none.
 * @param ssv Undefined without a connection.
 * @throws {InputError} If an address is none.
 */
export async function expectationsOf(
  { account, withdrawalAddress, compounding }: ExpectedOwner,
  ssv: SSVConnection | undefined,
): Promise<CeremonyExpectations> {
  // With a connection the account was looked up, also where it is the one that sends.
  const owner = ssv?.account ?? (account === undefined ? undefined : parseAddress(account, "account"));
  const credentials = await credentialsOf();
  return {
    ...(owner === undefined ? {} : { owner }),
    ...(credentials === undefined ? {} : { withdrawalCredentials: credentials }),
  };

  async function credentialsOf(): Promise<Hex | undefined> {
    if (withdrawalAddress !== undefined)
      return withdrawalCredentials(parseAddress(withdrawalAddress, "withdrawalAddress"), compounding ? "0x02" : "0x01");
    // An account of its own may withdraw to wherever it likes.
    if (ssv?.opened === undefined || account !== undefined) return undefined;
    return (await ssv.opened.pool.poolETH.withdrawalCredentials(compounding)) as Hex;
  }
}
