import { join } from "node:path";

import { Wallet, ZeroAddress } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { storeContent } from "../../clients/batchContent.ts";
import { batchFiles } from "../../clients/ceremonyFolder.ts";
import { contentPlace } from "../../clients/contentPlaces.ts";
import { makeFolder } from "../../clients/files.ts";
import { freePort } from "../../devnet/supervisor/freePort.ts";
import { activateKeys, generateKeys, registerBatch } from "../../scripts/lifecycle/keys.ts";
import { LivePool } from "../../scripts/lifecycle/livePool.ts";
import { memberKeys } from "../../scripts/lifecycle/memberKeys.ts";
import { ceremonyTree } from "../../src/ceremony/tree.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { WEI_PER_ETHER } from "../../src/units/ether.ts";
import type { Hex } from "../../src/units/hex.ts";
import { KEY_VARIABLE, SoakMember } from "./soakMember.ts";
import { SoakPeer } from "./soakPeers.ts";

const FOREIGN_VALIDATORS = 48;
const STAKED_KEYS = 16;
/** Nobody stakes to them, so that members have something to approve all the time. */
const OPEN_KEYS = 2;
const DEPOSIT_WEI = 700n * WEI_PER_ETHER;
/** Of the local committee. */
const QUORUM = 3;
/** Shorter than anything that is waited for. */
const POLL_SECONDS = 0.001;
/** About as many as a frame has. */
const APPROVAL_BLOCKS = 32;

/** Starts a devnet with a pool that has validators at work, and keys that can be approved. */
export async function startSoakPool(hre: HardhatRuntimeEnvironment, folder: string): Promise<LivePool> {
  const live = await LivePool.start(hre, { foreignValidators: FOREIGN_VALIDATORS });
  const { deployer, poolETH } = live.suite;
  await (await poolETH.deposit(deployer.address, ZeroAddress, { value: DEPOSIT_WEI })).wait();
  const count = STAKED_KEYS + OPEN_KEYS;
  const { ceremony, files } = await generateKeys(live, count);
  const root = ceremonyTree(ceremony.keys).root as Hex;
  const contents = join(folder, "contents");
  makeFolder(contents, "folder");
  const place = contentPlace(contents, "contents");
  await storeContent(place, batchFiles(files), { root, count, operatorIds: [...ceremony.operatorIds] }, LOCAL);
  const batch = await registerBatch(live, ceremony, place.below(root).uri);
  await activateKeys(live, batch, 0, STAKED_KEYS);
  return live;
}

/** Starts a member that knows some peers. Turns are a slot each. */
export async function startMember(live: LivePool, folder: string, peers: readonly SoakPeer[]): Promise<SoakMember> {
  const { rpcUrl, beaconUrl } = live.devnet;
  return SoakMember.start({
    privateKey: memberKeys()[0] ?? "",
    config: {
      ...{ pool: await live.suite.poolETH.getAddress(), startBlock: 0, preset: "minimal" },
      ...{ execution: [rpcUrl], beacon: [beaconUrl], peers: peers.map(({ url }) => url) },
      ...{ data: join(folder, "data"), signer: { env: KEY_VARIABLE }, logLevel: "warn", pollSeconds: POLL_SECONDS },
      ...{ monitoringPort: await freePort(), exchangePort: await freePort() },
      report: { turnSeconds: Number(live.clock.secondsPerSlot) },
      approvals: { everyBlocks: APPROVAL_BLOCKS },
    },
  });
}

/** Starts as many peers as make a quorum with the member. */
export function startPeers(): Promise<SoakPeer[]> {
  return Promise.all(
    memberKeys()
      .slice(1, QUORUM)
      .map((key) => SoakPeer.start(new Wallet(key))),
  );
}
