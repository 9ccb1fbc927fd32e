import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { network } from "hardhat";

import { deployLocal, type SuiteOverrides } from "../../deploy/local.ts";
import { buildSuite } from "../../deploy/modules/Suite.ts";
import { type QueueStandIn, QueueStandIn__factory } from "../../typechain-types/index.ts";
import type { TestSuite } from "./suite.ts";

/** A suite whose withdrawal queue is a stand-in. */
export interface QueueSuite extends TestSuite {
  readonly queue: QueueStandIn;
}

const SuiteWithQueue = buildModule("Suite", (m) => buildSuite(m, "QueueStandIn"));

/** Deploys the suite with a stand-in for its withdrawal queue, on a new chain. */
export async function deployQueueSuite(overrides: SuiteOverrides = {}): Promise<QueueSuite> {
  const chain = await network.create();
  const suite = await deployLocal(chain, overrides, SuiteWithQueue);
  const queue = QueueStandIn__factory.connect(await suite.poolETH.WITHDRAWAL_QUEUE(), suite.deployer);
  return { chain, ...suite, queue };
}
