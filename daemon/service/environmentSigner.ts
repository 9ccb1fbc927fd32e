import { Wallet } from "ethers";

import { SignerError } from "./signerError.ts";

/**
 * The account whose private key is the value of an environment variable.
 * @param environment Where to look, such as `process.env`.
 * @throws {SignerError} If the variable is missing, or holds no private key.
 */
export function environmentSigner(name: string, environment: NodeJS.ProcessEnv): Wallet {
  const key = environment[name]?.trim() ?? "";
  const remedy = "set it to a private key: 0x and 64 hexadecimal digits";
  if (key === "") throw new SignerError("signer.env", name, "names a variable that is not set", remedy);
  try {
    return new Wallet(key.startsWith("0x") ? key : `0x${key}`);
  } catch {
    throw new SignerError("signer.env", name, "names a variable without a private key in it", remedy);
  }
}
