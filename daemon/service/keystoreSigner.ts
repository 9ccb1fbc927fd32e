import { Wallet } from "ethers";
import type { Logger } from "pino";

import { readSecret } from "./secretFile.ts";
import { SignerError } from "./signerError.ts";

/**
 * The account of an encrypted keystore (Web3 Secret Storage), decrypted with the password in a file, whose last line
 * break does not count.
 * @throws {FileError} If one of the files cannot be read.
 * @throws {SignerError} If the password is another one, or the file no keystore.
 */
export async function keystoreSigner(keystore: string, passwordFile: string, log: Logger): Promise<Wallet> {
  const json = readSecret(keystore, "signer.keystore", log);
  const password = readSecret(passwordFile, "signer.passwordFile", log).replace(/\r?\n$/, "");
  try {
    const { privateKey } = await Wallet.fromEncryptedJson(json, password);
    return new Wallet(privateKey);
  } catch (error) {
    // What ethers says could quote the password.
    const isPassword = error instanceof Error && error.message.includes("incorrect password");
    const problem = isPassword ? "has another password" : "is not an account's encrypted keystore";
    throw new SignerError("signer.keystore", keystore, problem, "name the keystore and the file with its password");
  }
}
