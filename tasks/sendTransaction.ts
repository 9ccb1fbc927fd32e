import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { isError, type TransactionReceipt, type TransactionRequest } from "ethers";

import { InputError } from "./input.ts";
import { showEther } from "./output.ts";
import type { Terminal } from "./terminal.ts";

/** What is known of a transaction before it is sent. */
export type PlannedTransaction = Pick<TransactionRequest, "to" | "data"> & { readonly value?: bigint };

/** How often somebody who waits for a receipt is told so, milliseconds. */
const NOTE_INTERVAL = 30_000;

/**
 * Sends a transaction and waits until it is mined.
 * @throws {InputError} If it was mined and failed, and would not fail now.
 */
export async function send(
  signer: HardhatEthersSigner,
  transaction: TransactionRequest,
  terminal: Terminal,
  noteInterval = NOTE_INTERVAL,
): Promise<TransactionReceipt> {
  const sent = await signer.sendTransaction(transaction);
  // Whoever stops waiting, or loses the node, has the hash to look it up by, and does not send twice.
  terminal.note(`sent as ${sent.hash}, waiting for a block …`);
  const began = performance.now();
  const reminder = setInterval(() => {
    const seconds = Math.round((performance.now() - began) / 1_000);
    terminal.note(
      `${sent.hash} is not mined after ${seconds} seconds: wait on, or stop with Ctrl-C, look it up in an explorer, and run the command again only if it failed or is gone`,
    );
  }, noteInterval);
  const receipt = await sent
    .wait()
    .catch((error: unknown) => {
      if (isError(error, "CALL_EXCEPTION")) return error.receipt ?? null;
      throw error;
    })
    .finally(() => {
      clearInterval(reminder);
    });
  if (receipt?.status === 1) return receipt;
  if (receipt !== null) terminal.note(`${sent.hash} was mined in block ${receipt.blockNumber} and failed`);
  // Where what it failed of is still so, that is the reason to give.
  await signer.estimateGas(transaction);
  throw new InputError("transaction", sent.hash, "was mined and failed", "run the command again with --dry-run");
}

/**
 * Simulates a transaction, and finds what it may cost.
 * @throws {InputError} If the account has too little ether.
 */
export async function estimate(
  signer: HardhatEthersSigner,
  transaction: PlannedTransaction,
): Promise<{ gas: bigint; maxFeeWei: bigint }> {
  const { provider } = signer;
  if (provider === null) throw new Error("the account is not connected to a chain: take it from the connection");
  const value = transaction.value ?? 0n;
  const balance = await provider.getBalance(signer.address);
  // Nodes answer an estimate that the account cannot pay in many ways, so this is checked first.
  if (balance < value) throw insufficient(signer.address, balance, value);
  const [estimated, fees] = await Promise.all([signer.estimateGas({ ...transaction }), provider.getFeeData()]);
  // State may change until the transaction is mined; what is not used is not paid.
  const gas = (estimated * 5n) / 4n;
  const maxFeeWei = gas * (fees.maxFeePerGas ?? fees.gasPrice ?? 0n);
  if (balance < value + maxFeeWei) throw insufficient(signer.address, balance, value + maxFeeWei);
  return { gas, maxFeeWei };
}

function insufficient(account: string, balance: bigint, needed: bigint): InputError {
  return new InputError(
    "balance",
    showEther(balance),
    `of ${account} is less than the ${showEther(needed)} needed`,
    "send ether to the account, or use another with --from",
  );
}
