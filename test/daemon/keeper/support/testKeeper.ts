import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Wallet } from "ethers";
import { pino } from "pino";

import { BeaconNode } from "../../../../clients/beaconNode.ts";
import { fetchCommittee } from "../../../../clients/seatedCommittee.ts";
import { KeeperConfig } from "../../../../daemon/config/keeperConfig.ts";
import type { PeerAnswer } from "../../../../daemon/exchange/peers.ts";
import type { Sender } from "../../../../daemon/keeper/actionRunner.ts";
import { Keeper } from "../../../../daemon/keeper/keeper.ts";
import type { Worker } from "../../../../daemon/service/context.ts";
import { DaemonMetrics } from "../../../../daemon/service/metrics.ts";
import type { Sending } from "../../../../daemon/service/sending.ts";
import { TransactionSender } from "../../../../daemon/service/transactions.ts";
import type { SignedMessage } from "../../../../src/oracle/signedMessages.ts";
import { parseSignedMessages, printSignedMessages } from "../../../../src/oracle/signedMessagesFile.ts";
import type { Hex } from "../../../../src/units/hex.ts";
import { ETHER } from "../../../helpers/accounts.ts";
import type { TestSuite } from "../../../helpers/suite.ts";

type Actions = KeeperConfig["actions"];
type ActionSettings = { [Name in keyof Actions]?: Partial<Actions[Name]> };

/** How a keeper of a test differs from others. */
export interface KeeperSettings {
  /** Those that are left out are switched off. */
  readonly actions?: ActionSettings;
  readonly warnings?: Partial<KeeperConfig["warnings"]>;
  readonly isDryRun?: boolean;
  /** Folder of a keeper that was there before. */
  readonly data?: string;
  readonly wallet?: Wallet;
  readonly beaconUrl?: string;
  /** Takes part in each sending, before it. */
  readonly beforeSending?: (sending: Sending) => Promise<void>;
  /** Why nothing is sent, as by a limit. */
  readonly refusal?: string;
}

/** A line of a log. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A keeper, and what it did. */
export interface TestKeeper extends Worker {
  /** What members serve, one message each. */
  messages: readonly SignedMessage[];
  readonly metrics: DaemonMetrics;
  /** Purposes of the transactions that were mined. */
  readonly sent: string[];
  readonly data: string;
  readonly wallet: Wallet;
  /** Lines of its log from a level on. */
  logged(level: "debug" | "info" | "warn"): LogLine[];
  /** Value of one of its metrics. */
  metric(name: string, labels?: Record<string, string>): Promise<number | undefined>;
}

const NAMES = ["activate", "topUp", "submitReport", "reportExits", "finalizeStale", "triggerExits", "retryExits"];
const LEVELS = { debug: 20, info: 30, warn: 40 };
const folders: string[] = [];
const keepers: Worker[] = [];

/** Removes what the keepers of a block of tests kept. */
export function useKeepers(): void {
  afterEach(async () => {
    for (const keeper of keepers.splice(0)) await keeper.close();
  });
  after(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });
}

/** Opens a keeper of a suite's pool, with an account of its own. */
export async function openTestKeeper(suite: TestSuite, settings: KeeperSettings = {}): Promise<TestKeeper> {
  const { chain, poolETH } = suite;
  const { provider } = chain.ethers;
  const wallet = settings.wallet ?? new Wallet(Wallet.createRandom().privateKey, provider);
  await chain.networkHelpers.setBalance(wallet.address, 10n * ETHER);
  const data = settings.data ?? mkdtempSync(join(tmpdir(), "pooleth-keeper-"));
  if (settings.data === undefined) folders.push(data);
  const lines: string[] = [];
  const log = pino({ level: "debug" }, { write: (line: string) => lines.push(line) });
  const metrics = new DaemonMetrics();
  const sent: string[] = [];
  const beaconUrl = settings.beaconUrl ?? "http://127.0.0.1:9";
  const config = KeeperConfig.parse({
    ...{
      pool: await poolETH.getAddress(),
      startBlock: 0,
      data,
      execution: ["http://127.0.0.1:9"],
      beacon: [beaconUrl],
    },
    actions: Object.fromEntries(NAMES.map((name) => [name, actionSettings(settings.actions, name)])),
    warnings: settings.warnings ?? {},
  });
  const served: { messages: readonly SignedMessage[] } = { messages: [] };
  const context = {
    ...{ config, provider, log, metrics },
    beacons: [new BeaconNode({ url: new URL(beaconUrl), field: "beacon" })],
    signer: settings.isDryRun === true ? undefined : wallet,
    signal: new AbortController().signal,
    isDryRun: settings.isDryRun === true,
  };
  const keeper = await Keeper.open(context, (store) => ({
    sender: watched(new TransactionSender(context, { store }, { pollMs: 50 }), sent, settings),
    askMembers: async () => {
      const { chainId, address } = await fetchCommittee(poolETH);
      return served.messages.map((message, i) => answerOf(i, message, { chainId, committee: address as Hex }));
    },
  }));
  keepers.push(keeper);
  return {
    ...{ sent, data, wallet, metrics },
    round: () => keeper.round(),
    close: () => keeper.close(),
    get messages() {
      return served.messages;
    },
    set messages(messages) {
      served.messages = messages;
    },
    logged: (level) => lines.map((line) => JSON.parse(line) as LogLine).filter((line) => line.level >= LEVELS[level]),
    metric: async (name, labels = {}) => {
      const found = await metrics.registry.getSingleMetric(`pooleth_${name}`)?.get();
      const wanted = JSON.stringify(labels);
      return found?.values.find((each) => JSON.stringify(each.labels) === wanted)?.value;
    },
  };
}

function actionSettings(actions: ActionSettings | undefined, name: string): object {
  const given = (actions as Record<string, object> | undefined)?.[name];
  return given === undefined ? { enabled: false } : { enabled: true, ...given };
}

/** What a member that serves one message answers, as it comes over the wire. */
function answerOf(index: number, message: SignedMessage, terms: { chainId: bigint; committee: Hex }): PeerAnswer {
  const url = `http://member-${index}.example.org`;
  try {
    return { url, signed: parseSignedMessages(printSignedMessages({ ...terms, messages: [message] }), "answer") };
  } catch (error) {
    return { url, problem: String(error) };
  }
}

/** Notes what a sender has mined, after what the test does before each sending. */
function watched(sender: Sender, sent: string[], { beforeSending, refusal }: KeeperSettings): Sender {
  return {
    send: async (sending) => {
      await beforeSending?.(sending);
      if (refusal !== undefined) return { result: "skipped", reason: refusal };
      const became = await sender.send(sending);
      if (became.result === "mined") sent.push(sending.purpose);
      return became;
    },
    finish: () => sender.finish(),
  };
}
