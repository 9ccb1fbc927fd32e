import { existsSync } from "node:fs";

import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import type { NewTaskActionFunction, NewTaskDefinitionBuilder, TaskArguments } from "hardhat/types/tasks";

const BUILT = new URL("../typechain-types/index.ts", import.meta.url);
const text = ArgumentType.STRING_WITHOUT_DEFAULT;
const SCAN_FROM = "Block from which to look for deposits and SSV registrations of the keys";

/** All tasks of the project: `npx hardhat <group> <verb>`. */
export const poolTasks = [
  emptyTask("pool", "Look at the pool and put ether into it").build(),
  reading(task(["pool", "status"], "Show a pool: ether, share rate, limits, committee, addresses"))
    .setAction(built(() => import("./pool/status.ts")))
    .build(),
  reading(task(["pool", "balance"], "Show what an account has in a pool"))
    .addPositionalArgument({ name: "account", description: "Address of the account" })
    .setAction(built(() => import("./pool/balance.ts")))
    .build(),
  sending(task(["pool", "deposit"], "Stake ether and receive poolETH"))
    .addPositionalArgument({ name: "amount", description: "Amount in ether, such as 32 or 0.5" })
    .addOption({ name: "receiver", type: text, defaultValue: undefined, description: "Who receives; default: sender" })
    .addOption({ name: "referral", type: text, defaultValue: undefined, description: "Who referred the depositor" })
    .setAction(built(() => import("./pool/deposit.ts")))
    .build(),

  emptyTask("keys", "Make, split and verify validator keys").build(),
  withMnemonic(withTerms(reading(task(["keys", "generate"], "Make validator keys, with deposits and keystores"))))
    .addOption({ name: "dir", type: text, defaultValue: undefined, description: "Folder of the ceremony" })
    .addOption({ name: "count", type: text, defaultValue: undefined, description: "Keys the folder is to hold in all" })
    .addOption({ name: "newMnemonicFile", type: text, defaultValue: undefined, description: "File for a new mnemonic" })
    .addFlag({ name: "showNewMnemonic", description: "Make a new mnemonic and show it, once" })
    .addOption({ name: "keystores", defaultValue: "scrypt", description: "scrypt, pbkdf2 or none" })
    .addOption({ name: "passwordFile", type: text, defaultValue: undefined, description: "Password of the keystores" })
    .setAction(built(() => import("./keys/generate.ts")))
    .build(),
  withKeySource(withMnemonic(readingSSV(task(["keys", "split"], "Split keys among operators and encrypt the shares"))))
    .addOption({ name: "dir", type: text, defaultValue: undefined, description: "Folder of the ceremony" })
    .addOption({ name: "operators", type: text, defaultValue: undefined, description: "1,2,3,4 or '0-19:1,2,3,4 …'" })
    .addOption({
      name: "operatorsFile",
      type: text,
      defaultValue: undefined,
      description: "Operators' keys from `operators suggest`; default: asked of ssv.network",
    })
    .addOption({ name: "firstNonce", type: text, defaultValue: undefined, description: "Default: asked of the chain" })
    .addOption({ name: "chain", type: text, defaultValue: undefined, description: "mainnet, hoodi or local, offline" })
    .setAction(built(() => import("./keys/split.ts")))
    .build(),
  withKeySource(withMnemonic(readingSSV(task(["keys", "resplit"], "Make new shares where the order of nonces broke"))))
    .addOption({ name: "dir", type: text, defaultValue: undefined, description: "Folder of the ceremony" })
    .addOption({ name: "operators", type: text, defaultValue: undefined, description: "Default: the same as before" })
    .addOption({
      name: "operatorsFile",
      type: text,
      defaultValue: undefined,
      description: "Operators' keys from `operators suggest`; default: asked of ssv.network",
    })
    .addOption({ name: "exclude", type: text, defaultValue: undefined, description: "Keys to leave out for ever" })
    .addFlag({ name: "asideOnly", description: "Put void shares aside and make no new ones" })
    .addFlag({ name: "dryRun", description: "Show what would be done" })
    .addFlag({ name: "yes", description: "Do not ask" })
    .setAction(built(() => import("./keys/resplit.ts")))
    .build(),
  readingSSV(task(["keys", "verify"], "Verify deposits, keystores, key shares and proofs of any folder"))
    .addOption({ name: "dir", type: text, defaultValue: undefined, description: "Folder that any tool wrote" })
    .addOption({ name: "chain", type: text, defaultValue: undefined, description: "mainnet, hoodi or local, offline" })
    .addOption({ name: "withdrawalAddress", type: text, defaultValue: undefined, description: "Default: the pool's" })
    .addFlag({ name: "compounding", description: "Expect 0x02 credentials" })
    .addOption({ name: "passwordFile", type: text, defaultValue: undefined, description: "Password of the keystores" })
    .addOption({ name: "operatorKeys", type: text, defaultValue: undefined, description: "1=node1.pem,2=node2.pem" })
    .addOption({ name: "scanFrom", type: text, defaultValue: undefined, description: SCAN_FROM })
    .setAction(built(() => import("./keys/verify.ts")))
    .build(),
  readingSSV(task(["keys", "import"], "Verify a ceremony of ssv-dkg and take it into a folder"))
    .addOption({ name: "from", type: text, defaultValue: undefined, description: "Folder that ssv-dkg wrote" })
    .addOption({ name: "dir", type: text, defaultValue: undefined, description: "Folder of the ceremony" })
    .setAction(built(() => import("./keys/import.ts")))
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
    .setAction(built(() => import("./keys/endorse.ts")))
    .build(),

  emptyTask("validators", "Register, activate and drop validator keys").build(),
  reading(task(["validators", "list"], "Show the key batches of a pool"))
    .setAction(built(() => import("./validators/list.ts")))
    .build(),
  reading(task(["validators", "show"], "Show what is known of a validator key"))
    .addPositionalArgument({ name: "pubkey", description: "Public key, 48 bytes in hexadecimal" })
    .addOption({ name: "dir", type: text, defaultValue: undefined, description: "Folder of the key's ceremony" })
    .addOption({ name: "scanFrom", type: text, defaultValue: undefined, description: SCAN_FROM })
    .setAction(built(() => import("./validators/show.ts")))
    .build(),
  sending(task(["validators", "register"], "Verify a ceremony and register its batches of keys"))
    .addOption({ name: "dir", type: text, defaultValue: undefined, description: "Folder of the ceremony" })
    .addOption({
      name: "content",
      type: text,
      defaultValue: undefined,
      description: "Folder or http(s) URL where to store the files, so that others can read them",
    })
    .addOption({
      name: "contentAuth",
      type: text,
      defaultValue: undefined,
      description: "Configuration variable with the header that lets us store there",
    })
    .addOption({
      name: "contentUri",
      defaultValue: "",
      description: "Public address of --content; without that, where others can read the files",
    })
    .addOption({ name: "scanFrom", type: text, defaultValue: undefined, description: SCAN_FROM })
    .setAction(built(() => import("./validators/register.ts")))
    .build(),
  approving(task(["validators", "activate"], "Collect approvals for the next keys of a batch and stake to them"))
    .addOption({
      name: "dir",
      type: text,
      defaultValue: undefined,
      description: "Folder of the ceremony; default: the batch's content URI",
    })
    .addOption({ name: "count", type: text, defaultValue: undefined, description: "Most keys; default: 10" })
    .addOption({
      name: "scanFrom",
      type: text,
      defaultValue: undefined,
      description: `${SCAN_FROM}; needed on public networks`,
    })
    .setAction(built(() => import("./validators/activate.ts")))
    .build(),
  sending(task(["validators", "discard"], "Drop the keys that wait in a batch and in all later ones"))
    .addOption({ name: "batch", type: text, defaultValue: undefined, description: "Number of the batch" })
    .setAction(built(() => import("./validators/discard.ts")))
    .build(),

  emptyTask("operators", "Look at the operators of ssv.network and choose some").build(),
  readingSSV(task(["operators", "list"], "Show the operators of ssv.network with their fees"))
    .addOption({ name: "owner", type: text, defaultValue: undefined, description: "Only those of this account" })
    .addFlag({ name: "usable", description: "Only those that the account can use" })
    .addOption({ name: "limit", type: text, defaultValue: undefined, description: "Most operators; default: all" })
    .setAction(built(() => import("./operators/list.ts")))
    .build(),
  readingSSV(task(["operators", "show"], "Show an operator: fees, room, whitelist, key, own clusters it serves"))
    .addPositionalArgument({ name: "id", description: "Number of the operator" })
    .setAction(built(() => import("./operators/show.ts")))
    .build(),
  readingSSV(task(["operators", "suggest"], "Choose operators for clusters and write their keys to a file"))
    .addOption({ name: "size", defaultValue: "4", description: "Operators of a cluster: 4, 7, 10 or 13" })
    .addOption({ name: "sets", defaultValue: "1", description: "How many clusters, without an operator in common" })
    .addOption({ name: "strategy", defaultValue: "diverse", description: "diverse or cheapest" })
    .addOption({ name: "validators", defaultValue: "1", description: "For how many validators there must be room" })
    .addOption({
      name: "maxFeeWei",
      type: text,
      defaultValue: undefined,
      description: "Highest fee of one, wei per block",
    })
    .addOption({ name: "include", type: text, defaultValue: undefined, description: "Ids that must be in, by commas" })
    .addOption({ name: "exclude", type: text, defaultValue: undefined, description: "Ids to leave out, by commas" })
    .addOption({ name: "out", type: text, defaultValue: undefined, description: "File to write ids and keys to" })
    .setAction(built(() => import("./operators/suggest.ts")))
    .build(),

  emptyTask("oracle", "Report the pool's balances").build(),
  approving(task(["oracle", "report"], "Sign a report with the given members' keys and apply it"))
    .addOption({
      name: "file",
      type: text,
      defaultValue: undefined,
      description: "JSON file with fields of the report",
    })
    .addOption({ name: "refSlot", type: text, defaultValue: undefined, description: "Last slot of a frame" })
    .addOption({ name: "validatorsGwei", type: text, defaultValue: undefined, description: "Balances of validators" })
    .addOption({ name: "pendingGwei", type: text, defaultValue: undefined, description: "Own pending deposits" })
    .setAction(built(() => import("./oracle/report.ts")))
    .build(),

  emptyTask("local", "A chain on this machine with everything on it").build(),
  task(["local", "up"], "Start a local node with a pool on it, until a signal or until nobody uses it")
    .addFlag({ name: "json", description: "Print the addresses as JSON" })
    .addOption({ name: "port", defaultValue: "8545", description: "Port on 127.0.0.1; 0 for any" })
    .addOption({ name: "idle", defaultValue: "60", description: "Minutes without a call after which it ends" })
    .setAction(built(() => import("./local/up.ts")))
    .build(),
  reading(task(["local", "ceremony"], "Make development keys for the local operators"))
    .addOption({ name: "count", defaultValue: "4", description: "How many keys" })
    .addOption({ name: "out", type: text, defaultValue: undefined, description: "Folder to write to" })
    .setAction(built(() => import("./local/ceremony.ts")))
    .build(),
  reading(task(["local", "advance"], "Move the clock of a local chain to the end of the frame"))
    .setAction(built(() => import("./local/advance.ts")))
    .build(),
];

/** Options of every task that looks at a pool. */
function reading<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return builder
    .addFlag({ name: "json", description: "Print the result as JSON" })
    .addOption({ name: "pool", type: text, defaultValue: undefined, description: "PoolETH; default: as recorded" });
}

/** Options of every task that looks at ssv.network, with a pool or without. */
function readingSSV<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return reading(builder)
    .addOption({
      name: "ssvNetwork",
      type: text,
      defaultValue: undefined,
      description: "SSVNetwork; default: the pool's",
    })
    .addOption({
      name: "account",
      type: text,
      defaultValue: undefined,
      description: "Who registers; default: the pool",
    });
}

/** Options of every task that sends a transaction. */
function sending<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return reading(builder)
    .addFlag({ name: "dryRun", description: "Simulate and show, send nothing" })
    .addFlag({ name: "yes", description: "Do not ask before sending" })
    .addOption({ name: "from", type: text, defaultValue: undefined, description: "Account that sends" });
}

/** Options of every task that needs signatures of the committee. */
function approving<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return sending(builder).addOption({
    name: "members",
    type: text,
    defaultValue: undefined,
    description: "Configuration variables with members' keys, by commas; local chains: the development accounts",
  });
}

/** Options that say what deposits are to say. */
function withTerms<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return builder
    .addOption({
      name: "chain",
      type: text,
      defaultValue: undefined,
      description: "mainnet, hoodi or local, for a machine without a connection",
    })
    .addOption({
      name: "withdrawalAddress",
      type: text,
      defaultValue: undefined,
      description: "Where validators pay out; default: the pool's withdrawal vault",
    })
    .addFlag({ name: "compounding", description: "0x02 credentials, for staking services" })
    .addOption({ name: "amount", type: text, defaultValue: undefined, description: "32 to 2048 ETH, with 0x02 only" });
}

/** Options of every task that derives keys. Secrets come from files or are typed, never given as arguments. */
function withMnemonic<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return builder
    .addOption({ name: "mnemonicFile", type: text, defaultValue: undefined, description: "File with the mnemonic" })
    .addFlag({ name: "passphrase", description: "Ask for the passphrase of the mnemonic" })
    .addOption({ name: "passphraseFile", type: text, defaultValue: undefined, description: "File with the passphrase" })
    .addOption({ name: "firstIndex", defaultValue: "0", description: "Index of the first key in the folder" });
}

/** Options of every task that needs secret keys, which keystores may hold. */
function withKeySource<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return builder
    .addOption({
      name: "keystores",
      type: text,
      defaultValue: undefined,
      description: "Folder of keystores; default: that of the ceremony, or else the mnemonic is asked for",
    })
    .addOption({ name: "passwordFile", type: text, defaultValue: undefined, description: "Password of the keystores" });
}

/** Tasks need the generated contract types; in a fresh clone they are built first. */
function built<T extends TaskArguments>(load: () => Promise<{ default: NewTaskActionFunction<T> }>) {
  if (existsSync(BUILT)) return load;
  const action: NewTaskActionFunction<T> = async (taskArguments, hre) => {
    await hre.tasks.getTask("build").run({ quiet: true });
    return (await load()).default(taskArguments, hre) as unknown;
  };
  return () => Promise.resolve({ default: action });
}
