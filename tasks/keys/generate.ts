import { relative } from "node:path";

import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { makeFolder } from "../../clients/files.ts";
import { listKeystores } from "../../clients/keyFolder.ts";
import { findFile } from "../../clients/namedFiles.ts";
import { DEPOSIT_FILE } from "../../src/keys/depositFile.ts";
import { generateKeys } from "../commands/generateKeys.ts";
import { findDepositTerms, type TermsArguments } from "../depositTerms.ts";
import { InputError, parseCount, requireOption } from "../input.ts";
import { makesMnemonic, readOrMakeSeed, type NewMnemonicArguments } from "../mnemonic.ts";
import { runTask } from "../runner.ts";
import { readNewPassword } from "../secrets.ts";

interface GenerateArguments extends TermsArguments, NewMnemonicArguments {
  readonly json: boolean;
  readonly dir: string | undefined;
  readonly count: string | undefined;
  readonly firstIndex: string;
  readonly keystores: string;
  readonly passwordFile: string | undefined;
}

/** An owner at SSV registers no more in its life. */
const MAX_KEYS = 65_536;
const MAX_INDEX = 2 ** 32 - 1;

const action: NewTaskActionFunction<GenerateArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const folder = requireOption(args.dir, "dir", "name a folder for the keys");
    const number = requireOption(args.count, "count", "say how many keys the folder is to hold");
    const count = parseCount(number, "count", 1, MAX_KEYS);
    const firstIndex = parseCount(args.firstIndex, "firstIndex", 0, MAX_INDEX - count + 1);
    const kdf = parseKeystores(args.keystores);
    for (const field of ["newMnemonicFile", "mnemonicFile", "passphraseFile", "passwordFile"] as const)
      checkOutside(folder, field, args[field]);
    const isNew = makesMnemonic(args);
    const terms = await findDepositTerms(hre, args);
    if (isNew) prepareNewFolder(folder);
    const password = kdf === undefined ? "" : await readNewPassword(terminal, args.passwordFile, "passwordFile");
    const seed = await readOrMakeSeed(args, terminal);
    try {
      const keystores = kdf === undefined ? undefined : { kdf, password };
      const made = await generateKeys({ ...terms, folder, seed, firstIndex, count, keystores }, terminal);
      for (const line of custody(args, kdf !== undefined)) terminal.note(line);
      return made;
    } finally {
      seed.fill(0);
    }
  });

/** A new mnemonic gives other keys than those that are there, and is of no use for a folder that cannot be written. */
function prepareNewFolder(folder: string): void {
  if (findFile(folder, DEPOSIT_FILE) !== undefined || listKeystores(folder).length > 0)
    throw new InputError(
      "dir",
      folder,
      "holds keys of another mnemonic",
      "give that mnemonic to add keys to it, or name another folder",
    );
  makeFolder(folder, "dir", "private");
}

/** The folder is carried from machine to machine, and read by others. */
function checkOutside(folder: string, field: string, file: string | undefined): void {
  if (file === undefined || relative(folder, file).startsWith("..")) return;
  throw new InputError(field, file, "is inside the folder of the ceremony", "keep what is secret elsewhere");
}

function parseKeystores(kdf: string): "scrypt" | "pbkdf2" | undefined {
  if (kdf === "scrypt" || kdf === "pbkdf2") return kdf;
  if (kdf === "none") return undefined;
  throw new InputError("keystores", kdf, "is no way to encrypt them", "give scrypt, pbkdf2 or none");
}

/** What whoever made keys has to keep, and to get rid of. */
function custody({ newMnemonicFile, mnemonicFile, passwordFile, dir }: GenerateArguments, hasKeystores: boolean) {
  const keep = ["the mnemonic and its passphrase, on paper or steel, in two places"];
  if (hasKeystores) keep.push(`${dir ?? ""}/keystores and, elsewhere, their password`);
  const destroy = ["all that this machine has stored of them, such as shell history and swap"];
  for (const file of [newMnemonicFile, mnemonicFile, passwordFile])
    if (file !== undefined) destroy.push(`${file}, once you have it elsewhere`);
  return [
    "warning: whoever has the mnemonic or a keystore with its password can sign for the validators, and get them slashed",
    `back up: ${keep.join("; ")}`,
    `destroy: ${destroy.join("; ")}`,
    "once key shares are registered and the validators attest, no machine needs a whole key any more",
  ];
}

export default action;
