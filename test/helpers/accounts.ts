import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { AddressLike, ContractTransactionReceipt, ContractTransactionResponse } from "ethers";

import type { TestSuite } from "./suite.ts";

export const ETHER = 10n ** 18n;
export const ZERO_ADDRESS = "0x0000000000000000000000000000000000000000";
/** Holder of the shares that are locked at deployment, and how many they are. */
export const DEAD = "0x000000000000000000000000000000000000dEaD";
export const LOCKED_SHARES = 1_000_000_000n;

const HOLDERS = [7, 8, 9, 19] as const;

/** Four accounts that play no role in the suite. */
export async function strangers(suite: TestSuite): Promise<[alice: Signer, bob: Signer, carol: Signer, dave: Signer]> {
  const signers = await suite.chain.ethers.getSigners();
  const [alice, bob, carol, dave] = HOLDERS.map((index) => signers[index]);
  if (!alice || !bob || !carol || !dave) throw new Error("the chain has fewer than 20 accounts");
  return [alice, bob, carol, dave];
}

type Signer = HardhatEthersSigner;

/** Signs as a contract, with ether to pay for gas. */
export async function impersonate(suite: TestSuite, account: { getAddress(): Promise<string> } | string) {
  const address = typeof account === "string" ? account : await account.getAddress();
  const { networkHelpers, ethers } = suite.chain;
  await networkHelpers.impersonateAccount(address);
  const balance = await ethers.provider.getBalance(address);
  if (balance < ETHER) await networkHelpers.setBalance(address, balance + ETHER);
  return ethers.getSigner(address);
}

/** Deposits for `receiver`, from himself. */
export async function depositFor(suite: TestSuite, receiver: Signer, value: bigint) {
  return suite.poolETH.connect(receiver).deposit(receiver.address, ZERO_ADDRESS, { value });
}

/** The receipt of a transaction that was mined. */
export async function mined(response: Promise<ContractTransactionResponse>): Promise<ContractTransactionReceipt> {
  const receipt = await (await response).wait();
  if (receipt === null) throw new Error("the transaction was not mined");
  return receipt;
}

/** Moves the chain by some seconds and mines a block. */
export async function passTime(suite: TestSuite, seconds: number | bigint): Promise<void> {
  await suite.chain.networkHelpers.time.increase(seconds);
}

/** Timestamp of the newest block, seconds. */
export async function now(suite: TestSuite): Promise<bigint> {
  return BigInt(await suite.chain.networkHelpers.time.latest());
}

/** Wei that an account has. */
export async function etherOf(suite: TestSuite, account: AddressLike): Promise<bigint> {
  return suite.chain.ethers.provider.getBalance(account);
}

export const HOUR = 3_600n;
export const DAY = 86_400n;
