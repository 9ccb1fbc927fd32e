import { expect } from "chai";
import { toBeHex } from "ethers";

import { fetchOwnerState } from "../../clients/ownerEvents.ts";
import { pubkeysHash } from "../../src/oracle/messages.ts";
import { NEW_CLUSTER } from "../../src/ssv/cluster.ts";
import { planRegistration } from "../../tasks/commands/onboardService.ts";
import { planPoolUpdate } from "../../tasks/commands/planUpdate.ts";
import { openPool } from "../../tasks/connect.ts";
import { carryOut } from "../../tasks/transaction.ts";
import { deployRunning, packed, poolCluster } from "../helpers/clusters.ts";
import { useSuite } from "../helpers/isolation.ts";
import { withOperators } from "../helpers/registry.ts";
import { fakeTerminal } from "../helpers/terminal.ts";

const [FORMER, NEW] = [
  [1n, 2n, 3n, 4n],
  [1n, 2n, 3n, 5n],
];

/** Three keys of operators 1 to 4, of which two were removed long enough ago; the third has operator 5 already. */
async function deployRemoved() {
  const suite = await deployRunning(3);
  await withOperators(suite, 5);
  const { clusterManager, admin, operator, chain, pubkeys } = suite;
  const remove = async (keys: typeof pubkeys): Promise<void> => {
    await clusterManager.connect(admin).allowRemoval(pubkeysHash(packed(keys)), true);
    const { cluster } = await poolCluster(suite);
    await clusterManager.connect(operator).removeUnexited(packed(keys), FORMER, cluster);
  };
  await remove(pubkeys.slice(2));
  await remove(pubkeys.slice(0, 2));
  await chain.networkHelpers.mine(256);
  return suite;
}

describe("validators update-operators, while others change the new cluster", () => {
  const suite = useSuite(deployRemoved);

  const plan = async (from: number, to: number) => {
    const { chain, poolETH, ssvNetwork, clusterManager, pubkeys } = suite();
    const opened = await openPool(chain, await poolETH.getAddress());
    const owner = await clusterManager.getAddress();
    const { chainId } = await chain.ethers.provider.getNetwork();
    const ssv = { chainId, ssvNetwork, account: owner, opened, connection: chain, cacheFolder: undefined };
    const firstNonce = await clusterManager.ownerNonce();
    const keys = pubkeys.slice(from, to).map((pubkey, i) => {
      return { pubkey, ownerNonce: firstNonce + BigInt(i), sharesData: toBeHex(7, 1_312) as `0x${string}` };
    });
    return planPoolUpdate({ ssv, owner, opened, from: undefined }, { formerIds: FORMER, operatorIds: NEW, keys });
  };

  it("H16 goes on with the newest snapshot when somebody pays in while it asks", async () => {
    await carryOut(await plan(2, 3), { dryRun: false, yes: true }, fakeTerminal());
    const planned = await plan(0, 2);
    const terminal = fakeTerminal("yes");
    const ask = async (question: string) => {
      const { owner, operatorIds, cluster } = await poolCluster(suite(), NEW);
      await suite().ssvNetwork.connect(suite().treasury).deposit(owner, operatorIds, cluster, { value: 1n });
      return terminal.ask(question);
    };
    const result = await carryOut(planned, { dryRun: false, yes: false }, { ...terminal, ask });

    expect(result).to.deep.include({ operators: NEW, formerOperators: FORMER, keys: 2, firstNonce: 4n });
    expect(terminal.noted).to.include("the cluster has changed meanwhile: going on with its newest snapshot …");
    const { cluster, balance } = await poolCluster(suite(), NEW);
    expect(cluster.validatorCount).to.equal(3n);
    expect(balance).to.be.greaterThan(0n);
  });
});

describe("registrations for an account of its own, while it registers others", () => {
  const suite = useSuite(() => deployRunning(1));

  it("H14 look at the nonce again when somebody has agreed, and send nothing if it was taken", async () => {
    const { chain, ssvNetwork, treasury } = suite();
    const { chainId } = await chain.ethers.provider.getNetwork();
    const account = treasury.address;
    const ssv = { chainId, ssvNetwork, account, opened: undefined, connection: chain, cacheFolder: undefined };
    const key = (byte: number) => toBeHex(byte, 48) as `0x${string}`;
    const chunk = { operatorIds: FORMER, keys: [{ pubkey: key(1), ownerNonce: 0n, sharesData: "0x07" as const }] };
    const planned = await planRegistration(ssv, chunk, treasury, 30n);
    const terminal = fakeTerminal("yes");
    const ask = async (question: string) => {
      const value = 10n ** 18n;
      await ssvNetwork.connect(treasury).registerValidator(key(2), FORMER, "0x", NEW_CLUSTER, { value });
      return terminal.ask(question);
    };
    const error: unknown = await carryOut(planned, { dryRun: false, yes: false }, { ...terminal, ask }).catch(
      (thrown: unknown) => thrown,
    );
    expect(String(error)).to.contain("nonce of the shares is not the account's next one any more, 1 (got 0)");
    const { validators } = await fetchOwnerState(ssvNetwork, account);
    expect([...validators.keys()]).to.deep.equal([key(2)]);
  });
});
