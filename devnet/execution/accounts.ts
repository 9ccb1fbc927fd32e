import { HDNodeWallet, Mnemonic } from "ethers";

/** Seed of the development accounts of Hardhat and Anvil. Everybody knows it: it is for local chains only. */
export const DEVELOPMENT_MNEMONIC = "test test test test test test test test test test test junk";

const FOLDER = "m/44'/60'/0'/0";
const COUNT = 30;

/** The first development accounts, in the order and with the keys that Hardhat gives them. */
export function developmentAccounts(count = COUNT): HDNodeWallet[] {
  const folder = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(DEVELOPMENT_MNEMONIC), FOLDER);
  return Array.from({ length: count }, (_, index) => folder.deriveChild(index));
}
