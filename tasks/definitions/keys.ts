import { emptyTask, task } from "hardhat/config";

import { built, reading, readingSSV, SCAN_FROM, splitting, text, withMnemonic, withTerms } from "../options.ts";

/** Tasks of the group `keys`. */
export const keysTasks = [
  emptyTask("keys", "Make, split and verify validator keys").build(),
  withMnemonic(withTerms(reading(task(["keys", "generate"], "Make validator keys, with deposits and keystores"))))
    .addOption({ name: "dir", type: text, defaultValue: undefined, description: "Folder of the ceremony" })
    .addOption({ name: "count", type: text, defaultValue: undefined, description: "Keys the folder is to hold in all" })
    .addOption({ name: "newMnemonicFile", type: text, defaultValue: undefined, description: "File for a new mnemonic" })
    .addFlag({ name: "showNewMnemonic", description: "Make a new mnemonic and show it, once" })
    .addOption({ name: "keystores", defaultValue: "scrypt", description: "scrypt, pbkdf2 or none" })
    .addOption({ name: "passwordFile", type: text, defaultValue: undefined, description: "Password of the keystores" })
    .setAction(built(() => import("../keys/generate.ts")))
    .build(),
  splitting(task(["keys", "split"], "Split keys among operators and encrypt the shares"))
    .addOption({ name: "operators", type: text, defaultValue: undefined, description: "1,2,3,4 or '0-19:1,2,3,4 …'" })
    .addOption({ name: "firstNonce", type: text, defaultValue: undefined, description: "Default: asked of the chain" })
    .addOption({
      name: "chain",
      type: text,
      defaultValue: undefined,
      description: "mainnet, hoodi, local or that of NETWORK_FILE, offline",
    })
    .setAction(built(() => import("../keys/split.ts")))
    .build(),
  splitting(task(["keys", "resplit"], "Make new shares where the order of nonces broke"))
    .addOption({ name: "operators", type: text, defaultValue: undefined, description: "Default: the same as before" })
    .addOption({ name: "exclude", type: text, defaultValue: undefined, description: "Keys to leave out for ever" })
    .addFlag({ name: "asideOnly", description: "Put void shares aside and make no new ones" })
    .addFlag({ name: "dryRun", description: "Show what would be done" })
    .addFlag({ name: "yes", description: "Do not ask" })
    .setAction(built(() => import("../keys/resplit.ts")))
    .build(),
  readingSSV(task(["keys", "verify"], "Verify deposits, keystores, key shares and proofs of any folder"))
    .addOption({ name: "dir", type: text, defaultValue: undefined, description: "Folder that any tool wrote" })
    .addOption({
      name: "chain",
      type: text,
      defaultValue: undefined,
      description: "mainnet, hoodi, local or that of NETWORK_FILE, offline",
    })
    .addOption({ name: "withdrawalAddress", type: text, defaultValue: undefined, description: "Default: the pool's" })
    .addFlag({ name: "compounding", description: "Expect 0x02 credentials" })
    .addOption({ name: "passwordFile", type: text, defaultValue: undefined, description: "Password of the keystores" })
    .addOption({ name: "operatorKeys", type: text, defaultValue: undefined, description: "1=node1.pem,2=node2.pem" })
    .addOption({ name: "scanFrom", type: text, defaultValue: undefined, description: SCAN_FROM })
    .setAction(built(() => import("../keys/verify.ts")))
    .build(),
  readingSSV(task(["keys", "import"], "Verify a ceremony of ssv-dkg and take it into a folder"))
    .addOption({ name: "from", type: text, defaultValue: undefined, description: "Folder that ssv-dkg wrote" })
    .addOption({ name: "dir", type: text, defaultValue: undefined, description: "Folder of the ceremony" })
    .setAction(built(() => import("../keys/import.ts")))
    .build(),
  reading(task(["keys", "endorse"], "Sign ssv-dkg's resign or reshare message for the pool's SSV owner account"))
    .addFlag({ name: "yes", description: "Do not ask before signing" })
    .addOption({ name: "file", type: text, defaultValue: undefined, description: "resign.txt or reshare.txt" })
    .addOption({ name: "message", type: text, defaultValue: undefined, description: "Its 64 digits instead of a file" })
    .addOption({
      name: "signer",
      type: text,
      defaultValue: undefined,
      description: "Configuration variable with the signer's key; default: an account of the network with the role",
    })
    .addOption({ name: "from", type: text, defaultValue: undefined, description: "Account of the network that signs" })
    .addOption({ name: "signature", type: text, defaultValue: undefined, description: "Signature made elsewhere" })
    .addOption({ name: "signerAddress", type: text, defaultValue: undefined, description: "Account that made it" })
    .setAction(built(() => import("../keys/endorse.ts")))
    .build(),
];
