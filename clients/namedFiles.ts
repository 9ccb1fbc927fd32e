import { existsSync } from "node:fs";
import { join, parse } from "node:path";

import { FieldError } from "../src/units/errors.ts";
import { listFolder } from "./files.ts";

/** A folder holds several files of a kind, of which one is wanted. */
export class NamedFileError extends FieldError {}

/**
 * The file of a name, or else the one that another tool has written with the time in it: `deposit_data-1700000000.json`.
 * @returns Its path; nothing if there is none.
 * @throws {NamedFileError} If there are several.
 */
export function findFile(folder: string, name: string): string | undefined {
  const file = join(folder, name);
  if (existsSync(file)) return file;
  const { name: stem, ext } = parse(name);
  const others = listFolder(folder, "dir").filter((entry) => entry.startsWith(`${stem}-`) && entry.endsWith(ext));
  if (others.length > 1)
    throw new NamedFileError("dir", folder, `holds ${others.join(" and ")}`, "keep one of them, or a folder for each");
  return others[0] === undefined ? undefined : join(folder, others[0]);
}
