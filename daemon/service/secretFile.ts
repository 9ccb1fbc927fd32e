import { statSync } from "node:fs";

import type { Logger } from "pino";

import { attempt, readText } from "../../clients/files.ts";

const BY_OTHERS = 0o007;

/**
 * Reads a file with a secret, and warns if everybody may read or change it.
 * @param field Through what it was named.
 * @throws {FileError} If it cannot be read.
 */
export function readSecret(path: string, field: string, log: Logger): string {
  const text = readText(path, field);
  const { mode } = attempt(path, field, "cannot be read", "name a file that you may read", () => statSync(path));
  if ((mode & BY_OTHERS) !== 0)
    log.warn({ file: path, mode: (mode & 0o777).toString(8), remedy: "chmod 600" }, "a secret is open to everybody");
  return text;
}
