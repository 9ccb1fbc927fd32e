import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

import { FieldError } from "../src/units/errors.ts";

/** The file system refuses to read or write a path. */
export class FileError extends FieldError {}

/**
 * Reads a text.
 * @param field Through what the path was given.
 * @throws {FileError} If it cannot be read, for example because it is a folder.
 */
export function readText(path: string, field: string): string {
  return attempt(path, field, "cannot be read", "name a file that you may read", () => readFileSync(path, "utf8"));
}

/**
 * Writes a text.
 * @throws {FileError} If it cannot be written.
 */
export function writeText(path: string, field: string, text: string): void {
  attempt(path, field, "cannot be written", "make room, or name a folder that you may write to", () => {
    writeFileSync(path, text);
  });
}

/**
 * Makes a folder and those above it, where they are missing.
 * @throws {FileError} If it cannot be made, for example because a file has that name.
 */
export function makeFolder(path: string, field: string): void {
  attempt(path, field, "cannot be made a folder", "name a folder that you may write to", () =>
    mkdirSync(path, { recursive: true }),
  );
}

function attempt<T>(path: string, field: string, problem: string, remedy: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new FileError(field, path, `${problem}, ${String(error.code)}`, remedy);
  }
}
