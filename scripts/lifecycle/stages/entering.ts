import { parseEther, ZeroAddress } from "ethers";

import { findEvents } from "../../../clients/receipts.ts";
import { refreshCluster } from "../../demo/ssvAccount.ts";
import { activateKeys, registerKeys } from "../keys.ts";
import type { Lifecycle } from "../lifecycle.ts";

/** Together enough for sixteen validators, and a little to spare. */
const DEPOSITS = ["160", "120", "96", "72.5", "48", "21.333333333333333333"];
/** Far more than two keys an epoch need. */
const MOST_SLOTS = 400n;

/** Stakers deposit, a ceremony makes keys, the committee approves them, and they become validators. */
export async function enter(life: Lifecycle, validators: number): Promise<void> {
  const { gas, pool, suite, view, stakers } = life;
  view.begin("stakers deposit, validators start");
  for (const [i, { signer }] of stakers.entries()) {
    const value = parseEther(DEPOSITS[i] ?? "0");
    await gas.confirm("deposit", await suite.poolETH.connect(signer).deposit(signer.address, ZeroAddress, { value }));
    life.depositedWei += value;
  }
  await life.mark("stakers deposit");
  const batch = await registerKeys(pool, validators);
  life.batch = batch;
  gas.book("register a ceremony", batch.receipt);
  const receipt = await activateKeys(pool, batch, 0, validators);
  gas.book(`activate ${validators} validators`, receipt);
  for (const { funding } of findEvents(suite.poolManager, receipt, "BatchActivated") as { funding: bigint }[])
    life.paidToSSVWei += funding;
  await refreshCluster(life);
  await life.mark("keys activated");
  const end = (await pool.slot()) + MOST_SLOTS;
  if (!(await life.passUntil(() => life.now.validators.active === validators, end)))
    throw new Error(
      `only ${life.now.validators.active} of ${validators} validators are active after ${MOST_SLOTS} slots`,
    );
  await life.mark("all validators active");
  view.tell(
    `Six stakers deposited; a dealer made ${validators} keys and split each among the four operators, who hold nothing ` +
      `else; three members approved, and one transaction staked to all. At slot ${life.now.slot} the last became active.`,
  );
}
