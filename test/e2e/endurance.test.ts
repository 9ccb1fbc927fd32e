import { readdirSync } from "node:fs";

import { expect } from "chai";
import { ZeroAddress } from "ethers";
import hre from "hardhat";

import { residentMemory } from "../../devnet/supervisor/memory.ts";
import { activateKeys, registerKeys } from "../../scripts/lifecycle/keys.ts";
import { LivePool } from "../../scripts/lifecycle/livePool.ts";

const [KEYS, FOREIGN] = [16, 48];
const [SETTLING_SLOTS, SLOTS, STEP] = [200, 300, 20];
const MEBIBYTE = 2 ** 20;
/** Heaps grow and shrink by so much between collections; the chain's own state grows, too. */
const GROWTH_MIB: Readonly<Record<string, number>> = { "execution client": 24, "beacon node": 40 };
const OPERATOR_GROWTH_MIB = 8;
/** Connections come and go, files of the chain's database with it. */
const MORE_HANDLES = 12;

interface Sample {
  readonly memory: number;
  readonly handles: number;
}

describe("500 slots of a devnet with 64 validators", function () {
  this.timeout(400_000);
  let pool: LivePool;

  before(async () => {
    pool = await LivePool.start(hre, { foreignValidators: FOREIGN });
    const { deployer, poolETH } = pool.suite;
    await (await poolETH.deposit(deployer.address, ZeroAddress, { value: 600n * 10n ** 18n })).wait();
    await activateKeys(pool, await registerKeys(pool, KEYS), 0, KEYS);
  });

  after(async () => {
    await pool.stop();
  });

  it("take no more memory and no more file handles from one hundred to the next", async () => {
    const start = await pool.devnet.advance(SETTLING_SLOTS, false);
    expect(start.validators).to.equal(KEYS + FOREIGN);
    const samples: Map<string, Sample>[] = [];
    for (let slots = 0; slots < SLOTS; slots += STEP) {
      await pool.devnet.advance(STEP, false);
      samples.push(await sample());
    }
    const end = await pool.devnet.status();
    expect(end.headSlot - start.headSlot).to.be.at.least(SLOTS - 1);
    expect(end.finalizedEpoch).to.be.at.least(end.epoch - 3);
    const third = samples.length / 3;
    for (const name of samples[0]?.keys() ?? []) {
      const values = (of: keyof Sample) => samples.map((each) => each.get(name)?.[of] ?? NaN);
      // The least of some samples is what is in use; more is garbage.
      const least = (of: keyof Sample, from: number) => Math.min(...values(of).slice(from, from + third));
      const growth = (least("memory", 2 * third) - least("memory", 0)) / MEBIBYTE;
      expect(growth, `${name}, MiB`).to.be.below(GROWTH_MIB[name] ?? OPERATOR_GROWTH_MIB);
      expect(least("handles", 2 * third) - least("handles", 0), `${name}, handles`).to.be.below(MORE_HANDLES);
    }
  });

  /** Of each component; the supervisor is this process, with much else in it. */
  async function sample(): Promise<Map<string, Sample>> {
    const { processes } = await pool.devnet.status();
    const components = processes.filter(({ name }) => name !== "supervisor");
    return new Map(
      components.map(({ name, pid }) => [
        name,
        { memory: residentMemory(pid), handles: readdirSync(`/proc/${pid}/fd`).length },
      ]),
    );
  }
});
