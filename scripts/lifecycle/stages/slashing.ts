import { ether, percent } from "../../demo/figures.ts";
import type { Lifecycle } from "../lifecycle.ts";
import { fetchOwnValidators, type ValidatorRecord } from "../ownValidators.ts";
import type { ReportEntry } from "../record.ts";
import { WEI_PER_GWEI } from "../../../src/units/ether.ts";

/** What a slashed validator had before it, and has still, Gwei. */
export interface SlashedBalance {
  readonly pubkey: string;
  readonly beforeGwei: bigint;
  readonly afterGwei: bigint;
}

/** A validator votes twice and is slashed: the initial penalty at once; most of it comes half-way to its payment. */
export async function slashOne(life: Lifecycle, slots: bigint): Promise<SlashedBalance> {
  const { pool, view, batch } = life;
  const pubkey = batch.ceremony.keys.at(-1)?.pubkey;
  if (pubkey === undefined) throw new Error("the ceremony has no keys");
  view.begin("a validator is slashed");
  const { balance: beforeGwei } = await findValidator(life, pubkey);
  await pool.devnet.slash(pubkey);
  await life.mark("a validator is slashed");
  const end = (await pool.slot()) + slots;
  const isReported = () => (life.record.reports.at(-1)?.said.slashedKeys ?? 0n) > 0n;
  if (!(await life.passUntil(isReported, end))) throw new Error(`no report told of the slashing in ${slots} slots`);
  const { balance: afterGwei } = await findValidator(life, pubkey);
  const report = life.record.reports.at(-1);
  view.tell(
    `A validator voted for two heads at once, and whoever saw it had it slashed. The initial penalty took ` +
      `${ether((beforeGwei - afterGwei) * WEI_PER_GWEI, 6)} ETH of it; the report that shows it was signed by ` +
      `${report?.signers ?? 0} members. The penalty that grows with all that is slashed at a time comes 32 epochs later.`,
  );
  return { pubkey, beforeGwei, afterGwei };
}

/** Tells what the second penalty made of a slashed validator, and of the pool. */
export function tellCorrelation(life: Lifecycle, { beforeGwei }: SlashedBalance, worst: ReportEntry): void {
  const loss = worst.beforeWei - worst.afterWei;
  life.view.tell(
    `The second penalty came while they waited: a report with a loss of ${ether(loss, 6)} ETH, ` +
      `${percent(loss, worst.beforeWei)} of the pool and about ${percent(loss, beforeGwei * WEI_PER_GWEI)} of the validator. ` +
      `A quorum of three does not suffice for more than 0.05 %: ${worst.signers} members signed.`,
  );
}

async function findValidator({ pool }: Lifecycle, pubkey: string): Promise<ValidatorRecord> {
  const { validators } = await fetchOwnValidators(pool.beacon, "head", await pool.suite.withdrawalVault.getAddress());
  const found = validators.find(({ validator }) => validator.pubkey === pubkey);
  if (found === undefined) throw new Error(`the beacon state has no validator ${pubkey}`);
  return found;
}
