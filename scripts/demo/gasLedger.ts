import type { ContractTransactionReceipt, ContractTransactionResponse, TransactionReceipt } from "ethers";

/** What one kind of transaction has cost. */
export interface GasEntry {
  readonly label: string;
  readonly transactions: bigint;
  readonly gas: bigint;
}

/** Adds up gas by the kind of transaction. */
export class GasLedger {
  readonly #entries = new Map<string, GasEntry>();

  /** Waits for a transaction and books its gas. */
  async confirm(label: string, transaction: ContractTransactionResponse): Promise<ContractTransactionReceipt> {
    const receipt = await transaction.wait();
    if (receipt === null) throw new Error(`the transaction of "${label}" was dropped`);
    this.book(label, receipt);
    return receipt;
  }

  /** Books the gas of a transaction that is done. */
  book(label: string, { gasUsed }: Pick<TransactionReceipt, "gasUsed">): void {
    const { transactions, gas } = this.#entries.get(label) ?? { transactions: 0n, gas: 0n };
    this.#entries.set(label, { label, transactions: transactions + 1n, gas: gas + gasUsed });
  }

  /** All of it so far, in the order of first use. */
  entries(): GasEntry[] {
    return [...this.#entries.values()];
  }

  /** What came on top of earlier entries. */
  since(earlier: readonly GasEntry[]): GasEntry[] {
    return this.entries()
      .map(({ label, transactions, gas }) => {
        const before = earlier.find((entry) => entry.label === label);
        return { label, transactions: transactions - (before?.transactions ?? 0n), gas: gas - (before?.gas ?? 0n) };
      })
      .filter(({ transactions }) => transactions > 0n);
  }
}
