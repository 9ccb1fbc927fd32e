import Table from "cli-table3";

import type { GasEntry } from "./gasLedger.ts";
import type { PoolState } from "./poolState.ts";

const WIDTH = 100;
/** No colours, and no lines between rows. */
const PLAIN = {
  wordWrap: true,
  style: { head: [], border: [] },
  chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
};
const BLOCKS_PER_DAY = 7_200n;

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

  /** Who holds what, and where the ether is. */
  pool(state: PoolState): void {
    const rows = state.holdings
      .filter(({ shares }) => shares > 0n)
      .map(({ name, balance, shares }) => [
        name,
        ether(balance, 9),
        ether(shares, 9),
        percent(shares, state.totalShares),
      ]);
    rows.push(["All", ether(state.totalPooledEther, 9), ether(state.totalShares, 9), "100.0000 %"]);
    this.table(["holder", "balance, poolETH", "shares", "part of the pool"], rows, [25, 25, 20]);
    this.facts([
      [
        "Share rate",
        `${decimal(state.shareRateRay, 27, 12)} ETH`,
        "Staked so far",
        `${ether(state.totalStaked, 6)} ETH`,
      ],
      ["Buffered", `${ether(state.bufferedEther, 6)} ETH`, "CL balance", `${ether(state.reportedClBalance, 6)} ETH`],
      [
        "In the vaults",
        `${ether(state.withdrawalVaultEther + state.rewardsVaultEther, 6)} ETH`,
        "SSV runway",
        `${days(state.ssv.runwayBlocks)} days`,
      ],
      [
        "SSV cluster",
        `${ether(state.ssv.balance, 6)} ETH, ${state.ssv.validators.toString()} keys`,
        "SSV reserve",
        `${ether(state.ssv.reserve, 6)} ETH`,
      ],
    ]);
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

/** Wei as ether with so many decimals, cut off. */
export function ether(wei: bigint, decimals: number): string {
  return decimal(wei, 18, decimals);
}

/** Blocks as days with one decimal. */
export function days(blocks: bigint): string {
  return decimal((blocks * 10n) / BLOCKS_PER_DAY, 1, 1);
}

/** A part as percent, rounded to four decimals. */
export function percent(part: bigint, whole: bigint): string {
  return `${decimal((part * 2_000_000n + whole) / (2n * whole), 4, 4)} %`;
}

/** A whole number of units as a decimal number. */
export function decimal(value: bigint, unitDecimals: number, decimals: number): string {
  const magnitude = (value < 0n ? -value : value).toString().padStart(unitDecimals + 1, "0");
  const whole = BigInt(magnitude.slice(0, -unitDecimals)).toLocaleString("en");
  return `${value < 0n ? "-" : ""}${whole}.${magnitude.slice(-unitDecimals).slice(0, decimals)}`;
}
