import { DatabaseSync } from "node:sqlite";

/** A block as it is kept. */
export interface StoredBlock {
  readonly slot: number;
  readonly root: Uint8Array;
  /** The signed block, SSZ. */
  readonly ssz: Uint8Array;
}

/** Whose state has a root. */
export interface StateRoot {
  readonly slot: number;
  readonly root: Uint8Array;
}

/** Keeps the chain in a file, so that it goes on where it was however its process ended. */
export class ChainStore {
  readonly #database: DatabaseSync;

  /** @param path File; `:memory:` keeps nothing. */
  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS blocks (slot INTEGER PRIMARY KEY, root BLOB NOT NULL UNIQUE, ssz BLOB NOT NULL);
      CREATE TABLE IF NOT EXISTS states (slot INTEGER PRIMARY KEY, ssz BLOB NOT NULL);
      CREATE TABLE IF NOT EXISTS state_roots (root BLOB PRIMARY KEY, slot INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    `);
  }

  /** Adds a block together with the root of its state, and the slot that the chain's clock has come to. */
  saveBlock({ slot, root, ssz }: StoredBlock, stateRoot: Uint8Array): void {
    this.#atOnce(() => {
      this.#database.prepare("INSERT INTO blocks VALUES (?, ?, ?)").run(slot, root, ssz);
      this.#saveStateRoot({ slot, root: stateRoot });
      this.saveMeta("clock", String(slot));
    });
  }

  /** Sets the slot that the clock has come to, with the roots of the states since the one before. */
  saveClock(slot: number, stateRoots: readonly StateRoot[]): void {
    this.#atOnce(() => {
      for (const each of stateRoots) this.#saveStateRoot(each);
      this.saveMeta("clock", String(slot));
    });
  }

  /** Slot whose state has a root. */
  slotOfState(root: Uint8Array): number | undefined {
    const row = this.#database.prepare("SELECT slot FROM state_roots WHERE root = ?").get(root);
    return row === undefined ? undefined : Number(row.slot);
  }

  /** Keeps a state from which later ones can be computed. */
  saveState(slot: number, ssz: Uint8Array): void {
    this.#database.prepare("INSERT OR REPLACE INTO states VALUES (?, ?)").run(slot, ssz);
  }

  /** Forgets all but the first state and the newest ones. */
  pruneStates(newest: number): void {
    this.#database
      .prepare(
        `DELETE FROM states WHERE slot > (SELECT MIN(slot) FROM states)
         AND slot NOT IN (SELECT slot FROM states ORDER BY slot DESC LIMIT ?)`,
      )
      .run(newest);
  }

  saveMeta(name: string, value: string): void {
    this.#database.prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)").run(name, value);
  }

  meta(name: string): string | undefined {
    const row = this.#database.prepare("SELECT value FROM meta WHERE name = ?").get(name);
    return row === undefined ? undefined : String(row.value);
  }

  /** The newest state that is not later than a slot. */
  stateBefore(slot: number): { readonly slot: number; readonly ssz: Uint8Array } | undefined {
    const row = this.#database
      .prepare("SELECT slot, ssz FROM states WHERE slot <= ? ORDER BY slot DESC LIMIT 1")
      .get(slot);
    return row === undefined ? undefined : { slot: Number(row.slot), ssz: row.ssz as Uint8Array };
  }

  /** How many blocks there are from a slot on up to another one, both included. */
  countBlocks(from: number, to: number): number {
    const row = this.#database.prepare("SELECT COUNT(*) AS n FROM blocks WHERE slot BETWEEN ? AND ?").get(from, to);
    return Number(row?.n);
  }

  /** Blocks from a slot on up to another one, both included, ascending. */
  *blocks(from: number, to: number): Generator<StoredBlock> {
    const rows = this.#database
      .prepare("SELECT slot, root, ssz FROM blocks WHERE slot BETWEEN ? AND ? ORDER BY slot")
      .iterate(from, to);
    for (const row of rows) yield toBlock(row);
  }

  /** The newest block that is not later than a slot. */
  blockBefore(slot: number): StoredBlock | undefined {
    const row = this.#database
      .prepare("SELECT slot, root, ssz FROM blocks WHERE slot <= ? ORDER BY slot DESC LIMIT 1")
      .get(slot);
    return row === undefined ? undefined : toBlock(row);
  }

  /** The oldest block that is later than a slot. */
  blockAfter(slot: number): StoredBlock | undefined {
    const row = this.#database
      .prepare("SELECT slot, root, ssz FROM blocks WHERE slot > ? ORDER BY slot LIMIT 1")
      .get(slot);
    return row === undefined ? undefined : toBlock(row);
  }

  blockByRoot(root: Uint8Array): StoredBlock | undefined {
    const row = this.#database.prepare("SELECT slot, root, ssz FROM blocks WHERE root = ?").get(root);
    return row === undefined ? undefined : toBlock(row);
  }

  close(): void {
    this.#database.close();
  }

  /** All of it is kept, or nothing. */
  #atOnce(write: () => void): void {
    this.#database.exec("BEGIN");
    try {
      write();
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  #saveStateRoot({ slot, root }: StateRoot): void {
    this.#database.prepare("INSERT OR REPLACE INTO state_roots VALUES (?, ?)").run(root, slot);
  }
}

function toBlock(row: Record<string, unknown>): StoredBlock {
  return { slot: Number(row.slot), root: row.root as Uint8Array, ssz: row.ssz as Uint8Array };
}
