import { existsSync } from "node:fs";

import { ArgumentType } from "hardhat/types/arguments";
import type { NewTaskActionFunction, NewTaskDefinitionBuilder, TaskArguments } from "hardhat/types/tasks";

import { processTerminal } from "./terminal.ts";

const BUILT = new URL("../typechain-types/index.ts", import.meta.url);
/** Type of an option that may be left out. */
export const text = ArgumentType.STRING_WITHOUT_DEFAULT;
/** What `--scan-from` is, wherever it is asked for. */
export const SCAN_FROM = "Block from which to look for deposits and SSV registrations of the keys";

/** Options of every task that looks at a pool. */
export function reading<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return builder
    .addFlag({ name: "json", description: "Print the result as JSON" })
    .addOption({ name: "pool", type: text, defaultValue: undefined, description: "PoolETH; default: as recorded" });
}

/** Options of every task that looks at ssv.network, with a pool or without. */
export function readingSSV<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return withSSVNetwork(reading(builder)).addOption({
    name: "account",
    type: text,
    defaultValue: undefined,
    description: "Who registers: an address, or eoa for the account that sends; default: the pool",
  });
}

/** Options of every task that shows what an account has at ssv.network, which may be the one that sends. */
export function readingOwn<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return readingSSV(builder).addOption({
    name: "from",
    type: text,
    defaultValue: undefined,
    description: "Which account sends, for --account eoa; default: the first one",
  });
}

/** Options of every task that sends a transaction. */
export function sending<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return withSending(reading(builder));
}

/** Options of every task that the owner of operators sends. */
export function owningOperators<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return withSending(withSSVNetwork(reading(builder)));
}

/** Options of every task that sends for an account at ssv.network. */
export function sendingSSV<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return withSending(readingSSV(builder));
}

/** Options of every task that requests exits from the consensus layer. */
export function requestingExits<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return withBatchFiles(builder).addOption({
    name: "maxFee",
    type: text,
    defaultValue: undefined,
    description: "Most that a key's request may cost, ETH; what is not needed comes back",
  });
}

/** Options of every task by which members say that validators are gone. */
export function reportingExits<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return withBeaconNode(withMembers(withBatchFiles(builder)))
    .addOption({ name: "keys", type: text, defaultValue: undefined, description: "Public keys, by commas" })
    .addOption({ name: "file", type: text, defaultValue: undefined, description: "Or a file that holds them" })
    .addOption({
      name: "refSlot",
      type: text,
      defaultValue: undefined,
      description:
        "Final slot at which members saw that a pool's validators are gone; default: the beacon node's newest",
    });
}

/** Option of every task that also makes a page to look at in a browser. */
export function withPage<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return builder.addOption({
    name: "html",
    type: text,
    defaultValue: undefined,
    description: "File to write the result to as a page, with charts",
  });
}

/** Options of every task that changes a cluster. */
export function changingCluster<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return sendingSSV(builder).addOption({
    name: "operators",
    type: text,
    defaultValue: undefined,
    description: "Operators of the cluster, by commas; default: the only cluster",
  });
}

function withSSVNetwork<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return builder.addOption({
    name: "ssvNetwork",
    type: text,
    defaultValue: undefined,
    description: "SSVNetwork; default: the pool's",
  });
}

function withBatchFiles<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return builder.addOption({
    name: "dir",
    type: text,
    defaultValue: undefined,
    description: "Folder of the keys' ceremonies; default: the content URI of their batches",
  });
}

function withSending<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return builder
    .addFlag({ name: "dryRun", description: "Simulate and show, send nothing" })
    .addFlag({ name: "yes", description: "Do not ask before sending" })
    .addOption({ name: "from", type: text, defaultValue: undefined, description: "Account that sends" });
}

/** Options of every task that needs signatures of the committee. */
export function approving<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return withMembers(sending(builder));
}

/** The option that names members who sign. */
export function withMembers<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return builder.addOption({
    name: "members",
    type: text,
    defaultValue: undefined,
    description: "Configuration variables with members' keys, by commas; local chains: the development accounts",
  });
}

/** Options of every task that runs a daemon. */
export function running<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  // Hardhat has a --config of its own.
  const description = "JSON file with the daemon's configuration";
  return builder
    .addOption({ name: "configFile", type: text, defaultValue: undefined, description })
    .addFlag({ name: "once", description: "Do one round and end" })
    .addFlag({ name: "dryRun", description: "Sign and send nothing, log what would be" });
}

/** The option that names a beacon node. */
export function withBeaconNode<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return builder.addOption({
    name: "beaconNode",
    type: text,
    defaultValue: undefined,
    description: "URL of a beacon node; default: the variable <NETWORK>_BEACON_URL, such as HOODI_BEACON_URL",
  });
}

/** Options that say what deposits are to say. */
export function withTerms<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return builder
    .addOption({
      name: "chain",
      type: text,
      defaultValue: undefined,
      description: "mainnet, hoodi, local or that of NETWORK_FILE, for a machine without a connection",
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
export function withMnemonic<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return builder
    .addOption({ name: "mnemonicFile", type: text, defaultValue: undefined, description: "File with the mnemonic" })
    .addFlag({ name: "passphrase", description: "Ask for the passphrase of the mnemonic" })
    .addOption({ name: "passphraseFile", type: text, defaultValue: undefined, description: "File with the passphrase" })
    .addOption({ name: "firstIndex", defaultValue: "0", description: "Index of the first key in the folder" });
}

/** Options of every task that splits keys: whose, among whom, and where the secret keys come from. */
export function splitting<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return withMnemonic(readingSSV(builder))
    .addOption({ name: "dir", type: text, defaultValue: undefined, description: "Folder of the ceremony" })
    .addOption({
      name: "operatorsFile",
      type: text,
      defaultValue: undefined,
      description: "Operators' keys from `operators suggest`; default: asked of ssv.network",
    })
    .addOption({
      name: "keystores",
      type: text,
      defaultValue: undefined,
      description: "Folder of keystores; default: that of the ceremony, or else the mnemonic is asked for",
    })
    .addOption({ name: "passwordFile", type: text, defaultValue: undefined, description: "Password of the keystores" });
}

/** Tasks need the generated contract types; in a fresh clone they are built first. */
export function built<T extends TaskArguments>(load: () => Promise<{ default: NewTaskActionFunction<T> }>) {
  const action: NewTaskActionFunction<T> = async (taskArguments, hre) => {
    if (!existsSync(BUILT)) {
      processTerminal.note("building the contracts, once, which takes some minutes …");
      await hre.tasks.getTask("build").run({ quiet: true });
    }
    return (await load()).default(taskArguments, hre) as unknown;
  };
  return () => Promise.resolve({ default: action });
}
