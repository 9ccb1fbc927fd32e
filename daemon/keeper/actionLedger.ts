import type { DatabaseSync } from "node:sqlite";

import type { Provider } from "ethers";

import { openExclusive } from "../service/exclusiveDatabase.ts";

/** After so many seconds of the chain, a transaction that no node knows will not be mined any more. */
const LOST_AFTER = 1_800n;
/** Errands are remembered for so long, seconds of the chain. */
const KEPT = 90n * 86_400n;
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS errands (
    key TEXT PRIMARY KEY, action TEXT NOT NULL, state TEXT NOT NULL, nonce INTEGER NOT NULL, at INTEGER NOT NULL, hash TEXT
  );
  CREATE TABLE IF NOT EXISTS sightings (key TEXT PRIMARY KEY, at INTEGER NOT NULL);`;

interface Row {
  readonly state: "sending" | "mined";
  readonly nonce: number;
  readonly at: bigint;
  readonly hash: string | null;
}

/** An errand as it begins. */
interface Beginning {
  readonly action: string;
  /** Of the account that sends. */
  readonly nonce: number;
  /** Time of the newest block, seconds. */
  readonly at: bigint;
}

/**
 * What the keeper has sent, in a file: an errand is written down before its transaction leaves, so that none is done
 * twice, whenever the process ends. One process has it at a time.
 */
export class ActionLedger {
  readonly #database: DatabaseSync;

  /**
   * @param file Made if missing; `:memory:` keeps nothing.
   * @throws {RecordInUseError} If another process has it open.
   */
  constructor(file: string) {
    this.#database = openExclusive(file, SCHEMA, "keeper");
  }

  /**
   * Whether an errand is to be sent: it was not, or its transaction is known to have failed.
   * @param account Who sends.
   * @param now Time of the newest block, seconds.
   */
  async isOpen(key: string, { provider, account, now }: { provider: Provider; account: string; now: bigint }) {
    const row = this.#find(key);
    if (row === undefined) return true;
    if (row.state === "mined") {
      // The result is on the chain, or on its way to this node, unless the block was given up.
      if (now < row.at + LOST_AFTER || (await provider.getTransactionReceipt(row.hash ?? "")) !== null) return false;
    } else {
      const [latest, pending] = await Promise.all([
        provider.getTransactionCount(account, "latest"),
        provider.getTransactionCount(account, "pending"),
      ]);
      // Once the nonce is used, the chain shows whether by this errand.
      const isUnderWay = latest <= row.nonce && (pending > row.nonce || now < row.at + LOST_AFTER);
      if (isUnderWay) return false;
    }
    this.forget(key);
    return true;
  }

  /** Writes down that an errand is about to be sent. */
  begin(key: string, { action, nonce, at }: Beginning): void {
    this.#database
      .prepare("INSERT INTO errands (key, action, state, nonce, at) VALUES (?, ?, 'sending', ?, ?)")
      .run(key, action, nonce, at);
    this.#database.prepare("DELETE FROM errands WHERE at < ?").run(at - KEPT);
    this.#database.prepare("DELETE FROM sightings WHERE at < ?").run(at - KEPT);
  }

  /** Writes down that an errand's transaction was mined. */
  complete(key: string, hash: string): void {
    this.#database.prepare("UPDATE errands SET state = 'mined', hash = ? WHERE key = ?").run(hash, key);
  }

  /** An errand that was not sent, or failed, may be sent again. */
  forget(key: string): void {
    this.#database.prepare("DELETE FROM errands WHERE key = ?").run(key);
  }

  /** When an action last had a transaction mined, seconds; undefined for never. */
  lastDone(action: string): bigint | undefined {
    const row = this.#database
      .prepare("SELECT max(at) AS at FROM errands WHERE action = ? AND state = 'mined'")
      .get(action);
    return row?.at == null ? undefined : BigInt(row.at as number);
  }

  /** When something was seen for the first time, seconds; now if it was not yet. */
  firstSeen(key: string, now: bigint): bigint {
    this.#database.prepare("INSERT OR IGNORE INTO sightings VALUES (?, ?)").run(key, now);
    const row = this.#database.prepare("SELECT at FROM sightings WHERE key = ?").get(key);
    return row === undefined ? now : BigInt(row.at as number);
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #find(key: string): Row | undefined {
    const row = this.#database.prepare("SELECT state, nonce, at, hash FROM errands WHERE key = ?").get(key);
    if (row === undefined) return undefined;
    return {
      state: row.state as Row["state"],
      nonce: row.nonce as number,
      at: BigInt(row.at as number),
      hash: row.hash as string | null,
    };
  }
}
