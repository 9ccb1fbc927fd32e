import { network } from "hardhat";

import { deployLocal, type LocalSuite, type SuiteOverrides } from "../../deploy/local.ts";

export type Chain = Awaited<ReturnType<typeof network.create>>;

/** A suite on a chain of its own. */
export interface TestSuite extends LocalSuite {
  readonly chain: Chain;
}

/** Deploys the suite on a new chain. */
export async function deploySuite(overrides: SuiteOverrides = {}): Promise<TestSuite> {
  const chain = await network.create();
  return { chain, ...(await deployLocal(chain, overrides)) };
}
