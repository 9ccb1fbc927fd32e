import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { LOCAL_ACCOUNTS } from "../../deploy/local.ts";
import type { DevnetProcess } from "../../scripts/lifecycle/devnetProcess.ts";
import type { StakingPool } from "../../scripts/lifecycle/keys.ts";
import { formatOperatorPublicKey } from "../../src/ssv/operatorKey.ts";
import {
  ClusterManager__factory,
  PoolETH__factory,
  PoolManager__factory,
  WithdrawalVault__factory,
} from "../../typechain-types/index.ts";

const OPERATORS = ["1", "2", "3", "4"];

/** The pool that `devnet up` deployed, with those who may do something with it. */
export async function openDevnetPool(hre: HardhatRuntimeEnvironment, devnet: DevnetProcess, folder: string) {
  const { rpcUrl: url, addresses } = devnet.started;
  const connection = await hre.network.create({ network: "local", override: { url } });
  const signers = await connection.ethers.getSigners();
  const account = (index: number) => {
    const signer = signers[index];
    if (signer === undefined) throw new Error(`the devnet has no account ${index}`);
    return signer;
  };
  const deployer = account(LOCAL_ACCOUNTS.deployer);
  const members = LOCAL_ACCOUNTS.members.map(account).sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
  const operators = OPERATORS.map((id) => {
    const privateKey = readFileSync(join(folder, `operator-${id}`, "key.pem"), "utf8");
    return { id: BigInt(id), privateKey, publicKey: formatOperatorPublicKey(createPrivateKey(privateKey)) };
  });
  const { poolETH = "", poolManager = "", clusterManager = "", withdrawalVault = "" } = addresses;
  const suite = {
    ...{ deployer, members, operators, operator: account(LOCAL_ACCOUNTS.operator) },
    poolETH: PoolETH__factory.connect(poolETH, deployer),
    poolManager: PoolManager__factory.connect(poolManager, deployer),
    clusterManager: ClusterManager__factory.connect(clusterManager, deployer),
    withdrawalVault: WithdrawalVault__factory.connect(withdrawalVault, deployer),
  } satisfies StakingPool["suite"] & { deployer: unknown };
  return { suite, close: () => connection.close() };
}
