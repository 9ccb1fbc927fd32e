import { getBytes } from "ethers";

import { DEPOSIT_CONTRACT } from "../../../src/consensus/systemContracts.ts";
import { depositDataRoot } from "../../../src/consensus/deposit.ts";
import { gwei, GWEI_PER_ETHER, type Gwei } from "../../../src/units/ether.ts";
import type { Hex } from "../../../src/units/hex.ts";
import { IDepositContract__factory } from "../../../typechain-types/index.ts";
import { ETHER } from "../../helpers/accounts.ts";
import type { TestPool } from "./livePool.ts";

/** A deposit by somebody who is not the pool. */
export interface ForeignDeposit {
  readonly ether: bigint;
  readonly credentials: Hex;
  /** 96 bytes; left out, one that signs nothing, as suffices for a validator that is there. */
  readonly signature?: Hex;
}

/** Number of the development account that is a stranger to the pool. */
export const STRANGER = 20;

/** The stranger, who can sign transactions. */
export async function strangerOf({ live }: TestPool) {
  const signer = (await live.connection.ethers.getSigners())[STRANGER];
  if (signer === undefined) throw new Error("the devnet has too few accounts");
  return signer;
}

/** Deposits for a key as the stranger. */
export async function depositAs(pool: TestPool, pubkey: Hex, deposit: ForeignDeposit): Promise<void> {
  const { ether, credentials, signature = `0x${"c0".padEnd(192, "0")}` } = deposit;
  const amount: Gwei = gwei(ether * GWEI_PER_ETHER);
  const root = depositDataRoot({
    pubkey: getBytes(pubkey),
    withdrawalCredentials: getBytes(credentials),
    amount,
    signature: getBytes(signature),
  });
  const contract = IDepositContract__factory.connect(DEPOSIT_CONTRACT, await strangerOf(pool));
  await (await contract.deposit(pubkey, credentials, signature, root, { value: ether * ETHER })).wait();
}
