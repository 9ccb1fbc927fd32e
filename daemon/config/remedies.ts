const SIGNER =
  "name a keystore with its passwordFile, or env with the name of a variable, or web3signer with the address to use";
const FLAG = "give true or false";
const SERVERS = "list http or https URLs, such as http://127.0.0.1:8545";

/** What to do about a field, by its name or the last part of its path. */
const REMEDIES: Readonly<Record<string, string>> = {
  pool: "give the address of PoolETH: 0x and 40 hexadecimal digits, with the right checksum if in mixed case",
  startBlock: "give the block in which the pool was deployed, or an earlier one, as a JSON number",
  preset: "give mainnet, or minimal for a devnet of short epochs",
  execution: SERVERS,
  beacon: "list http or https URLs, such as http://127.0.0.1:5052",
  peers: "list http or https URLs at which other members serve what they signed, 64 at the most",
  members: "list http or https URLs at which members serve what they signed, 64 at the most",
  signer: SIGNER,
  keystore: SIGNER,
  passwordFile: SIGNER,
  env: SIGNER,
  web3signer: SIGNER,
  address: SIGNER,
  data: "name a folder that is kept when the daemon is started again",
  monitoringPort: "give a port from 0 to 65535 as a JSON number; 0 takes any free one",
  exchangePort: "give a port from 0 to 65535 as a JSON number; 0 takes any free one",
  pollSeconds: "give seconds between two rounds, more than 0 and at most 3600",
  maxFeeGwei: "give Gwei, more than 0, as a JSON number",
  dailySpendEth: "give ether, more than 0, as a JSON number",
  logLevel: "give trace, debug, info, warn or error",
  agreement: "give how many of the beacon nodes must agree, at least 1 and not more than there are",
  stateFromKeys: "give a number of keys, 0 or more",
  sign: FLAG,
  submit: FLAG,
  enabled: FLAG,
  turnSeconds: "give seconds, more than 0",
  everyBlocks: "give a number of blocks from 1 to 64",
  maxKeys: "give a number of keys from 1 to 80",
  everySeconds: "give seconds, 0 or more",
  afterSeconds: "give seconds, 0 or more",
  keys: "give a number of keys, 0 or more",
  reserveEth: "give ether, 0 or more, as a JSON number",
  runwayDays: "give days, 0 or more, as a JSON number",
  walletEth: "give ether, 0 or more, as a JSON number",
};

/** What to do about a field of a configuration. */
export function remedyOf(path: readonly PropertyKey[]): string {
  const known = path.findLast((part) => typeof part === "string" && part in REMEDIES);
  return known === undefined ? "give an object with the fields that the example has" : (REMEDIES[String(known)] ?? "");
}
