import { FieldError } from "../units/errors.ts";
import { WEI_PER_GWEI } from "../units/ether.ts";
import type { Hex } from "../units/hex.ts";

/** What a vault had at two blocks, and what went through it in between. */
export interface VaultFlow {
  readonly vault: "withdrawal" | "rewards";
  readonly address: Hex;
  readonly balanceBeforeWei: bigint;
  readonly balanceAfterWei: bigint;
  /** Taken out of it by the pool in between, wei. */
  readonly collectedWei: bigint;
  /** Paid out to it by the consensus layer in between, Gwei; by validators of whomever. */
  readonly sweptGwei: bigint;
  /** Blocks in between whose fees went to it. */
  readonly feeBlocks: number;
}

/** Where the ether that a vault received came from, wei. */
export interface VaultIncome {
  readonly vault: VaultFlow["vault"];
  readonly receivedWei: bigint;
  readonly sweptWei: bigint;
  /** Tips, payments of builders, and what anybody sent. */
  readonly beyondSweepsWei: bigint;
  readonly feeBlocks: number;
}

/** The ether of the vaults does not add up. */
export class VaultError extends FieldError {}

/**
 * What each vault received between two blocks, and what of it the consensus layer paid out.
 * @param receivedWei By all vaults in between, as both reports have it.
 * @throws {VaultError} If a vault received less than was paid out to it, or all together something else than the reports
 *   say.
 */
export function incomeOfVaults(flows: readonly VaultFlow[], receivedWei: bigint): VaultIncome[] {
  const incomes = flows.map(incomeOf);
  const sum = incomes.reduce((total, income) => total + income.receivedWei, 0n);
  if (sum !== receivedWei)
    throw new VaultError(
      "vaultsReceivedWei",
      `${receivedWei} wei`,
      `is more by that since the report before, but the vaults' balances and what was collected from them by ${sum} wei`,
      "ask another execution node, and find out what the last report rested on",
    );
  return incomes;
}

function incomeOf({ vault, address, sweptGwei, feeBlocks, ...flow }: VaultFlow): VaultIncome {
  const receivedWei = flow.balanceAfterWei + flow.collectedWei - flow.balanceBeforeWei;
  const sweptWei = sweptGwei * WEI_PER_GWEI;
  const beyondSweepsWei = receivedWei - sweptWei;
  if (beyondSweepsWei < 0n)
    throw new VaultError(
      `${vault} vault`,
      `${receivedWei} wei`,
      `received ${-beyondSweepsWei} wei less than the ${sweptWei} wei that blocks paid out to ${address}`,
      "ask another execution node: this one contradicts itself on balances, logs or withdrawals",
    );
  return { vault, receivedWei, sweptWei, beyondSweepsWei, feeBlocks };
}
