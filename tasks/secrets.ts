import { existsSync, statSync } from "node:fs";

import { readText } from "../clients/files.ts";
import { InputError, optionName } from "./input.ts";
import type { Terminal } from "./terminal.ts";

/** Shorter passwords are found by trying, however slow each try is. */
const MIN_PASSWORD_LENGTH = 12;
/** Permissions of the group and of everybody. */
const OTHERS = 0o077;

/**
 * A password that exists: the first line of a file, or else what is typed, which is not shown.
 * @param file Path; undefined to ask.
 * @throws {InputError} If it is empty, or nobody is there to ask.
 */
export async function readPassword(terminal: Terminal, file: string | undefined, field: string): Promise<string> {
  const password =
    file === undefined ? await ask(terminal, field, "Password of the keystores: ") : firstLine(terminal, file, field);
  if (password === "" && file === undefined)
    throw new InputError(typedName(field), "nothing", "is empty", "type the password");
  if (password === "")
    throw new InputError(field, "nothing", "holds no password", "write the password on its first line");
  return password;
}

/**
 * A password to encrypt with: as `readPassword`, typed twice, at least 12 characters.
 * @throws {InputError} If it is too short, the two differ, or nobody is there to ask.
 */
export async function readNewPassword(terminal: Terminal, file: string | undefined, field: string): Promise<string> {
  const password = await readPassword(terminal, file, field);
  const { length } = password;
  if (length < MIN_PASSWORD_LENGTH)
    throw new InputError(
      file === undefined ? typedName(field) : field,
      `${length} characters`,
      "is too short for a password",
      `use at least ${MIN_PASSWORD_LENGTH} characters`,
    );
  if (file === undefined && (await ask(terminal, field, "The same password again: ")) !== password)
    throw new InputError(typedName(field), "hidden", "was typed differently the second time", "run the command again");
  return password;
}

/**
 * The passphrase that keys were made with: the first line of a file, or else what is typed, which is not shown.
 * @param file Path; undefined to ask.
 * @throws {InputError} If it is empty, or nobody is there to ask.
 */
export async function readPassphrase(terminal: Terminal, file: string | undefined, field: string): Promise<string> {
  const passphrase = await readSecret(terminal, file, field, "Passphrase of the mnemonic (not shown): ");
  if (passphrase === "")
    throw new InputError(
      file === undefined ? typedName(field) : field,
      "nothing",
      file === undefined ? "is empty" : "holds no passphrase",
      "leave the option out, if there is none",
    );
  return passphrase;
}

/**
 * A passphrase to make keys with: as `readPassphrase`, typed twice, since no key can be made again with another one.
 * @throws {InputError} If it is empty, the two differ, or nobody is there to ask.
 */
export async function readNewPassphrase(terminal: Terminal, file: string | undefined, field: string): Promise<string> {
  const passphrase = await readPassphrase(terminal, file, field);
  if (file === undefined && (await ask(terminal, field, "The same passphrase again: ")) !== passphrase)
    throw new InputError(typedName(field), "hidden", "was typed differently the second time", "run the command again");
  return passphrase;
}

/**
 * A mnemonic: the first line of a file, or else what is typed, which is not shown.
 * @param file Path; undefined to ask.
 * @throws {InputError} If nobody is there to ask.
 */
export async function readSecret(
  terminal: Terminal,
  file: string | undefined,
  field: string,
  question: string,
): Promise<string> {
  return file === undefined ? ask(terminal, field, question) : firstLine(terminal, file, field);
}

function firstLine(terminal: Terminal, file: string, field: string): string {
  // The name of a file that is not there may be the secret itself, given where its file was meant.
  if (!existsSync(file))
    throw new InputError(field, "hidden", "names no file", "give the path of a file that holds it on its first line");
  const line = readText(file, field).split(/\r?\n/)[0] ?? "";
  if (isOpenToOthers(file))
    terminal.note(`warning: other users of this machine may read ${file}: keep them out with chmod 600`);
  return line;
}

/** Windows has no such permissions, and what is no file has them for as long as it is read. */
function isOpenToOthers(file: string): boolean {
  const stats = statSync(file);
  return process.platform !== "win32" && stats.isFile() && (stats.mode & OTHERS) !== 0;
}

/** What is typed in place of a file: no option was given that could be named. */
function typedName(field: string): string {
  return field.replace(/File$/, "");
}

async function ask(terminal: Terminal, field: string, question: string): Promise<string> {
  if (!terminal.isInteractive)
    throw new InputError(
      typedName(field),
      "no terminal",
      "cannot be asked for",
      `run it in a terminal, or name a file that holds it with --${optionName(field)}`,
    );
  return terminal.askSecret(question);
}
