import type { KeyObject } from "node:crypto";

import { readText } from "../clients/files.ts";
import { parseOperatorPrivateKey } from "../src/ssv/operatorKey.ts";
import { InputError, parseOperatorId } from "./input.ts";

/**
 * Reads private keys of operators, for those who run some: `1=node1.pem,2=node2.pem`.
 * @returns By operator id; none for an option that was not given.
 * @throws {InputError} If it is written otherwise.
 * @throws {FileError | OperatorKeyError} If a file cannot be read, or holds no such key.
 */
export function readOperatorKeys(text: string | undefined): Map<bigint, KeyObject> {
  const keys = new Map<bigint, KeyObject>();
  for (const part of text === undefined ? [] : text.split(",")) {
    const [id = "", file] = part.trim().split("=", 2);
    if (file === undefined)
      throw new InputError("operatorKeys", part, "names no file", "write them as 1=node1.pem,2=node2.pem");
    const operatorId = parseOperatorId(id, "operatorKeys");
    keys.set(operatorId, parseOperatorPrivateKey(readText(file, "operatorKeys"), `private key of operator ${id}`));
  }
  return keys;
}
