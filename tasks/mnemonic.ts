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
 * The seed of the mnemonic that somebody names, types, or has made.
 * @returns 64 bytes; overwrite them after use.
 * @throws {InputError} If more than one source is named, or nobody is there to ask.
 * @throws {DerivationError} If it is no mnemonic.
 */
export async function readOrMakeSeed(args: NewMnemonicArguments, terminal: Terminal): Promise<Uint8Array> {
  const { newMnemonicFile, showNewMnemonic, mnemonicFile } = args;
  const named = [newMnemonicFile !== undefined, showNewMnemonic, mnemonicFile !== undefined].filter(Boolean);
  if (named.length > 1)
    throw new InputError(
      "mnemonic",
      `${named.length} sources`,
      "can come from one place only",
      "give one of --mnemonic-file, --new-mnemonic-file and --show-new-mnemonic",
    );
  if (showNewMnemonic) return seedOf(await showAndConfirm(terminal), args, terminal, readNewPassphrase);
  if (newMnemonicFile === undefined) return readSeed(args, terminal, readNewPassphrase);
  if (existsSync(newMnemonicFile)) terminal.note(`the mnemonic in ${newMnemonicFile} is used again`);
  else {
    makeFolder(dirname(newMnemonicFile), "newMnemonicFile", "private");
    writeText(newMnemonicFile, "newMnemonicFile", `${newMnemonic()}\n`, "private");
  }
  return readSeed({ ...args, mnemonicFile: newMnemonicFile }, terminal, readNewPassphrase);
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
  return seedOf(mnemonic, args, terminal, passphraseOf);
}

async function seedOf(
  mnemonic: string,
  { passphrase, passphraseFile }: MnemonicArguments,
  terminal: Terminal,
  passphraseOf: typeof readPassphrase,
): Promise<Uint8Array> {
  if (!passphrase && passphraseFile === undefined) return mnemonicToSeed(mnemonic);
  return mnemonicToSeed(mnemonic, await passphraseOf(terminal, passphraseFile, "passphraseFile"));
}

/** Keys whose mnemonic was written down wrongly are lost, so it has to be typed once. */
async function showAndConfirm(terminal: Terminal): Promise<string> {
  if (!terminal.isInteractive)
    throw new InputError(
      "showNewMnemonic",
      "no terminal",
      "cannot be shown to anybody",
      "run it in a terminal, or name a file with --new-mnemonic-file",
    );
  const mnemonic = newMnemonic();
  terminal.note(
    `Write these 24 words on paper. They are shown once, and whoever has them has all keys:\n\n${mnemonic}\n`,
  );
  const typed = await terminal.askSecret("Type them to go on (not shown): ");
  if (typed.trim().toLowerCase().split(/\s+/).join(" ") !== mnemonic)
    throw new InputError("mnemonic", "hidden", "was typed differently", "run the command again; these words are void");
  return mnemonic;
}
