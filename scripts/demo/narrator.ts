import Table from "cli-table3";

import type { GasEntry } from "./gasLedger.ts";

const WIDTH = 100;
/** No colours, and no lines between rows. */
const PLAIN = {
  wordWrap: true,
  style: { head: [], border: [] },
  chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
};

/** Writes the demonstration as text of 100 columns, or nowhere. */
export class Narrator {
  readonly #print: (text: string) => void;

  constructor(print: (text: string) => void) {
    this.#print = print;
  }

  /** Begins a stage. */
  heading(text: string): void {
    this.#print(`\n${text}\n${"─".repeat(WIDTH)}`);
  }

  /** A paragraph. */
  say(text: string): void {
    const lines: string[] = [""];
    for (const word of text.split(/\s+/)) {
      const line = lines.at(-1) ?? "";
      if (line.length + 1 + word.length > WIDTH) lines.push(word);
      else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
    }
    this.#print(lines.join("\n"));
  }

  /** A table as wide as the page. The columns after the first have these widths and this alignment. */
  table(head: string[], rows: string[][], widths: number[], alignment: "left" | "right" = "right"): void {
    const borders = head.length + 1;
    const first = widths.reduce((left, width) => left - width, WIDTH - borders);
    const colAligns = head.map((_, i) => (i === 0 ? "left" : alignment));
    const table = new Table({ head, colWidths: [first, ...widths], colAligns, ...PLAIN });
    table.push(...rows);
    const lines = table.toString().split("\n");
    const rule = (lines[0] ?? "").replace("┌", "├").replaceAll("┬", "┼").replace("┐", "┤");
    this.#print([...lines.slice(0, 2), rule, ...lines.slice(2)].join("\n"));
  }

  /** Names and values, two pairs in a row. */
  facts(rows: [string, string, string, string][]): void {
    const colAligns = ["left" as const, "right" as const, "left" as const, "right" as const];
    const table = new Table({ colWidths: [15, 35, 15, 30], colAligns, ...PLAIN });
    table.push(...rows);
    this.#print(table.toString());
  }

  /** Gas of a stage. */
  gas(entries: readonly GasEntry[]): void {
    const rows = entries.map(({ label, transactions, gas }) => [
      label,
      transactions.toLocaleString("en"),
      (gas / transactions).toLocaleString("en"),
      gas.toLocaleString("en"),
    ]);
    this.table(["gas", "transactions", "each, on average", "all"], rows, [14, 19, 19]);
  }
}
