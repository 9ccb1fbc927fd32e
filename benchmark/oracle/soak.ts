import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { LivePool } from "../../scripts/lifecycle/livePool.ts";
import type { SoakMember } from "./soakMember.ts";
import { fetchSigned, type SoakPeer } from "./soakPeers.ts";
import { startMember, startPeers, startSoakPool } from "./soakPool.ts";
import type { Sample } from "./trend.ts";

/** What a member did in a soak, and what it held meanwhile. */
export interface Soaked {
  readonly slots: number;
  readonly rounds: number;
  /** Signed by the member, and applied by its own transactions. */
  readonly reports: number;
  readonly samples: readonly Sample[];
}

/** Of a frame. */
const FRAME = 32;
/** Slots before the first look: reports until code is compiled, and as many connections are kept as are ever in use. */
const WARM_UP = 10 * FRAME;
/** Slots from one look to the next: all are at the same place in a frame. */
const STEP = 2 * FRAME;
/** The reports of the first frame and the last one may lie outside. */
const UNREPORTED = 2;

/** Has a member of a pool on a devnet go through slots, a round in each, and looks at what it holds. */
export async function soak(hre: HardhatRuntimeEnvironment, slots: number): Promise<Soaked> {
  const folder = mkdtempSync(join(tmpdir(), "pooleth-soak-"));
  const ending: (() => Promise<void>)[] = [];
  try {
    const live = await startSoakPool(hre, folder);
    ending.push(() => live.stop());
    const peers = await startPeers();
    ending.push(...peers.map((peer) => () => peer.stop()));
    const member = await startMember(live, folder, peers);
    ending.push(() => member.stop());
    const soaked = await pass({ live, member, peers }, slots);
    await requireAllDone(member, soaked);
    return soaked;
  } finally {
    for (const end of ending.reverse()) await end();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Parts {
  readonly live: LivePool;
  readonly member: SoakMember;
  readonly peers: readonly SoakPeer[];
}

async function pass({ live, member, peers }: Parts, slots: number): Promise<Soaked> {
  const { accounting } = live.suite;
  const first = Number(await live.slot());
  const samples: Sample[] = [];
  let [rounds, nextLook] = [0, first + WARM_UP];
  for (let slot = first; slot < first + slots; slot = Number(await live.slot())) {
    await live.devnet.advance(1, false);
    await member.round();
    rounds++;
    const signed = await fetchSigned(member.exchangeUrl);
    for (const peer of peers) await peer.sign(signed);
    // As a monitoring system asks all the time.
    await member.metrics();
    if (slot < nextLook) continue;
    nextLook += STEP;
    samples.push({ rounds, ...(await member.look()) });
  }
  const applied = await accounting.queryFilter(accounting.filters.ReportProcessed());
  return { slots: Number(await live.slot()) - first, rounds, reports: applied.length, samples };
}

/** What a member holds that refuses all says nothing. */
async function requireAllDone(member: SoakMember, { slots, reports }: Soaked): Promise<void> {
  const metrics = await member.metrics();
  const least = Math.floor(slots / FRAME) - UNREPORTED;
  const count = (name: string) => metrics.get(`pooleth_${name}`) ?? 0;
  const done = {
    reports,
    signedReports: count('signatures_total{kind="report"}'),
    signedApprovals: count('signatures_total{kind="approval"}'),
    transactions: count('transactions_total{purpose="report",result="mined"}'),
  };
  const refused = [...metrics.keys()].filter((name) => name.startsWith("pooleth_refusals_total"));
  if (Object.values(done).some((each) => each < least) || refused.length > 0)
    throw new Error(`a member did less than ${least} of something: ${JSON.stringify({ ...done, refused })}`);
}
