import { existsSync } from "node:fs";
import { dirname } from "node:path";

import { makeFolder, writeText } from "../clients/files.ts";
import { mnemonicToSeed, newMnemonic } from "../src/keys/derivation.ts";
import { InputError } from "./input.ts";
import { readNewPassphrase, readPassphrase, readSecret } from "./secrets.ts";
import type { Terminal } from "./terminal.ts";

/** Where a mnemonic comes from. */
export interface MnemonicArguments {
  readonly mnemonicFile: string | undefined;
  readonly passphrase: boolean;
  readonly passphraseFile: string | undefined;
}

/** Where a mnemonic comes from, which may be made. */
export interface NewMnemonicArguments extends MnemonicArguments {
  /** File for a new one; one that is there is used again. */
  readonly newMnemonicFile: string | undefined;
  /** Show a new one, once. */
  readonly showNewMnemonic: boolean;
}

/**
 * Whether a mnemonic is to be made, and none is used that exists.
 * @throws {InputError} If more than one source is named.
 */
export function makesMnemonic({ newMnemonicFile, showNewMnemonic, mnemonicFile }: NewMnemonicArguments): boolean {
  const named = [newMnemonicFile !== undefined, showNewMnemonic, mnemonicFile !== undefined].filter(Boolean);
  if (named.length > 1)
    throw new InputError(
      "mnemonic",
      `${named.length} sources`,
      "can come from one place only",
      "give one of --mnemonic-file, --new-mnemonic-file and --show-new-mnemonic",
    );
  return showNewMnemonic || (newMnemonicFile !== undefined && !existsSync(newMnemonicFile));
}

/**
 * The seed of the mnemonic that somebody names, types, or has made. One is made last, when nothing can be refused any
 * more: words that are of no use should not be shown, or lie about.
 * @returns 64 bytes; overwrite them after use.
 * @throws {InputError} If more than one source is named, or nobody is there to ask.
 * @throws {DerivationError} If it is no mnemonic.
 */
export async function readOrMakeSeed(args: NewMnemonicArguments, terminal: Terminal): Promise<Uint8Array> {
  const { newMnemonicFile, showNewMnemonic, mnemonicFile } = args;
  if (!makesMnemonic(args)) {
    if (newMnemonicFile !== undefined) terminal.note(`the mnemonic in ${newMnemonicFile} is used again`);
    return readSeed({ ...args, mnemonicFile: newMnemonicFile ?? mnemonicFile }, terminal, readNewPassphrase);
  }
  if (showNewMnemonic) requireTerminal(terminal);
  const passphrase = await passphraseFor(args, terminal, readNewPassphrase);
  const mnemonic = newMnemonicFile === undefined ? await showAndConfirm(terminal) : writeNew(newMnemonicFile);
  return mnemonicToSeed(mnemonic, passphrase);
}

/**
 * The seed of the mnemonic that somebody names or types.
 * @param passphraseOf Reads the passphrase: one that keys were made with, or one that they are to be made with.
 * @returns 64 bytes; overwrite them after use.
 * @throws {InputError} If nobody is there to ask.
 * @throws {DerivationError} If it is no mnemonic.
 */
export async function readSeed(
  args: MnemonicArguments,
  terminal: Terminal,
  passphraseOf = readPassphrase,
): Promise<Uint8Array> {
  const mnemonic = await readSecret(terminal, args.mnemonicFile, "mnemonicFile", "Mnemonic (not shown): ");
  return mnemonicToSeed(mnemonic, await passphraseFor(args, terminal, passphraseOf));
}

async function passphraseFor(
  { passphrase, passphraseFile }: MnemonicArguments,
  terminal: Terminal,
  passphraseOf: typeof readPassphrase,
): Promise<string> {
  if (!passphrase && passphraseFile === undefined) return "";
  return passphraseOf(terminal, passphraseFile, "passphraseFile");
}

function writeNew(file: string): string {
  const mnemonic = newMnemonic();
  makeFolder(dirname(file), "newMnemonicFile", "private");
  writeText(file, "newMnemonicFile", `${mnemonic}\n`, "private");
  return mnemonic;
}

function requireTerminal(terminal: Terminal): void {
  if (!terminal.isInteractive)
    throw new InputError(
      "showNewMnemonic",
      "no terminal",
      "cannot be shown to anybody",
      "run it in a terminal, or name a file with --new-mnemonic-file",
    );
}

/** Keys whose mnemonic was written down wrongly are lost, so it has to be typed once. */
async function showAndConfirm(terminal: Terminal): Promise<string> {
  const mnemonic = newMnemonic();
  terminal.note(
    `Write these 24 words on paper, with their numbers. They are shown once, and whoever has them has all keys:\n\n${numbered(mnemonic)}\n`,
  );
  const typed = await terminal.askSecret("Type them to go on (not shown): ");
  if (typed.trim().toLowerCase().split(/\s+/).join(" ") !== mnemonic)
    throw new InputError("mnemonic", "hidden", "was typed differently", "run the command again; these words are void");
  return mnemonic;
}

/** The words of a mnemonic in lines of four, so that none is skipped or swapped on paper; they have eight letters at most. */
function numbered(mnemonic: string): string {
  const cells = mnemonic.split(" ").map((word, i) => `${String(i + 1).padStart(2)} ${word.padEnd(8)}`);
  const lines = Array.from({ length: cells.length / 4 }, (_, i) => cells.slice(4 * i, 4 * i + 4));
  return lines.map((line) => line.join("   ").trimEnd()).join("\n");
}
