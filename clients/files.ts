import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import { FieldError } from "../src/units/errors.ts";

/** The file system refuses to read or write a path. */
export class FileError extends FieldError {}

/** For everybody to read, or for the owner alone. */
export type FileMode = "public" | "private";

const FILE_MODES = { public: 0o644, private: 0o600 };
const FOLDER_MODES = { public: 0o755, private: 0o700 };
/** Ending of what is being written; a leftover is overwritten by the next attempt. */
const UNFINISHED = ".unfinished";

/**
 * Reads a text.
 * @param field Through what the path was given.
 * @throws {FileError} If it cannot be read, for example because it is a folder.
 */
export function readText(path: string, field: string): string {
  return attempt(path, field, "cannot be read", "name a file that you may read", () => readFileSync(path, "utf8"));
}

/**
 * Writes a text whole or not at all: it takes its name when all of it is on the disk.
 * @throws {FileError} If it cannot be written.
 */
export function writeText(path: string, field: string, text: string, mode: FileMode = "public"): void {
  attempt(path, field, "cannot be written", "make room, or name a folder that you may write to", () => {
    const unfinished = `${path}${UNFINISHED}`;
    rmSync(unfinished, { force: true });
    try {
      const file = openSync(unfinished, "wx", FILE_MODES[mode]);
      try {
        writeFileSync(file, text);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(unfinished, path);
    } catch (error) {
      // It may hold a secret, and nobody would look for it.
      rmSync(unfinished, { force: true });
      throw error;
    }
  });
}

/**
 * Makes a folder with files, all of them or none.
 * @param files Text by name.
 * @throws {FileError} If it cannot be written, or is there already with something in it.
 */
export function writeFolder(
  path: string,
  field: string,
  files: Readonly<Record<string, string>>,
  mode: FileMode = "public",
): void {
  const unfinished = join(dirname(path), `${basename(path)}${UNFINISHED}`);
  attempt(unfinished, field, "cannot be removed", "remove it by hand", () => {
    rmSync(unfinished, { recursive: true, force: true });
  });
  makeFolder(unfinished, field, mode);
  for (const [name, text] of Object.entries(files)) writeText(join(unfinished, name), field, text, mode);
  moveFolder(unfinished, path, field);
}

/**
 * Gives a folder another name.
 * @throws {FileError} If that is taken, or it cannot be moved.
 */
export function moveFolder(from: string, to: string, field: string): void {
  attempt(to, field, "cannot be written", "name a folder that is not there yet, and that you may write to", () => {
    renameSync(from, to);
  });
}

/**
 * Makes a folder and those above it, where they are missing.
 * @throws {FileError} If it cannot be made, for example because a file has that name.
 */
export function makeFolder(path: string, field: string, mode: FileMode = "public"): void {
  attempt(path, field, "cannot be made a folder", "name a folder that you may write to", () => {
    makeFolders(resolve(path), FOLDER_MODES[mode]);
  });
}

/** Node's own recursion never ends where a folder's children cannot be made but seem missing, as below /proc. */
function makeFolders(path: string, mode: number): void {
  if (!existsSync(path) && dirname(path) !== path) makeFolders(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    const isThere =
      error instanceof Error && "code" in error && error.code === "EEXIST" && statSync(path).isDirectory();
    if (!isThere) throw error;
  }
}

/**
 * Names of what is in a folder, sorted, without what is unfinished or hidden; none if there is no such folder.
 * @throws {FileError} If it cannot be read.
 */
export function listFolder(path: string, field: string): string[] {
  const names = attempt(path, field, "cannot be read", "name a folder that you may read", () => {
    try {
      return readdirSync(path);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
      throw error;
    }
  });
  return names.filter((name) => !name.startsWith(".") && !name.endsWith(UNFINISHED)).sort();
}

/** What a folder holds. */
export interface FolderEntry {
  readonly name: string;
  /** False for files, and for links to whatever. */
  readonly isFolder: boolean;
}

/**
 * All that is in a folder, also what is hidden or unfinished, sorted by name.
 * @throws {FileError} If it cannot be read, for example because there is none.
 */
export function listEntries(path: string, field: string): FolderEntry[] {
  return attempt(path, field, "cannot be read", "name a folder that you may read", () =>
    readdirSync(path, { withFileTypes: true })
      .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
}

/**
 * Does something with a path.
 * @throws {FileError} If the file system refuses, with its code.
 */
export function attempt<T>(path: string, field: string, problem: string, remedy: string, operation: () => T): T {
  if (path === "") throw new FileError(field, path, "names no path", remedy);
  try {
    return operation();
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new FileError(field, path, `${problem}, ${String(error.code)}`, remedy);
  }
}
