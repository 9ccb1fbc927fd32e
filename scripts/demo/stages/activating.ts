import { buildApproval, offerKeys, registerCeremony, signApproval } from "../../../clients/activation.ts";
import { fetchDeposits } from "../../../clients/deposits.ts";
import { generateCeremony } from "../../../src/ceremony/generate.ts";
import { MIN_ACTIVATION_GWEI } from "../../../src/consensus/deposit.ts";
import { LOCAL } from "../../../src/consensus/network.ts";
import { withdrawalCredentials } from "../../../src/consensus/withdrawalCredentials.ts";
import { ValidatorKeychain } from "../../../src/keys/derivation.ts";
import { requiredFunding, type FeeTerms } from "../../../src/ssv/fees.ts";
import { toHex, type Hex } from "../../../src/units/hex.ts";
import { days, ether } from "../figures.ts";
import { invalidDeposits, recoverKey } from "../keyChecks.ts";
import { readPool } from "../poolState.ts";
import { showPool } from "../poolTable.ts";
import { members } from "../reporting.ts";
import { refreshCluster } from "../ssvAccount.ts";
import { operatorIds, type Batch, type World } from "../world.ts";

/** A well-known development mnemonic: these keys hold nothing, anywhere. */
const MNEMONIC = "test test test test test test test test test test test junk";
const VUNITS_PER_VALIDATOR = 10_000n;

/** A ceremony makes keys, the operator registers them, the committee approves, and anyone activates them. */
export async function activateBatch(world: World, count: number, heading: string): Promise<void> {
  const { chain, connection, gas, narrator, suite } = world;
  const before = gas.entries();
  const batch = await makeBatch(world, count);

  const activation = await offerKeys(suite.clusterManager, batch.ceremony, batch.id, 0, count);
  const expected = await fundingByOwnFigures(world, count);
  const approval = await buildApproval(suite.poolETH, activation);
  const { guard, approvals } = await signApproval(suite.poolETH, approval, members(world, 3));
  await chain.nextSlot();
  const receipt = await gas.confirm(
    `activate ${count} validators`,
    await suite.poolManager.activate(activation, guard, approvals),
  );
  const [activated] = await suite.poolManager.queryFilter(
    suite.poolManager.filters.BatchActivated(),
    receipt.blockNumber,
  );
  const funding = activated?.args.funding ?? 0n;
  world.paidToSSVWei += funding;
  await refreshCluster(world);

  const depositContract = await suite.poolETH.DEPOSIT_CONTRACT();
  const deposits = await fetchDeposits(connection.ethers.provider, depositContract, receipt.blockNumber);
  const invalid = invalidDeposits(deposits);
  if (invalid.length > 0) throw new Error(`${invalid.length} deposits carry an invalid signature`);
  for (const { pubkey, amount } of deposits) world.model.deposit(toHex(pubkey), amount);
  const recovered = await recoverFirstKey(world, receipt.blockNumber);
  const state = await readPool(world);

  narrator.heading(heading);
  narrator.say(
    `The ceremony made ${count} keys, split each among the four operators, and signed its deposit. Three members ` +
      `approved them. One transaction staked ${count} times 32 ETH and registered all keys at ssv.network. The ` +
      `BLS signatures of all ${deposits.length} deposits in the deposit contract's log are valid.`,
  );
  narrator.say(
    `The four operators decrypted their shares of the first key with their RSA keys: each of the ${recovered.right} ` +
      `ways to put three together gives its secret key, and none of the ${recovered.tooFew} ways to put two together.`,
  );
  narrator.say(
    `The cluster was funded on the fly: ${ether(funding, 9)} ETH from the operating reserve bring the runway of ` +
      `${state.ssv.validators.toString()} validators to ${days(state.ssv.runwayBlocks)} days. The same sum by our own ` +
      `figures, from SSV's fees and terms: ${ether(expected, 9)} ETH.`,
  );
  if (funding !== expected) throw new Error(`the contract paid ${funding} wei into the cluster instead of ${expected}`);
  showPool(narrator, state);
  narrator.gas(gas.since(before));
}

async function makeBatch(world: World, count: number): Promise<Batch> {
  const { batches, chain, gas, suite } = world;
  const { ceremony } = generateCeremony(
    {
      keychain: ValidatorKeychain.fromMnemonic(MNEMONIC),
      firstKeyIndex: batches.reduce((sum, each) => sum + each.ceremony.keys.length, 0),
      count,
      operators: suite.operators.map(({ id, publicKey }) => ({ id, operatorKey: publicKey })),
      owner: await suite.clusterManager.getAddress(),
      firstNonce: await suite.poolManager.nextNonce(),
      withdrawalCredentials: withdrawalCredentials(await suite.withdrawalVault.getAddress(), "0x01"),
      amount: MIN_ACTIVATION_GWEI,
      network: LOCAL,
    },
    "2026-01-01T00:00:00.000Z",
  );
  await chain.nextSlot();
  const manager = suite.poolManager.connect(suite.operator);
  const { batchId, transaction } = await registerCeremony(manager, ceremony, `demo:${batches.length}`);
  await gas.confirm("register a ceremony", transaction);
  const batch = { id: batchId, ceremony };
  batches.push(batch);
  return batch;
}

/** What the cluster will miss in the next block, by the figures of our own library. */
async function fundingByOwnFigures(world: World, count: number): Promise<bigint> {
  const { clusterManager, ssvViews } = world.suite;
  const ids = operatorIds(world);
  const terms: FeeTerms = {
    operatorFeesWei: await Promise.all(ids.map((id) => ssvViews.getOperatorFee(id))),
    networkFeeWei: await ssvViews.getNetworkFee(),
    minimumCollateralWei: await ssvViews.getMinimumLiquidationCollateral(),
    liquidationThresholdBlocks: await ssvViews.getLiquidationThresholdPeriod(),
  };
  const { validatorCount } = world.cluster;
  const feeRate = terms.operatorFeesWei.reduce((sum, fee) => sum + fee, terms.networkFeeWei);
  const owner = await clusterManager.getAddress();
  const now = validatorCount === 0n ? 0n : await ssvViews.getBalance(owner, ids, world.cluster);
  const { runwayBlocks } = await clusterManager.runway();
  const vUnits = (validatorCount + BigInt(count)) * VUNITS_PER_VALIDATOR;
  return requiredFunding(now - feeRate * validatorCount, terms, vUnits, runwayBlocks);
}

/** Recovers the first key registered in a block from what ssv.network logged, and counts the ways that succeed. */
async function recoverFirstKey(world: World, blockNumber: number): Promise<{ right: number; tooFew: number }> {
  const { ssvNetwork } = world.suite;
  const [added] = await ssvNetwork.queryFilter(ssvNetwork.filters.ValidatorAdded(), blockNumber);
  if (added === undefined) throw new Error("ssv.network logged no registration");
  const { publicKey, shares } = added.args;
  const recoveries = recoverKey(world, shares as Hex);
  const wrong = recoveries.find(({ operators, pubkey }) => (pubkey === publicKey) !== operators.length >= 3);
  if (wrong !== undefined)
    throw new Error(`the shares of operators ${wrong.operators.join(", ")} recover ${wrong.pubkey} for ${publicKey}`);
  const right = recoveries.filter(({ pubkey }) => pubkey === publicKey).length;
  return { right, tooFew: recoveries.length - right };
}
