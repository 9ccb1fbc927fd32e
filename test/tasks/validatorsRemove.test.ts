import { expect } from "chai";
import { concat, toBeHex } from "ethers";

import type { ValidatorStatus } from "../../clients/beaconValidators.ts";
import { readCeremony } from "../../clients/ceremonyFolder.ts";
import { fetchClusterSnapshot, fetchOwnerState } from "../../clients/ownerEvents.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { pubkeysHash } from "../../src/oracle/messages.ts";
import { NEW_CLUSTER } from "../../src/ssv/cluster.ts";
import type { Hex } from "../../src/units/hex.ts";
import {
  ClusterManager__factory,
  ISSVNetwork__factory,
  ValidatorExitRequests__factory,
} from "../../typechain-types/index.ts";
import { replayedSpec, replayedValidators } from "../helpers/beaconAnswers.ts";
import { startBeaconServer, type BeaconServer } from "../helpers/beaconServer.ts";
import { useLocalTasks } from "../helpers/localTasks.ts";

const IDS = [1n, 2n, 3n, 4n];
const OPERATORS = ["1", "2", "3", "4"];
const ETHER = 10n ** 18n;
const [A, B, C, D] = [toBeHex(1, 48), toBeHex(2, 48), toBeHex(3, 48), toBeHex(4, 48)];
const FORCED =
  "have it exit with `validators exit` and wait until it has, or remove it all the same with --unexited, if it may lose ether until it exits by its withdrawal address or key";
const UNEXITED =
  "warning: validators that have not exited are off duty at once, and lose ether in every epoch until they are gone or registered again\n";
const UNSEEN = /^warning: no beacon node was asked: a validator that is not gone would be off duty for good/m;

describe("validators remove", () => {
  const local = useLocalTasks();
  let service: string;
  let server: BeaconServer;
  /** Of the pool, in the order of their nonces. */
  let keys: readonly Hex[];
  /** Folder of their ceremony. */
  let dir: string;

  before(async () => {
    service = (await local().chain.getSigner(8)).address;
    dir = await local().stake(6);
    keys = readCeremony(dir, LOCAL).keys.map(({ pubkey }) => pubkey);
    const shares = [A, B, C, D].map(() => "0x");
    const ssv = await network(8);
    await (await ssv.bulkRegisterValidator([A, B, C, D], IDS, shares, NEW_CLUSTER, { value: ETHER })).wait();
    server = await startBeaconServer();
  });
  beforeEach(() => {
    server.reset();
  });
  after(() => server.stop());

  const network = async (signer: number) =>
    ISSVNetwork__factory.connect(local().node.addresses.ssvNetwork ?? "", await local().chain.getSigner(signer));
  const manager = () => ClusterManager__factory.connect(local().node.addresses.clusterManager ?? "", local().chain);
  const owner = () => local().node.addresses.clusterManager ?? "";
  const own = (args: Record<string, unknown> = {}) => ({ account: "eoa", from: service, ...args });
  const key = (position: number): Hex => keys[position] ?? "0x";
  const stateOf = async (account: string, pubkey: string) =>
    (await fetchOwnerState(await network(8), account)).validators.get(pubkey as Hex)?.state;
  const validatorsOf = async (account: string) =>
    Number((await fetchClusterSnapshot(await network(8), account, IDS)).validatorCount);
  const isGone = async (position: number) => {
    const exits = ValidatorExitRequests__factory.connect(local().node.addresses.poolManager ?? "", local().chain);
    return (await exits.exitOf(0n, position)).isGone;
  };
  /** What the beacon node says of validators. */
  const statuses = (entries: Record<string, ValidatorStatus>): void => {
    server.answers.set("/validators", replayedValidators(Object.entries(entries)));
  };

  describe("for a pool, by its committee's word", () => {
    it("removes keys as members sign for them, which anybody may send", async () => {
      const args = { keys: `${key(1)},${key(0)}`, from: service };
      await local().refuses(
        "validators remove",
        args,
        `keys was never asked to exit, and no beacon node was asked whether it is gone (got ${key(1)}): name a beacon node with --beacon-node`,
      );
      await local().read("validators exit", { keys: args.keys, yes: true });
      expect((await local().run("validators remove", { ...args, refSlot: "99999999999" })).stderr).to.match(
        /^error: ref-slot is in the future \(got 99999999999\): give \d+ at the most\n$/,
      );
      const dry = await local().run("validators remove", { ...args, dryRun: true, json: true });
      const planned = JSON.parse(dry.stdout) as Record<string, unknown>;
      expect(planned).to.deep.include({
        ...{ dryRun: true, account: owner(), operators: OPERATORS, keys: 2, pubkeys: [key(1), key(0)] },
        ...{ signers: 3, validatorsLeft: 4, from: service },
      });
      expect(dry.stderr)
        .to.match(UNSEEN)
        .and.to.match(
          /^the pool manager is not told .*: content of batch 0 was registered without a URI .*; tell it later with `validators report-exits --dir`$/m,
        );
      expect(planned.reports).to.deep.equal([]);
      expect(await validatorsOf(owner())).to.equal(6);

      const sent = await local().read("validators remove", { ...args, dir, refSlot: "1", yes: true });
      expect(sent).to.deep.include({ keys: 2, pubkeys: [key(1), key(0)], refSlot: "1", validatorsLeft: 4 });
      const [event] = await manager().queryFilter(manager().filters.ValidatorsRemoved(), Number(sent.blockNumber));
      expect([...(event?.args ?? [])]).to.deep.equal([pubkeysHash(concat([key(1), key(0)]) as Hex), 2n, 1n]);
      expect([await validatorsOf(owner()), await stateOf(owner(), key(1))]).to.deep.equal([4, "removed"]);

      const [report] = sent.reports as Record<string, unknown>[];
      expect(report).to.deep.include({ keys: 2, pubkeys: [key(1), key(0)], refSlot: "1" });
      expect(report?.ranges).to.deep.equal([
        { batch: "0", position: 1, keys: 1 },
        { batch: "0", position: 0, keys: 1 },
      ]);
      expect(await Promise.all([0, 1, 2].map(isGone))).to.deep.equal([true, true, false]);
    });

    it("tells the pool manager alone that validators are gone, in a folder's batches, and no more than once", async () => {
      const args = { keys: `${key(4)},${key(5)},${key(0)}`, dir, beaconNode: server.url };
      statuses({ [key(4)]: "withdrawal_done", [key(5)]: "exited_unslashed", [key(0)]: "withdrawal_done" });
      await local().refuses(
        "validators report-exits",
        { ...args, yes: true },
        `keys has a validator that is not gone, exited_unslashed (got ${key(5)}): wait until it can withdraw`,
      );
      statuses({ [key(4)]: "withdrawal_done", [key(5)]: "withdrawal_possible", [key(0)]: "withdrawal_done" });
      const dry = await local().read("validators report-exits", { ...args, dryRun: true });
      expect((dry.reports as unknown[])[0]).to.deep.include({
        ...{ dryRun: true, keys: 3, refSlot: "152", pubkeys: [key(4), key(5), key(0)] },
        ranges: [
          { batch: "0", position: 4, keys: 2 },
          { batch: "0", position: 0, keys: 1 },
        ],
      });
      expect(await isGone(4)).to.equal(false);

      const { reports } = await local().read("validators report-exits", { ...args, yes: true });
      expect(reports).to.have.length(1);
      expect(await Promise.all([3, 4, 5].map(isGone))).to.deep.equal([false, true, true]);
      const again = await local().run("validators report-exits", { ...args, yes: true, json: true });
      expect(JSON.parse(again.stdout)).to.deep.equal({ keys: 3, reports: [] });
      expect(again.stderr).to.equal("the pool manager knows already that these validators are gone\n");
      const unseen = await local().run("validators report-exits", { keys: key(0), dir, dryRun: true });
      expect(unseen.stderr).to.match(/^warning: no beacon node was asked: the pool requests no exit .* again/);
    });

    it("removes nothing when the folder that is named does not hold the keys", async () => {
      statuses({ [key(2)]: "withdrawal_done" });
      const args = { keys: key(2), dir: local().folder, beaconNode: server.url, yes: true };
      const { success, stderr } = await local().run("validators remove", args);
      expect([success, await validatorsOf(owner())]).to.deep.equal([false, 4]);
      expect(stderr).to.match(/^error: /);
    });

    it("has members sign the newest final slot, at which a beacon node says that they are gone", async () => {
      statuses({ [key(2)]: "withdrawal_possible", [key(3)]: "withdrawal_done" });
      const args = { keys: `${key(2)},${key(3)}`, dir, beaconNode: server.url, dryRun: true };
      const { stdout, stderr } = await local().run("validators remove", { ...args, json: true });
      expect(JSON.parse(stdout)).to.include({ refSlot: `${19 * 8}` });
      expect(stderr).to.equal("");
      expect(server.asked.map(({ path }) => path)).to.include("/eth/v1/beacon/states/finalized/validators");
      expect(await local().read("validators remove", { ...args, refSlot: "77" })).to.include({ refSlot: "77" });
      expect(server.asked.at(-1)?.path).to.equal("/eth/v1/beacon/states/77/validators");
      await local().refuses(
        "validators remove",
        { ...args, refSlot: `${19 * 8 + 1}` },
        "ref-slot is not final yet (got 153): give 152 at the most, or leave it out",
      );
    });

    it("H19 has nobody sign for a validator that is not gone, or not there", async () => {
      const WAIT = "wait until it can withdraw; to remove a key before that needs the administrator, with --unexited";
      const args = { keys: `${key(2)},${key(3)}`, beaconNode: server.url, yes: true };
      for (const status of ["active_ongoing", "active_exiting", "exited_unslashed", "exited_slashed"] as const) {
        statuses({ [key(2)]: "withdrawal_possible", [key(3)]: status });
        const line = `keys has a validator that is not gone, ${status} (got ${key(3)}): ${WAIT}`;
        await local().refuses("validators remove", args, line);
      }
      statuses({ [key(2)]: "withdrawal_done" });
      const line = `keys has no validator on the beacon chain yet (got ${key(3)}): ${WAIT}`;
      await local().refuses("validators remove", args, line);
      expect(await validatorsOf(owner())).to.equal(4);
    });

    it("refuses a beacon node of another chain, and addresses that are none", async () => {
      server.answers.set("/config/spec", replayedSpec({ DEPOSIT_CHAIN_ID: "560048" }));
      const args = { keys: key(2), yes: true };
      await local().refuses(
        "validators remove",
        { ...args, beaconNode: server.url },
        "beacon-node follows another chain than the network, whose chain id is 31337 (got chain id 560048): name a beacon node of the same chain",
      );
      await local().refuses(
        "validators remove",
        { ...args, beaconNode: "127.0.0.1:5052/secret" },
        "beacon-node is not an http or https URL (got hidden): give one, such as http://127.0.0.1:5052",
      );
      process.env.LOCAL_BEACON_URL = "ftp://secret";
      try {
        await local().refuses(
          "validators remove",
          args,
          "LOCAL_BEACON_URL is not an http or https URL (got hidden): give one, such as http://127.0.0.1:5052",
        );
      } finally {
        delete process.env.LOCAL_BEACON_URL;
      }
    });
  });

  describe("for a pool, before validators are gone", () => {
    it("H19 has the administrator allow it, and then the operator do it", async () => {
      const args = { keys: `${key(2)},${key(3)}`, unexited: true };
      const hash = pubkeysHash(concat([key(2), key(3)]) as Hex);
      const operator = local().node.accounts.operator ?? "";
      await local().refuses(
        "validators remove",
        { ...args, from: operator },
        `from has no role that allows allowRemoval (got ${operator}): send from an account with the role, which the pool's admin can grant`,
      );
      const allowed = await local().run("validators remove", { ...args, yes: true, json: true });
      expect(JSON.parse(allowed.stdout)).to.deep.include({
        ...{ step: "allow", isAllowed: true, pubkeysHash: hash, keys: 2, validatorsLeft: 2 },
        next: "run it again from an account that may remove them",
      });
      expect(allowed.stderr).to.contain("warning: it is good for exactly these keys in this order, once\n");
      expect(await manager().isRemovalAllowed(hash)).to.equal(true);
      expect(await validatorsOf(owner())).to.equal(4);

      const admin = local().node.accounts.admin ?? "";
      await local().refuses(
        "validators remove",
        { ...args, from: admin },
        `from has no role that allows removeUnexited (got ${admin}): send from an account with the role, which the pool's admin can grant`,
      );
      const sent = await local().run("validators remove", { ...args, from: operator, yes: true, json: true });
      expect(JSON.parse(sent.stdout)).to.deep.include({ step: "remove", keys: 2, pubkeys: [key(2), key(3)] });
      expect(sent.stderr)
        .to.contain(UNEXITED)
        .and.to.match(/^warning: they can exit by their withdrawal address/m);
      expect(await validatorsOf(owner())).to.equal(2);
      expect(await manager().updatableFrom(key(2))).to.be.greaterThan(0n);
    });

    it("asks no members and no beacon node, and takes no slot of theirs", async () => {
      await local().refuses(
        "validators remove",
        { keys: key(4), unexited: true, beaconNode: server.url },
        "beacon-node is not asked with --unexited (got hidden): leave one of the two out",
      );
      for (const [field, value] of Object.entries({ members: "MEMBER_1_KEY", "ref-slot": "1", dir: "keys" }))
        await local().refuses(
          "validators remove",
          { keys: key(4), unexited: true, [field === "ref-slot" ? "refSlot" : field]: value },
          `${field} is not needed with --unexited: members do not sign (got ${value}): leave it out`,
        );
    });
  });

  describe("for an account of its own", () => {
    it("H19 refuses keys that were never asked to exit, and goes by the request alone without a beacon node", async () => {
      await local().refuses(
        "validators remove",
        own({ keys: A, yes: true }),
        `keys was never asked to exit, and would lose ether without operators (got ${A}): ${FORCED}`,
      );
      await local().read("validators exit", own({ keys: A, yes: true }));
      const { stdout, stderr } = await local().run("validators remove", own({ keys: A, yes: true, json: true }));
      expect(JSON.parse(stdout)).to.deep.include({ account: service, keys: 1, pubkeys: [A], validatorsLeft: 3 });
      expect(stderr).to.match(/^warning: only whether the validators were asked to exit was looked at/m);
      expect([await stateOf(service, A), await validatorsOf(service)]).to.deep.equal(["removed", 3]);
    });

    it("H19 goes by what the beacon node says, whatever was asked for", async () => {
      await local().read("validators exit", own({ keys: B, yes: true }));
      const args = own({ keys: B, beaconNode: server.url, yes: true });
      statuses({ [B]: "active_exiting" });
      const line = `keys has a validator that is not gone, active_exiting (got ${B}): ${FORCED}`;
      await local().refuses("validators remove", args, line);
      for (const status of ["exited_slashed", "withdrawal_possible", "withdrawal_done", "exited_unslashed"] as const) {
        statuses({ [B]: status, [C]: status });
        expect(await local().read("validators remove", { ...args, dryRun: true })).to.include({ keys: 1 });
      }
      // The operators were never asked for this one.
      const { stderr } = await local().run("validators remove", { ...args, keys: `${C},${B}` });
      expect(stderr).not.to.contain("warning");
      expect(await validatorsOf(service)).to.equal(1);
    });

    it("removes what has not exited only if that is said, with what it means", async () => {
      const dry = await local().run("validators remove", own({ keys: D, unexited: true }));
      expect(dry.success).to.equal(false);
      expect(dry.stderr)
        .to.contain(UNEXITED)
        .and.to.match(/^error: confirmation cannot be asked for, so nothing was sent/m);
      expect(await stateOf(service, D)).to.equal("registered");
      const sent = await local().read("validators remove", own({ keys: D, unexited: true, yes: true }));
      expect(sent).to.deep.include({ pubkeys: [D], validatorsLeft: 0 });
      expect(await stateOf(service, D)).to.equal("removed");
    });

    it("refuses keys that are not the account's, or removed, and options of pools", async () => {
      await local().refuses(
        "validators remove",
        own({ keys: D, yes: true }),
        `keys was removed from ssv.network (got ${D}): leave it out: nothing is left of it there`,
      );
      await local().refuses(
        "validators remove",
        own({ keys: key(4), unexited: true }),
        `keys is not registered at ssv.network by ${service} (got ${key(4)}): look it up with \`validators show\``,
      );
      await local().refuses(
        "validators remove",
        own({ keys: D, refSlot: "1" }),
        "ref-slot is for a pool, whose members sign (got 1): leave it out",
      );
      await local().refuses(
        "validators remove",
        { keys: D, account: service },
        `account is not the pool's, so that nobody here can change its clusters (got ${service}): leave it out for the pool, or give eoa for the account that sends`,
      );
    });

    it("refuses keys of two clusters at once, and more than SSV takes", async () => {
      const [ssv, others, E] = [await network(8), [1n, 2n, 3n, 5n], toBeHex(5, 48)];
      await (await (await network(7)).registerOperator("0x05", 1_000_000_000n, false)).wait();
      await (await ssv.registerValidator(E, others, "0x", NEW_CLUSTER, { value: ETHER })).wait();
      const many = Array.from({ length: 501 }, (_, i) => toBeHex(1_000 + i, 48));
      const add = async (from: number, to: number): Promise<void> => {
        const some = many.slice(from, to);
        const snapshot = await fetchClusterSnapshot(ssv, service, IDS);
        const sent = ssv.bulkRegisterValidator(some, IDS, Array<string>(some.length).fill("0x"), snapshot, {
          value: ETHER,
        });
        await (await sent).wait();
      };
      for (let from = 0; from < many.length; from += 80) await add(from, from + 80);
      await local().refuses(
        "validators remove",
        own({ keys: [many[0], E].join(), unexited: true }),
        `keys is with operators 1, 2, 3, 5, and not with 1, 2, 3, 4 as the first one (got ${E}): remove the validators of each cluster by themselves`,
      );
      await local().refuses(
        "validators remove",
        own({ keys: many.join(), unexited: true }),
        "keys are too many at once (got 501 keys): name 500 at the most",
      );
    });
  });
});
