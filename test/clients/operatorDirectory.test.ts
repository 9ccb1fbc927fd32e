import { expect } from "chai";
import type { Log, Provider } from "ethers";
import hre from "hardhat";

import { fetchOperatorDirectory } from "../../clients/operatorDirectory.ts";
import { encodeOperatorPublicKey } from "../../src/ssv/operatorKey.ts";
import { sayInactive, watchedProvider } from "../helpers/provider.ts";
import { deploySSV, NETWORK_FEE, OPERATOR_FEE, type SSV } from "../helpers/ssv.ts";
import { keyOf } from "../src/support/operatorDirectory.ts";

const DECLARE_SECONDS = 1_000n;
const RAISED_FEE = 1_100_000_000n;
const LIMIT = 20;

describe("fetchOperatorDirectory", () => {
  let ssv: SSV;
  let chain: Provider;
  let declaredAt: bigint;
  let increaseTo: (time: bigint) => Promise<void>;

  // Operators 1 to 5 have no key that can be read, those from 6 on do.
  before(async () => {
    const connection = await hre.network.create();
    increaseTo = (time) => connection.networkHelpers.time.increaseTo(time);
    ssv = await deploySSV(connection);
    chain = ssv.ethers.provider;
    const network = ssv.network.connect(ssv.operatorOwner);
    const other = ssv.network.connect(ssv.stranger);
    for (let id = 6n; id <= 11n; id++)
      await (id > 9n ? other : network).registerOperator(encodeOperatorPublicKey(keyOf(id)), OPERATOR_FEE, id === 7n);

    await network.removeOperator(2);
    await network.setOperatorsPrivateUnchecked([3, 6, 8, 9]);
    await network.setOperatorsWhitelists([6, 7], [ssv.owner.address]);
    const mock = await ssv.ethers.deployContract("WhitelistingContractMock", [ssv.owner.address]);
    const failing = await ssv.ethers.deployContract("FailingWhitelistMock");
    await network.setOperatorsWhitelistingContract([8], await mock.getAddress());
    await network.setOperatorsWhitelistingContract([9], await failing.getAddress());
    await network.reduceOperatorFee(5, 500_000_000n);
    await network.declareOperatorFee(6, RAISED_FEE);
    declaredAt = BigInt((await chain.getBlock("latest"))?.timestamp ?? 0);
  });

  const read = (provider: Provider, request: Parameters<typeof fetchOperatorDirectory>[1] = {}) =>
    fetchOperatorDirectory(ssv.network.connect(provider), request);
  const ids = (operators: readonly { id: bigint }[]) => operators.map(({ id }) => id);

  it("reads every operator as the account sees it", async () => {
    const { operators, networkFeeWeiPerBlock, blockNumber } = await read(chain, { account: ssv.owner.address });

    expect(ids(operators)).to.deep.equal([1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n, 10n, 11n]);
    expect(networkFeeWeiPerBlock).to.equal(NETWORK_FEE);
    expect(blockNumber).to.equal(await chain.getBlockNumber());
    const usual = {
      feeWeiPerBlock: OPERATOR_FEE,
      declaredFee: undefined,
      validators: 0,
      room: LIMIT,
      isPrivate: false,
      isWhitelisted: false,
      isRemoved: false,
    };
    const owner = ssv.operatorOwner.address;
    const [one, two] = operators;
    expect(one).to.deep.equal({ ...usual, id: 1n, owner, operatorKey: undefined });
    expect(two).to.deep.equal({ ...usual, id: 2n, owner, operatorKey: undefined, feeWeiPerBlock: 0n, isRemoved: true });
    expect(operators[4]).to.deep.include({ id: 5n, feeWeiPerBlock: 500_000_000n });
    const declaredFee = {
      feeWeiPerBlock: RAISED_FEE,
      fromTime: declaredAt + DECLARE_SECONDS,
      untilTime: declaredAt + 2n * DECLARE_SECONDS,
    };
    const own = { ...usual, owner, isPrivate: true, isWhitelisted: true };
    expect(operators[5]).to.deep.equal({ ...own, id: 6n, operatorKey: keyOf(6n), declaredFee });
    expect(operators[9]).to.deep.equal({ ...usual, id: 10n, owner: ssv.stranger.address, operatorKey: keyOf(10n) });
  });

  it("asks lists and whitelisting contracts for the account, and survives one that fails", async () => {
    const own = await read(chain, { account: ssv.owner.address });
    const foreign = await read(chain, { account: ssv.stranger.address });
    const nobody = await read(chain);

    expect(ids(own.operators.filter(({ isPrivate }) => isPrivate))).to.deep.equal([3n, 6n, 7n, 8n, 9n]);
    expect(ids(own.operators.filter(({ isWhitelisted }) => isWhitelisted))).to.deep.equal([6n, 7n, 8n]);
    expect(foreign.operators.some(({ isWhitelisted }) => isWhitelisted)).to.equal(false);
    expect(nobody.operators.some(({ isWhitelisted }) => isWhitelisted)).to.equal(false);
  });

  it("makes 20 calls at once at the most, tells how far it is, and does not depend on which is answered first", async () => {
    const usual = await read(chain, { account: ssv.owner.address });
    const progress: number[] = [];
    // Whatever is asked about a higher id is answered sooner.
    const slow = watchedProvider(chain, { delay: (data) => 40 - 3 * Number.parseInt(data.slice(-2), 16) });
    const slowed = await read(slow, {
      account: ssv.owner.address,
      watch: (total, work) => {
        progress.push(total);
        return work((done) => progress.push(done));
      },
    });

    expect(slowed).to.deep.equal(usual);
    expect(slow.watched.mostUnderWay).to.equal(20);
    expect(progress).to.deep.equal([11, ...Array.from({ length: 11 }, () => 1)]);
  });

  it("takes an operator that has served no cluster that pays in ether for one that can", async () => {
    const { operators } = await read(watchedProvider(chain, { changeAnswer: sayInactive(10n) }), { ids: [10n] });
    expect(operators).to.have.lengthOf(1);
    expect(operators[0]).to.deep.include({ id: 10n, isRemoved: false, feeWeiPerBlock: OPERATOR_FEE });
  });

  it("reads some operators, and says which one does not exist", async () => {
    expect(ids((await read(chain, { ids: [4n, 11n] })).operators)).to.deep.equal([4n, 11n]);
    await refuses(
      read(chain, { ids: [4n, 12n] }),
      "operator does not exist at ssv.network (got 12): look up the operators with `operators list`",
    );
  });

  it("notices a node that has lost logs, of first or of last operators", async () => {
    const line = (id: number) =>
      `operator is registered, but the node has no log of its key (got ${id}): use a node that keeps all logs`;
    const added = await ssv.network.queryFilter(ssv.network.filters.OperatorAdded());
    const blockOf = (id: bigint) => added.find(({ args }) => args.operatorId === id)?.blockNumber ?? NaN;
    await refuses(read(without(chain, (log) => log.blockNumber <= blockOf(3n))), line(1));
    await refuses(read(without(chain, (log) => log.blockNumber >= blockOf(10n))), line(10));
    await refuses(
      read(
        without(chain, () => true),
        { ids: [4n] },
      ),
      line(4),
    );
  });

  it("forgets a declared fee once its time has passed", async () => {
    const feeOf = async (id: bigint) => (await read(chain, { ids: [id] })).operators[0]?.declaredFee?.feeWeiPerBlock;
    await increaseTo(declaredAt + 2n * DECLARE_SECONDS);
    expect(await feeOf(6n)).to.equal(RAISED_FEE);
    await increaseTo(declaredAt + 2n * DECLARE_SECONDS + 1n);
    expect(await feeOf(6n)).to.equal(undefined);
  });

  async function refuses(reading: Promise<unknown>, line: string): Promise<void> {
    const error = await reading.catch((reason: unknown) => reason);
    expect(error).to.have.property("name", "OperatorDirectoryError");
    expect(error).to.have.property("message", line);
  }
});

/** A node that does not have some of the logs. */
function without(chain: Provider, isLost: (log: Log) => boolean): Provider {
  const getLogs: Provider["getLogs"] = async (filter) => (await chain.getLogs(filter)).filter((log) => !isLost(log));
  const watched = watchedProvider(chain, {});
  return new Proxy<Provider>(watched, {
    get: (target, name, receiver) =>
      name === "getLogs"
        ? getLogs
        : name === "provider"
          ? (receiver as unknown)
          : (Reflect.get(target, name) as unknown),
  });
}
