import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { HDNodeWallet, type AbstractSigner, type HDNodeWallet as Wallet, type Provider } from "ethers";
import { pino } from "pino";

import { beaconUrl } from "../../clients/beaconHttp.ts";
import { BeaconNode } from "../../clients/beaconNode.ts";
import { observe, type Observation } from "../../clients/observation.ts";
import { OracleConfig } from "../../daemon/config/oracleConfig.ts";
import { OracleMember } from "../../daemon/oracle/oracleMember.ts";
import type { Sender } from "../../daemon/oracle/submission.ts";
import type { DaemonContext } from "../../daemon/service/context.ts";
import { DaemonMetrics } from "../../daemon/service/metrics.ts";
import { LOCAL_ACCOUNTS } from "../../deploy/local.ts";
import { freePort } from "../../devnet/supervisor/freePort.ts";
import type { TestSuite } from "./suite.ts";

/** Of the local chain's accounts. */
const MNEMONIC = "test test test test test test test test test test test junk";

/** A line of a log. */
export type LogLine = Record<string, unknown> & { readonly msg: string };

/** An oracle member that runs within the test. */
export interface TestMember {
  readonly address: string;
  readonly url: string;
  readonly folder: string;
  readonly lines: LogLine[];
  readonly metrics: DaemonMetrics;
  /** Hashes of the transactions that it sent. */
  readonly sent: string[];
  /** How often it collected a report. */
  readonly collected: bigint[];
  readonly member: OracleMember;
  round(): Promise<void>;
  stop(): Promise<void>;
}

/** What a member has of its own. */
export interface MemberSetting {
  /** Where in the committee it stands. */
  readonly place: number;
  /** Of its beacon node. */
  readonly beacon: string;
  /** Of further ones. */
  readonly otherBeacons?: readonly string[];
  readonly port?: number;
  /** Of the others. */
  readonly peers?: readonly string[];
  /** What another one left. */
  readonly folder?: string;
  /** Changes of its configuration. */
  readonly config?: Record<string, unknown>;
  readonly isDryRun?: boolean;
  /** In place of its wallet. */
  readonly signer?: (wallet: Wallet) => AbstractSigner;
  /** In place of one that has its wallet send, and does not wait. */
  readonly sender?: (context: DaemonContext<OracleConfig>) => Sender;
  /** Aborted when the member is to end. */
  readonly signal?: AbortSignal;
}

/** The wallet of the committee's member at a place. */
export function walletOf(suite: TestSuite, place: number): Wallet {
  const wallets = LOCAL_ACCOUNTS.members.map((index) =>
    HDNodeWallet.fromPhrase(MNEMONIC, "", `m/44'/60'/0'/0/${index}`),
  );
  const wallet = wallets.find(({ address }) => address === suite.members[place]?.address);
  if (wallet === undefined) throw new Error(`the committee has no member ${place}`);
  return wallet.connect(suite.chain.ethers.provider);
}

/** Starts a member; its rounds are run by the test. */
export async function openMember(suite: TestSuite, setting: MemberSetting): Promise<TestMember> {
  const wallet = walletOf(suite, setting.place);
  const folder = setting.folder ?? mkdtempSync(join(tmpdir(), "pooleth-member-"));
  const provider = suite.chain.ethers.provider as unknown as Provider;
  const urls = [setting.beacon, ...(setting.otherBeacons ?? [])];
  const beacons = urls.map((each) => new BeaconNode({ url: beaconUrl(each, "beacon"), field: "beacon" }));
  const lines: LogLine[] = [];
  const write = (line: string) => lines.push(JSON.parse(line) as LogLine);
  const metrics = new DaemonMetrics();
  const config = OracleConfig.parse({
    pool: await suite.poolETH.getAddress(),
    ...{ startBlock: 0, execution: ["http://127.0.0.1:1"], beacon: urls, data: folder },
    ...{ peers: setting.peers ?? [], exchangePort: setting.port ?? 0, logLevel: "debug" },
    ...setting.config,
  });
  const sent: string[] = [];
  const collected: bigint[] = [];
  const kept = new Map<bigint, Observation>();
  const sender: Sender = {
    async send({ to, data }) {
      const { hash } = await wallet.sendTransaction({ to, data });
      sent.push(hash);
      return { result: "mined", hash, gasUsed: 0n, spentWei: 0n };
    },
  };
  const context = {
    ...{ config, provider, beacons, metrics, log: pino({ level: "debug" }, { write }) },
    signer: setting.signer?.(wallet) ?? wallet,
    ...{ signal: setting.signal ?? new AbortController().signal, isDryRun: setting.isDryRun ?? false },
  };
  const member = await OracleMember.open(context, {
    sender: setting.sender?.(context) ?? sender,
    collect: (pool) => async (refSlot) => {
      collected.push(refSlot);
      const [beacon] = beacons;
      if (beacon === undefined) throw new Error("there is one");
      const observation = await observe(pool, beacon, refSlot);
      kept.set(refSlot, observation);
      return observation;
    },
    recall: (refSlot) => kept.get(refSlot),
  });
  const url = `http://127.0.0.1:${member.exchangePort}`;
  return {
    ...{ address: wallet.address, url, folder, lines, metrics, sent, collected, member },
    round: () => member.round(),
    stop: () => member.close(),
  };
}

/** Keeps the members and folders of each test, and ends them after it. */
export function useMembers(suite: () => TestSuite) {
  let members: TestMember[] = [];
  afterEach(async () => {
    await Promise.all(members.map((member) => member.stop()));
    for (const { folder } of members) rmSync(folder, { recursive: true, force: true });
    members = [];
  });

  async function open(setting: MemberSetting): Promise<TestMember> {
    const member = await openMember(suite(), setting);
    members.push(member);
    return member;
  }

  /** Members that know each other, in the order of the settings. */
  async function openAll(settings: readonly MemberSetting[]): Promise<TestMember[]> {
    const ports = await Promise.all(settings.map(() => freePort()));
    const urls = ports.map((port) => `http://127.0.0.1:${port}`);
    return Promise.all(
      settings.map((setting, i) => open({ ...setting, port: ports[i] ?? 0, peers: urls.filter((_, j) => j !== i) })),
    );
  }

  /** Ends a member as its process would, so that its folder is free. */
  async function stop(member: TestMember): Promise<void> {
    members = members.filter((each) => each !== member);
    await member.stop();
  }

  return { open, openAll, stop };
}

/** One round of each member, one after the other. */
export async function roundOfAll(members: readonly TestMember[]): Promise<void> {
  for (const member of members) await member.round();
}
