import { readText } from "../clients/files.ts";
import { fromHex, toHex, type Hex } from "../src/units/hex.ts";
import { InputError } from "./input.ts";

/** How a task is told of validators. */
export interface KeysArguments {
  readonly keys: string | undefined;
  readonly file: string | undefined;
}

const KEY_LENGTH = 48;
/** Not a part of something longer, such as a signature. */
const KEY = /(?<![0-9a-fx])(?:0x)?[0-9a-f]{96}(?![0-9a-f])/gi;

/**
 * Public keys of validators: those that were named, or all that stand in a file, whatever its form: a list with one in
 * each line, JSON, a deposit file.
 * @throws {InputError | FileError | HexFormatError} If there is none, one is no key, or one is there twice.
 */
export function readPubkeys({ keys, file }: KeysArguments): Hex[] {
  if ((keys === undefined) === (file === undefined))
    throw new InputError(
      "keys",
      keys === undefined ? "nothing" : "both",
      "are to be given, or a file with them, and not both",
      "name public keys by commas with --keys, or a file that holds them with --file",
    );
  const found =
    file === undefined
      ? (keys ?? "").split(",").map((key) => toHex(fromHex(key.trim(), "keys", KEY_LENGTH)))
      : [...new Set(findKeys(readText(file, "file")))];
  if (found.length === 0)
    throw new InputError("file", file ?? "", "holds no public key", "write one in each line, 96 hexadecimal digits");
  const twice = found.find((key, i) => found.indexOf(key) !== i);
  if (twice !== undefined) throw new InputError("keys", twice, "is there twice", "name each key once");
  return found;
}

function findKeys(text: string): Hex[] {
  return [...text.matchAll(KEY)].map(([digits]) => toHex(fromHex(digits, "file", KEY_LENGTH)));
}
