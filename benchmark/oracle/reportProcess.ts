// Does the consensus part of one report, and writes what it took: `reportProcess.ts JOB`, where JOB is JSON.
import { BeaconNode } from "../../clients/beaconNode.ts";
import { fetchStateRecords } from "../../clients/stateRecords.ts";
import { MAINNET } from "../../src/consensus/network.ts";
import { consensusFigures } from "../../src/oracle/observation.ts";
import { observeKeys } from "../../src/oracle/validatorKeys.ts";
import type { Hex } from "../../src/units/hex.ts";
import { ReportJob, type ReportFigures } from "./reportJob.ts";
import { BALANCE_GWEI, CREDENTIALS, SLOT, stakeOf, VALIDATORS } from "./syntheticChain.ts";

console.log(JSON.stringify(await measure(ReportJob.parse(JSON.parse(process.argv[2] ?? "")))));

async function measure({ url, way, own, blockRoot }: ReportJob): Promise<ReportFigures> {
  const stakes = Array.from({ length: own }, (_, i) => stakeOf(Math.floor((i * VALIDATORS) / own)));
  const node = new BeaconNode({ url: new URL(url), field: "beacon node" });
  const stateRoot: Hex = `0x${"12".repeat(32)}`;
  const executionBlock = { number: 2, hash: stateRoot };
  const reference = { slot: SLOT, stateRoot, id: stateRoot, blockSlot: SLOT - 1n, blockRoot, executionBlock };

  const began = performance.now();
  let [downloaded, cpu] = [began, process.cpuUsage()];
  const advance = () => ([downloaded, cpu] = [performance.now(), process.cpuUsage()]);
  const { validators, pendingDeposits } = await fetchStateRecords(
    node,
    reference,
    stakes.map(({ pubkey }) => pubkey),
    { stateFromKeys: way === "ssz" ? 1 : undefined, advance },
  );
  const keys = observeKeys({
    ...{ refSlot: SLOT, slotsPerEpoch: 32n, blockNumber: 2, network: MAINNET, credentials: [CREDENTIALS] },
    ...{ stakes, validators, pendingDeposits },
  });
  const { validatorsGwei, activeKeys } = consensusFigures(keys);
  const ended = performance.now();
  const { user, system } = process.cpuUsage(cpu);
  if (activeKeys !== BigInt(own) || validatorsGwei !== BigInt(own) * BALANCE_GWEI)
    throw new Error(`the figures are wrong: ${activeKeys} keys, ${validatorsGwei} Gwei`);
  return {
    downloadSeconds: (downloaded - began) / 1_000,
    workSeconds: (ended - downloaded) / 1_000,
    cpuSeconds: (user + system) / 1e6,
    peakRssMiB: process.resourceUsage().maxRSS / 1_024,
  };
}
