import { existsSync } from "node:fs";
import { join } from "node:path";

import { parseCeremony, type Ceremony, type CeremonyFiles } from "../src/ceremony/ceremony.ts";
import type { Network } from "../src/consensus/network.ts";
import { DEPOSIT_FILE } from "../src/keys/depositFile.ts";
import { KEYSHARES_FILE } from "../src/ssv/keysharesFile.ts";
import { FieldError } from "../src/units/errors.ts";
import { makeFolder, readText, writeText } from "./files.ts";

/** A folder does not hold a ceremony, or must not be overwritten. */
export class CeremonyFolderError extends FieldError {}

/**
 * Reads and verifies the ceremony in a folder.
 * @throws {CeremonyFolderError} If a file is missing.
 * @throws {FileError} If one cannot be read.
 * @throws {FieldError} As `parseCeremony` does.
 */
export function readCeremony(folder: string, network: Network): Ceremony {
  return parseCeremony({ deposits: read(folder, DEPOSIT_FILE), keyshares: read(folder, KEYSHARES_FILE) }, network);
}

/**
 * Writes the files of a ceremony into a folder, with a note on where they come from.
 * @throws {CeremonyFolderError} If there is a ceremony already.
 * @throws {FileError} If the folder or a file cannot be written.
 */
export function writeCeremony(folder: string, files: CeremonyFiles, note: string): void {
  for (const name of [DEPOSIT_FILE, KEYSHARES_FILE])
    if (existsSync(join(folder, name)))
      throw new CeremonyFolderError("out", folder, `holds a ${name} already`, "name another folder");
  makeFolder(folder, "out");
  writeText(join(folder, DEPOSIT_FILE), "out", `${files.deposits}\n`);
  writeText(join(folder, KEYSHARES_FILE), "out", `${files.keyshares}\n`);
  writeText(join(folder, "README.md"), "out", `${note}\n`);
}

function read(folder: string, name: string): string {
  const file = join(folder, name);
  if (!existsSync(file))
    throw new CeremonyFolderError("dir", folder, `holds no ${name}`, "name the folder that the ceremony wrote");
  return readText(file, "dir");
}
