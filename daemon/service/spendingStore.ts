import { DatabaseSync } from "node:sqlite";

import type { Fees } from "./fees.ts";
import type { Sending } from "./sending.ts";

/** Whose transactions they are. */
export interface Account {
  readonly address: string;
  readonly chainId: bigint;
}

/** One of the transactions, all of the same nonce, of which one is to be mined. */
export interface Attempt extends Fees {
  readonly hash: string;
  /** As it is given to nodes. */
  readonly raw: string;
}

/** A transaction of which it is not known yet what became of it. */
export interface Unsettled extends Required<Sending> {
  readonly id: number;
  readonly nonce: number;
  readonly gasLimit: bigint;
  /** The newest one last. */
  readonly attempts: readonly Attempt[];
}

/** What was spent longer ago is forgotten, seconds. */
const KEPT_SECONDS = 30n * 86_400n;

/**
 * Keeps what was sent and spent, so that a limit holds, and nothing is sent twice, after a restart as well. What it is
 * told is on the disk when it returns.
 */
export class SpendingStore {
  readonly #database: DatabaseSync;

  /** @param file Its path; `:memory:` keeps nothing. */
  constructor(file: string) {
    this.#database = new DatabaseSync(file);
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS unsettled (
        id INTEGER PRIMARY KEY, chain_id TEXT NOT NULL, address TEXT NOT NULL, purpose TEXT NOT NULL,
        target TEXT NOT NULL, data TEXT NOT NULL, value TEXT NOT NULL, nonce INTEGER NOT NULL, gas_limit TEXT NOT NULL
      );
      CREATE TABLE IF NOT EXISTS attempts (
        sending INTEGER NOT NULL REFERENCES unsettled (id) ON DELETE CASCADE, hash TEXT NOT NULL, raw TEXT NOT NULL,
        max_fee TEXT NOT NULL, max_priority_fee TEXT NOT NULL
      );
      CREATE TABLE IF NOT EXISTS spent (time INTEGER NOT NULL, wei TEXT NOT NULL, purpose TEXT NOT NULL, hash TEXT NOT NULL);
      CREATE INDEX IF NOT EXISTS spent_by_time ON spent (time);
    `);
  }

  /** What is about to be sent, before it is; its attempts follow. */
  begin({ address, chainId }: Account, sending: Sending, nonce: number, gasLimit: bigint): Unsettled {
    const { purpose, to, data, value = 0n } = sending;
    const { lastInsertRowid: id } = this.#database
      .prepare(
        `INSERT INTO unsettled (chain_id, address, purpose, target, data, value, nonce, gas_limit)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(`${chainId}`, address, purpose, to, data, `${value}`, nonce, `${gasLimit}`);
    return { id: Number(id), purpose, to, data, value, nonce, gasLimit, attempts: [] };
  }

  /** A signed transaction, before it leaves. */
  addAttempt(unsettled: Unsettled, attempt: Attempt): Unsettled {
    const { hash, raw, maxFeePerGas, maxPriorityFeePerGas } = attempt;
    this.#database
      .prepare("INSERT INTO attempts VALUES (?, ?, ?, ?, ?)")
      .run(unsettled.id, hash, raw, `${maxFeePerGas}`, `${maxPriorityFeePerGas}`);
    return { ...unsettled, attempts: [...unsettled.attempts, attempt] };
  }

  /** The oldest one that an account has not settled. One of which nothing was signed never left, and is forgotten. */
  unsettled({ address, chainId }: Account): Unsettled | undefined {
    this.#database.exec("DELETE FROM unsettled WHERE id NOT IN (SELECT sending FROM attempts)");
    const row = this.#database
      .prepare("SELECT * FROM unsettled WHERE chain_id = ? AND address = ? ORDER BY id LIMIT 1")
      .get(`${chainId}`, address);
    if (row === undefined) return undefined;
    const attempts = this.#database
      .prepare("SELECT * FROM attempts WHERE sending = ? ORDER BY rowid")
      .all(Number(row.id));
    return {
      id: Number(row.id),
      purpose: String(row.purpose),
      to: String(row.target),
      data: String(row.data),
      value: BigInt(String(row.value)),
      nonce: Number(row.nonce),
      gasLimit: BigInt(String(row.gas_limit)),
      attempts: attempts.map((attempt) => ({
        hash: String(attempt.hash),
        raw: String(attempt.raw),
        maxFeePerGas: BigInt(String(attempt.max_fee)),
        maxPriorityFeePerGas: BigInt(String(attempt.max_priority_fee)),
      })),
    };
  }

  /**
   * It was mined, and cost something.
   * @param time Of its block, seconds.
   */
  settle({ id, purpose }: Unsettled, hash: string, spentWei: bigint, time: bigint): void {
    this.#database.exec("BEGIN");
    try {
      this.#database.prepare("INSERT INTO spent VALUES (?, ?, ?, ?)").run(time, `${spentWei}`, purpose, hash);
      this.#database.prepare("DELETE FROM spent WHERE time < ?").run(time - KEPT_SECONDS);
      this.#remove(id);
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  /** It was never sent, or can never be mined. */
  forget({ id }: Unsettled): void {
    this.#remove(id);
  }

  /**
   * Wei that were spent after a time, seconds.
   * @param purposes For what; for anything if left out.
   */
  spentSince(time: bigint, purposes?: readonly string[]): bigint {
    return this.#database
      .prepare("SELECT wei, purpose FROM spent WHERE time > ?")
      .all(time)
      .filter(({ purpose }) => purposes?.includes(String(purpose)) ?? true)
      .reduce((sum, { wei }) => sum + BigInt(String(wei)), 0n);
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #remove(id: number): void {
    this.#database.prepare("DELETE FROM unsettled WHERE id = ?").run(id);
  }
}
