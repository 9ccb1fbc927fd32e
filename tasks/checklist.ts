import type { PrintableRecord } from "./output.ts";

/** What was checked, of what, and what came of it. */
export interface CheckedRow extends PrintableRecord {
  readonly check: string;
  readonly of: string;
  /** `ok`, `failed`, or why it was skipped. */
  readonly result: string;
}

/** Checks one after the other; the first that fails ends them. */
export class Checklist {
  readonly rows: CheckedRow[] = [];

  /**
   * Checks something.
   * @param of What, with its number.
   * @param body Throws if it is wrong.
   * @returns What the body returns.
   */
  async check<T>(check: string, of: string, body: () => T | Promise<T>): Promise<T> {
    try {
      const result = await body();
      this.rows.push({ check, of, result: "ok" });
      return result;
    } catch (error) {
      this.rows.push({ check, of, result: "failed" });
      throw error;
    }
  }

  /** Says that something was not checked, and why. */
  skip(check: string, of: string, reason: string): void {
    this.rows.push({ check, of, result: `skipped: ${reason}` });
  }
}
