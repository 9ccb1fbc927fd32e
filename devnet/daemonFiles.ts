import type { DevnetStatus } from "./supervisor/devnetStatus.ts";

/** Files that daemons need on a devnet, by their names in one folder. */
export type DaemonFiles = Readonly<Record<string, string>>;

/** Who the daemons are, by their private keys. */
export interface DaemonKeys {
  /** Of the committee, in its order. */
  readonly members: readonly string[];
  readonly keeper: string;
}

/** What is asked of a devnet. */
type Place = Pick<DevnetStatus, "rpcUrl" | "beaconUrl" | "preset" | "secondsPerSlot">;

/** File with the private keys as environment variables. */
export const KEYS_FILE = "keys.env";

/** First ports of what members serve; theirs follow in the order of the committee. */
const MEMBER_PORTS = { monitoring: 9101, exchange: 9201 };
const KEEPER_PORT = 9111;
const POLL_SECONDS = 2;
/** A transaction takes up to two slots. */
const TURN_SLOTS = 2;
/** Longer than the turns of a committee of five. */
const KEEPER_SLOTS = 10;
/** An epoch of the minimal preset has eight, and a chain in virtual time makes few without being asked to. */
const APPROVAL_BLOCKS = 4;

/**
 * Configurations of all members and of a keeper, and the variables with their keys.
 * @param pool Address of PoolETH.
 */
export function daemonFiles(place: Place, pool: string, keys: DaemonKeys): DaemonFiles {
  const { preset, rpcUrl, beaconUrl, secondsPerSlot } = place;
  const shared = { pool, startBlock: 0, preset, execution: [rpcUrl], beacon: [beaconUrl], pollSeconds: POLL_SECONDS };
  const names = keys.members.map((_, i) => `member-${i + 1}`);
  const urls = names.map((_, i) => `http://127.0.0.1:${MEMBER_PORTS.exchange + i}`);
  const configurations = names.map((name, i) => ({
    ...shared,
    ...ownFields(name),
    monitoringPort: MEMBER_PORTS.monitoring + i,
    exchangePort: MEMBER_PORTS.exchange + i,
    peers: urls.filter((_, other) => other !== i),
    report: { turnSeconds: TURN_SLOTS * secondsPerSlot },
    approvals: { everyBlocks: APPROVAL_BLOCKS },
  }));
  const keeper = {
    ...shared,
    ...ownFields("keeper"),
    monitoringPort: KEEPER_PORT,
    members: urls,
    actions: { submitReport: { afterSeconds: KEEPER_SLOTS * secondsPerSlot } },
  };
  const variables = [...names.map((name, i) => [name, keys.members[i]]), ["keeper", keys.keeper]];
  return {
    ...Object.fromEntries(names.map((name, i) => [`${name}.json`, toJson(configurations[i])])),
    "keeper.json": toJson(keeper),
    [KEYS_FILE]: variables.map(([name = "", key = ""]) => `${keyVariable(name)}=${key}\n`).join(""),
  };
}

/** Each daemon has a key and a folder of its own. */
function ownFields(name: string) {
  return { signer: { env: keyVariable(name) }, data: name };
}

function keyVariable(name: string): string {
  return `POOLETH_${name.toUpperCase().replace("-", "_")}_KEY`;
}

function toJson(configuration: unknown): string {
  return `${JSON.stringify(configuration, null, 2)}\n`;
}
