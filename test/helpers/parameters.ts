import { readFileSync } from "node:fs";

import type { SuiteParameters } from "../../deploy/suiteParameters.ts";
import type { LocalSuite } from "../../deploy/local.ts";

const revive = (_: string, value: unknown) =>
  typeof value === "string" && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;

/** The parameters with which a suite was deployed on a local chain. */
export async function localParameters(suite: LocalSuite): Promise<SuiteParameters> {
  const file = new URL("../../deploy/parameters/local.json", import.meta.url);
  const { Suite: fixed } = JSON.parse(readFileSync(file, "utf8"), revive) as { Suite: SuiteParameters };
  return {
    ...fixed,
    ssvNetwork: await suite.ssvNetwork.getAddress(),
    admin: suite.admin.address,
    operator: suite.operator.address,
    guardian: suite.guardian.address,
    treasury: suite.treasury.address,
    operations: suite.operations.address,
    members: suite.members.map(({ address }) => address),
    quorum: 3,
    genesisTime: Number(await suite.accounting.GENESIS_TIME()),
  };
}
