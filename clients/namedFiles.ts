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
  const { name: stem, ext } = parse(name);
  const [found, ...others] = listFolder(folder, "dir").filter(
    (entry) => entry === name || (entry.startsWith(`${stem}-`) && entry.endsWith(ext)),
  );
  if (found !== undefined && others.length > 0)
    throw new NamedFileError(
      "dir",
      folder,
      `holds ${[found, ...others].join(" and ")}`,
      "keep one of them, or a folder for each",
    );
  return found === undefined ? undefined : join(folder, found);
}
