import type { AbstractSigner, Provider } from "ethers";
import type { Logger } from "pino";

import type { SignerSource } from "../config/commonConfig.ts";
import { environmentSigner } from "./environmentSigner.ts";
import { keystoreSigner } from "./keystoreSigner.ts";
import { Web3Signer } from "./web3Signer.ts";

/**
 * The account that a daemon signs with, connected to the chain.
 * @throws {SignerError} If its key cannot be used.
 * @throws {FileError} If one of its files cannot be read.
 */
export async function openSigner(source: SignerSource, provider: Provider, log: Logger): Promise<AbstractSigner> {
  if ("keystore" in source) return (await keystoreSigner(source.keystore, source.passwordFile, log)).connect(provider);
  if ("env" in source) return environmentSigner(source.env, process.env).connect(provider);
  const signer = new Web3Signer(new URL(source.web3signer), source.address, provider);
  await signer.requireAccount();
  return signer;
}
