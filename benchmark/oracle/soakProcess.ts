// Reads the consensus part of a month of reports, and writes what it held: `soakProcess.ts ROUNDS`.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { BeaconNode } from "../../clients/beaconNode.ts";
import { findReferenceState, requireSameState } from "../../clients/referenceState.ts";
import { fetchStateRecords } from "../../clients/stateRecords.ts";
import { MAINNET } from "../../src/consensus/network.ts";
import { consensusFigures } from "../../src/oracle/observation.ts";
import { observeKeys } from "../../src/oracle/validatorKeys.ts";
import { soak } from "./soak.ts";
import { CREDENTIALS, EFFECTIVE_GWEI, SOAK_KEYS, stakeOf } from "./syntheticChain.ts";

const SERVER = fileURLToPath(new URL("./soakServer.ts", import.meta.url));
/** Slots between two reports, so that a month has 1,080 of them. */
const FRAME = 200n;

const server = fork(SERVER, { execArgv: process.execArgv });
const [url] = (await once(server, "message")) as [string];
const stakes = Array.from({ length: SOAK_KEYS }, (_, i) => stakeOf(i));
console.log(JSON.stringify(await soak(Number(process.argv[2]), report)));
server.disconnect();

/** Every other one by a whole state. */
async function report(number: number): Promise<void> {
  const refSlot = (BigInt(number) + 1n) * FRAME - 1n;
  server.send(`${refSlot}`);
  await once(server, "message");
  const node = new BeaconNode({ url: new URL(url), field: "beacon node" });
  const { slotsPerEpoch } = await node.chain();
  const reference = await findReferenceState(node, { slotsPerEpoch }, refSlot);
  const pubkeys = stakes.map(({ pubkey }) => pubkey);
  const stateFromKeys = number % 2 === 0 ? undefined : 1;
  const records = await fetchStateRecords(node, reference, pubkeys, { stateFromKeys });
  await requireSameState(node, reference);
  const state = { refSlot, slotsPerEpoch, blockNumber: 2, network: MAINNET, credentials: [CREDENTIALS], stakes };
  const { validatorsGwei } = consensusFigures(observeKeys({ ...state, ...records }));
  if (validatorsGwei !== BigInt(SOAK_KEYS) * (EFFECTIVE_GWEI + refSlot)) throw new Error(`slot ${refSlot} is wrong`);
}
