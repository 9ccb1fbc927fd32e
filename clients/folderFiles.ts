import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from "node:fs";

import { attempt, FileError, listFolder } from "./files.ts";

/** Most bytes of a file in a folder: the key shares of several thousand keys for 13 operators have fewer. */
export const MAX_FILE_BYTES = 128 * 2 ** 20;

/** Where they exist: what has become a link in the meantime is not followed, and a pipe not waited for. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const REMEDY = "have the file itself there, if you trust whoever made the folder";

/**
 * Reads a text in a folder that somebody else may have made. A link could lead to files of ours, a device or pipe never
 * ends: only a regular file is read.
 * @param field How messages name it.
 * @throws {FileError} If it is anything else, too large, or cannot be read.
 */
export function readFolderFile(path: string, field: string): string {
  return attempt(path, field, "cannot be read", "name a file that you may read", () => {
    checkRegular(lstatSync(path), path, field);
    const file = openSync(path, FLAGS);
    try {
      const stats = fstatSync(file);
      checkRegular(stats, path, field);
      return readAll(file, stats.size);
    } finally {
      closeSync(file);
    }
  });
}

/**
 * Names of what is in a folder below one that was named, as `listFolder` gives them.
 * @throws {FileError} If it is a link, or cannot be read.
 */
export function listSubfolder(path: string, field: string): string[] {
  checkNoLink(path, field);
  return listFolder(path, field);
}

/**
 * Checks that a path in a folder does not lead out of it.
 * @throws {FileError} If it is a link.
 */
export function checkNoLink(path: string, field: string): void {
  const stats = attempt(path, field, "cannot be read", "name a folder that you may read", () =>
    lstatSync(path, { throwIfNoEntry: false }),
  );
  if (stats?.isSymbolicLink() === true) throw isLink(path, field);
}

function checkRegular(stats: Stats, path: string, field: string): void {
  if (stats.isSymbolicLink()) throw isLink(path, field);
  if (!stats.isFile()) throw new FileError(field, path, "cannot be read, being no regular file", REMEDY);
  if (stats.size > MAX_FILE_BYTES)
    throw new FileError(
      field,
      path,
      `cannot be read, having more than ${MAX_FILE_BYTES} bytes`,
      "make smaller batches",
    );
}

/** No more than it had when it was opened. */
function readAll(file: number, size: number): string {
  const bytes = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const read = readSync(file, bytes, length, size - length, null);
    if (read === 0) break;
    length += read;
  }
  return bytes.toString("utf8", 0, length);
}

function isLink(path: string, field: string): FileError {
  return new FileError(field, path, "cannot be read, being a link", REMEDY);
}
