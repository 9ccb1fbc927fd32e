import { toText, type PrintableRecord } from "../output.ts";
import type { Terminal } from "../terminal.ts";
import { carryOut, type Plan, type SendFlags } from "../transaction.ts";

/** Transactions one after the other, of which only the first can be simulated before anything is sent. */
export class Steps {
  /** What became of each. */
  readonly rows: PrintableRecord[] = [];
  readonly #flags: SendFlags;
  readonly #terminal: Terminal;

  constructor(flags: SendFlags, terminal: Terminal) {
    this.#flags = flags;
    this.#terminal = terminal;
  }

  get isDryRun(): boolean {
    return this.#flags.dryRun;
  }

  /**
   * Carries out the next one, or only plans it.
   * @param row What is told of it beside its state, hash and value.
   * @throws What `carryOut` does.
   */
  async take(row: PrintableRecord, propose: () => Promise<Plan>): Promise<void> {
    const planned = { ...row, state: "planned", transactionHash: "" };
    if (this.isDryRun && this.rows.length > 0) {
      this.rows.push({ ...planned, valueWei: null });
      return;
    }
    const plan = await propose();
    const result = await carryOut(plan, this.#flags, this.#terminal);
    const valueWei = plan.details.valueWei ?? 0n;
    if (this.isDryRun) {
      this.#terminal.note(toText(result));
      this.rows.push({ ...planned, valueWei });
      return;
    }
    const { transactionHash = "", paidWei = valueWei } = result;
    this.rows.push({ ...row, state: "done", transactionHash, valueWei: paidWei });
  }
}
