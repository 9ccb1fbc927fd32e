import { HttpStatusCode } from "@lodestar/api";
import { registerRoutes, type BeaconApiMethods } from "@lodestar/api/beacon/server";
import { ApiError } from "@lodestar/api/server";
import { createBeaconConfig, defaultChainConfig } from "@lodestar/config";
import { ForkName } from "@lodestar/params";
import { getValidatorStatus, ssz } from "@lodestar/types";
import { expect } from "chai";
import fastify, { type FastifyInstance } from "fastify";

import { beaconUrl } from "../../clients/beaconHttp.ts";
import { BeaconNode } from "../../clients/beaconNode.ts";
import { fetchPendingDeposits } from "../../clients/queuedDeposits.ts";
import { findReferenceState } from "../../clients/referenceState.ts";
import { fetchStateValidators } from "../../clients/stateRecords.ts";
import { fromHex, toHex } from "../../src/units/hex.ts";
import { depositFor, pubkeyOf, validatorOf } from "../src/support/stakes.ts";

const SLOT = 63;
const META = { executionOptimistic: false, finalized: true };
const VERSIONED = { ...META, version: ForkName.fulu };
const QUEUED = { ...depositFor(2), slot: 7n };

/** All forks up to Fulu at genesis. */
const CONFIG = createBeaconConfig(
  {
    ...defaultChainConfig,
    ...{ ALTAIR_FORK_EPOCH: 0, BELLATRIX_FORK_EPOCH: 0, CAPELLA_FORK_EPOCH: 0, DENEB_FORK_EPOCH: 0 },
    ...{ ELECTRA_FORK_EPOCH: 0, FULU_FORK_EPOCH: 0 },
  },
  new Uint8Array(32),
);

/** A state with one validator and one pending deposit. */
function makeState() {
  const { pubkey, withdrawalCredentials } = validatorOf(1);
  const record = ssz.phase0.Validator.defaultValue();
  record.pubkey = fromHex(pubkey, "pubkey");
  record.withdrawalCredentials = fromHex(withdrawalCredentials, "credentials");
  record.effectiveBalance = 32_000_000_000;
  record.exitEpoch = Infinity;
  record.withdrawableEpoch = Infinity;
  const entry = ssz.electra.PendingDeposit.defaultValue();
  entry.pubkey = fromHex(QUEUED.pubkey, "pubkey");
  entry.withdrawalCredentials = fromHex(QUEUED.withdrawalCredentials, "credentials");
  entry.amount = Number(QUEUED.amountGwei);
  entry.signature = fromHex(QUEUED.signature, "signature");
  entry.slot = Number(QUEUED.slot);
  const view = ssz.fulu.BeaconState.defaultViewDU();
  view.slot = SLOT;
  view.validators.push(ssz.phase0.Validator.toViewDU(record));
  view.balances.push(32_000_000_123);
  view.pendingDeposits.push(ssz.electra.PendingDeposit.toViewDU(entry));
  return { record, entry, stateRoot: view.hashTreeRoot() };
}

describe("a beacon node by Lodestar's own routes", () => {
  const { record, entry, stateRoot } = makeState();
  const block = ssz.fulu.SignedBeaconBlock.defaultValue();
  block.message.slot = SLOT;
  block.message.stateRoot = stateRoot;
  block.message.body.executionPayload.blockNumber = 77;
  const blockRoot = ssz.fulu.BeaconBlock.hashTreeRoot(block.message);
  let server: FastifyInstance;
  let url = "";

  const requireState = (stateId: string | number) => {
    if (![String(SLOT), toHex(stateRoot), "head"].includes(String(stateId)))
      throw new ApiError(HttpStatusCode.NOT_FOUND, "no such state");
  };
  const methods = {
    getGenesis: () => ({
      data: {
        genesisTime: 5,
        genesisValidatorsRoot: new Uint8Array(32),
        genesisForkVersion: CONFIG.GENESIS_FORK_VERSION,
      },
    }),
    getSpec: () => ({ data: { SECONDS_PER_SLOT: "12", SLOTS_PER_EPOCH: "32", DEPOSIT_CHAIN_ID: "1" } }),
    getSyncingStatus: () => ({
      data: { headSlot: "99", syncDistance: "0", isSyncing: false, isOptimistic: false, elOffline: false },
    }),
    getStateFinalityCheckpoints: () => {
      const checkpoint = { epoch: 2, root: blockRoot };
      return {
        data: { previousJustified: checkpoint, currentJustified: checkpoint, finalized: checkpoint },
        meta: META,
      };
    },
    getBlockHeader: ({ blockId }: { blockId: string }) => {
      if (blockId !== String(SLOT)) throw new ApiError(HttpStatusCode.NOT_FOUND, "no such block");
      const header = ssz.phase0.SignedBeaconBlockHeader.defaultValue();
      header.message.slot = SLOT;
      return { data: { root: blockRoot, canonical: true, header }, meta: META };
    },
    getBlockV2: ({ blockId }: { blockId: string }) => {
      if (blockId !== toHex(blockRoot)) throw new ApiError(HttpStatusCode.NOT_FOUND, "no such block");
      return { data: block, meta: VERSIONED };
    },
    getStateRoot: ({ stateId }: { stateId: string }) => {
      requireState(stateId);
      return { data: { root: stateRoot }, meta: META };
    },
    postStateValidators: ({ stateId, validatorIds = [] }: { stateId: string; validatorIds?: (string | number)[] }) => {
      requireState(stateId);
      const row = { index: 0, balance: 32_000_000_123, status: getValidatorStatus(record, 1), validator: record };
      return { data: validatorIds.includes(toHex(record.pubkey)) ? [row] : [], meta: META };
    },
    getPendingDeposits: ({ stateId }: { stateId: string }) => {
      requireState(stateId);
      return { data: [entry], meta: VERSIONED };
    },
  };

  before(async () => {
    server = fastify({ ajv: { customOptions: { coerceTypes: "array" } } });
    server.setErrorHandler((error, _, reply) => {
      const status = error instanceof ApiError ? error.statusCode : 500;
      return reply.status(status).send({ code: status, message: String(error) });
    });
    const all = { beacon: methods, config: methods, node: methods } as unknown as BeaconApiMethods;
    registerRoutes(server, CONFIG, all, ["beacon", "config", "node"]);
    url = await server.listen({ host: "127.0.0.1", port: 0 });
  });
  after(() => server.close());

  it("is understood, and understands what it is asked", async () => {
    const node = new BeaconNode({ url: beaconUrl(url, "beacon-node"), field: "beacon-node" });
    const chain = await node.chain();
    expect(chain).to.deep.equal({
      ...{ genesisTime: 5n, secondsPerSlot: 12n, slotsPerEpoch: 32n, chainId: 1n },
      genesisForkVersion: toHex(CONFIG.GENESIS_FORK_VERSION),
    });
    const reference = await findReferenceState(node, chain, BigInt(SLOT));
    expect(reference).to.deep.equal({
      ...{ slot: BigInt(SLOT), stateRoot: toHex(stateRoot), id: toHex(stateRoot) },
      ...{ blockSlot: BigInt(SLOT), blockRoot: toHex(blockRoot) },
      executionBlock: { number: 77, hash: `0x${"00".repeat(32)}` },
    });
    const validators = await fetchStateValidators(node, reference.id, [pubkeyOf(1), pubkeyOf(2)]);
    const expected = validatorOf(1, { index: 0n, balanceGwei: 32_000_000_123n });
    expect([...validators.values()]).to.deep.equal([expected]);
    expect(await fetchPendingDeposits(node, reference.id)).to.deep.equal([QUEUED]);
    // Lodestar writes it as SSZ for who would rather have that.
    expect(await fetchPendingDeposits(node, reference.id, [QUEUED.pubkey])).to.deep.equal([QUEUED]);
    expect(await fetchPendingDeposits(node, reference.id, [pubkeyOf(1)])).to.deep.equal([]);
  });
});
