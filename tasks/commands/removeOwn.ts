import type { ClusterSnapshot } from "../../src/ssv/cluster.ts";
import type { Beacon } from "../beaconNode.ts";
import { onNewestSnapshot } from "../clusterAccount.ts";
import { InputError } from "../input.ts";
import { findSender } from "../signers.ts";
import type { Plan } from "../transaction.ts";
import { EXITED, requireGone } from "./goneValidators.ts";
import { describeRemoval, type Removal } from "./removal.ts";

const FORCED =
  "remove it all the same with --unexited, if it may lose ether until it exits by its withdrawal address or key";

/** Proposes to remove keys of the account that sends. */
export async function planOwnRemoval(removal: Removal, warnings: readonly string[]): Promise<Plan> {
  const { ssv, owner, keys, cluster, from } = removal;
  const operatorIds = [...keys.operatorIds];
  const fields = describeRemoval(removal);
  const propose = (snapshot: ClusterSnapshot) =>
    ssv.ssvNetwork.bulkRemoveValidator.populateTransaction([...fields.pubkeys], operatorIds, snapshot);
  return {
    action: `remove ${fields.keys} validators of operators ${operatorIds.join(", ")}`,
    details: fields,
    warnings,
    signer: await findSender(ssv, from),
    ...(await onNewestSnapshot({ ssv, owner, cluster }, propose)),
    outcome: () => fields,
  };
}

/**
 * Makes sure that validators have exited, as far as that can be known: by what a beacon node says, or else by whether
 * their operators were ever asked.
 * @returns What to look at twice.
 * @throws {InputError} Naming the first that has not.
 */
export async function requireExited({ keys }: Removal, beacon: Beacon | undefined): Promise<string[]> {
  const remedy = `have it exit with \`validators exit\` and wait until it has, or ${FORCED}`;
  if (beacon !== undefined) {
    const pubkeys = keys.validators.map(({ pubkey }) => pubkey);
    await requireGone(beacon, "head", pubkeys, EXITED, remedy);
    return [];
  }
  const other = keys.validators.find(({ state }) => state !== "exit requested");
  if (other !== undefined)
    throw new InputError(
      "keys",
      other.pubkey,
      "was never asked to exit, and would lose ether without operators",
      remedy,
    );
  return [
    "only whether the validators were asked to exit was looked at, not whether they have: --beacon-node tells, and one that has not loses ether until it exits by its withdrawal address or key",
  ];
}
