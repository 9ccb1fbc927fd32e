import { endBlock } from "../../clients/systemContracts.ts";
import { openKeys } from "../../src/ceremony/keyRange.ts";
import { activate, makeCeremony, registerCeremony } from "../../test/helpers/activation.ts";
import { exitsOf } from "../../test/helpers/exits.ts";
import { deployWithHolders, ETHER, gasOf, type Figures } from "./suite.ts";

const LEAVING = 10;
const RESERVE = 10n * ETHER;

/**
 * What it costs to request the exit of ten validators from the consensus layer, after ten others of the same batch: the
 * predeploy uses its slots again.
 */
export async function measureExitRequests(): Promise<Figures> {
  const suite = await deployWithHolders();
  await suite.clusterManager.depositReserve({ value: RESERVE });
  const ceremony = await makeCeremony(suite, 2 * LEAVING);
  const batchId = await registerCeremony(suite, ceremony);
  await activate(suite, ceremony, batchId, 0, 2 * LEAVING);
  const exits = (await exitsOf(suite)).connect(suite.operator);
  const request = async (from: number) =>
    exits.requestExits(openKeys(ceremony, batchId, from, from + LEAVING), { value: LEAVING });
  await request(0);
  await endBlock(suite.chain.provider);
  // The fee has risen since, and falls while nothing is requested.
  for (let block = 0; block < LEAVING; block++) await endBlock(suite.chain.provider);
  const figures = { "exit.el.n10": await gasOf(request(LEAVING)) };
  await suite.chain.close();
  return figures;
}
