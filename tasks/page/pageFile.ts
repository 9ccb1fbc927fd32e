import { accessSync, constants, lstatSync } from "node:fs";
import { dirname } from "node:path";

import { readText } from "../../clients/files.ts";
import { showHidden } from "../../src/units/hiddenText.ts";
import { InputError } from "../input.ts";
import type { Terminal } from "../terminal.ts";
import { agree } from "../transaction.ts";

/** By what a page tells that it is one of ours. */
export const GENERATOR = "poolETH report";

const FIELD = "html";
const REMEDY = "name a file in a folder that you may write to";

/**
 * Makes sure that a page can be written, before the work that goes into it begins.
 * @param path Nothing happens without one.
 * @returns The path.
 * @throws {InputError} If it cannot be written, or is another file, and nobody agrees to lose that.
 */
export async function openPageFile(path: string | undefined, terminal: Terminal): Promise<string | undefined> {
  if (path === undefined) return undefined;
  if (path === "") throw new InputError(FIELD, path, "names no file", REMEDY);
  if (path.startsWith("--"))
    throw new InputError(FIELD, path, "is an option, and no file", `name a file before it, or write ./${path}`);
  const entry = attempt(path, () => lstatSync(path, { throwIfNoEntry: false }));
  // A link would be replaced, rather than what it leads to.
  if (entry?.isFile() === false) throw new InputError(FIELD, path, "is there, and is no file", "name another one");
  attempt(path, () => {
    accessSync(dirname(path), constants.W_OK | constants.X_OK);
    if (entry !== undefined) accessSync(path, constants.R_OK | constants.W_OK);
  });
  if (entry === undefined || isPage(path)) return path;
  if (!terminal.isInteractive)
    throw new InputError(
      FIELD,
      path,
      "is no report, and nobody can be asked whether to replace it",
      "name another file",
    );
  await agree(terminal, `Type yes to replace ${showHidden(path)}, which is no report: `, {
    undone: "nothing was written",
    remedy: "name another file",
  });
  return path;
}

function isPage(path: string): boolean {
  return readText(path, FIELD).slice(0, 1_024).includes(`<meta name="generator" content="${GENERATOR}"`);
}

function attempt<T>(path: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new InputError(FIELD, path, `cannot be written, ${String(error.code)}`, REMEDY);
  }
}
