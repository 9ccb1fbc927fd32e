import { DatabaseSync } from "node:sqlite";

import { FieldError } from "../../src/units/errors.ts";

/** Another process uses the record, and with it the data folder. */
export class RecordInUseError extends FieldError {}

const SQLITE_BUSY = 5;

/**
 * Opens a record that one process has at a time, and that is on the disk whenever a statement returns.
 * @param file Made if missing; `:memory:` keeps nothing.
 * @param schema SQL that makes its tables where they are missing.
 * @param user Who uses it, for the error.
 * @throws {RecordInUseError} If it is open already.
 */
export function openExclusive(file: string, schema: string, user: string): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    // The lock is the system's, and so ends with the process. FULL makes each commit wait for the disk.
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    database.exec(`BEGIN EXCLUSIVE; ${schema} COMMIT;`);
    return database;
  } catch (error) {
    database.close();
    if (!(error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY)) throw error;
    throw new RecordInUseError("data", file, "is used by another process", `run one ${user} for each data folder`);
  }
}
