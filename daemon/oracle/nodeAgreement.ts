import { BeaconError } from "../../clients/beaconHttp.ts";
import type { BeaconNode } from "../../clients/beaconNode.ts";
import type { Observation } from "../../clients/observation.ts";
import { differenceOfKeys } from "../../src/oracle/keyDifference.ts";
import type { ObservedKey } from "../../src/oracle/validatorKeys.ts";
import { ReportRefusal } from "./reportRefusal.ts";

/** A beacon node that was left out, and why. */
export interface FailedNode {
  readonly host: string;
  readonly problem: string;
}

/** A report that several beacon nodes gave to the last digit, with all that they say of its keys. */
export interface Agreement {
  readonly observation: Observation;
  /** The first one of them. */
  readonly node: BeaconNode;
  readonly agreed: readonly string[];
  readonly failed: readonly FailedNode[];
}

/** How many of some nodes must agree: as configured, or two where there are as many. */
export function agreementOf(configured: number | undefined, nodes: number): number {
  return configured ?? Math.min(2, nodes);
}

/**
 * Collects a report at as many nodes as must agree, at once. One that fails is replaced by the next one.
 * @throws {ReportRefusal} If too few answer, or two of them differ.
 * @throws {FieldError} If what a node tells cannot be a report.
 */
export async function collectAgreed(
  nodes: readonly BeaconNode[],
  needed: number,
  collect: (node: BeaconNode) => Promise<Observation>,
): Promise<Agreement> {
  const waiting = [...nodes];
  const found: { readonly node: BeaconNode; readonly observation: Observation }[] = [];
  const failed: FailedNode[] = [];
  while (found.length < needed && waiting.length > 0) {
    const asked = waiting.splice(0, needed - found.length);
    const results = await Promise.allSettled(asked.map(collect));
    for (const [i, node] of asked.entries()) {
      const result = results[i];
      if (result?.status === "fulfilled") found.push({ node, observation: result.value });
      else if (result?.reason instanceof BeaconError)
        failed.push({ host: hostOf(node), problem: result.reason.message });
      else throw result?.reason;
    }
  }
  const [first] = found;
  if (first === undefined || found.length < needed)
    throw new ReportRefusal(
      "too_few_nodes",
      "beacon",
      `${found.length} of ${nodes.length} nodes`,
      `gives no report by ${needed} nodes that agree: ${failed.map(({ problem }) => problem).join("; ")}`,
      "bring the nodes back, name more of them, or lower agreement",
    );
  for (const other of found.slice(1)) requireSame(first, other);
  return { ...first, agreed: found.map(({ node }) => hostOf(node)), failed };
}

interface NodeReport {
  readonly node: BeaconNode;
  readonly observation: Observation;
}

function requireSame(one: NodeReport, other: NodeReport): void {
  const [fields, others] = [fieldsOf(one.observation), fieldsOf(other.observation)];
  const differing = Object.keys(fields).find((field) => fields[field] !== others[field]);
  if (differing !== undefined)
    throw disagreement(differing, [one.node, fields[differing] ?? ""], [other.node, others[differing] ?? ""]);
  // Sums may be the same where keys are not, by which exits are signed.
  const key = differenceOfKeys(reportedKeys(one.observation), reportedKeys(other.observation));
  if (key !== undefined) throw disagreement(`key ${key.pubkey}`, [one.node, key.first], [other.node, key.second]);
}

function disagreement(
  field: string,
  [one, value]: readonly [BeaconNode, string],
  [other, otherValue]: readonly [BeaconNode, string],
): ReportRefusal {
  return new ReportRefusal(
    "disagreement",
    field,
    value,
    `differs between two beacon nodes, ${hostOf(one)} and ${hostOf(other)}, which has ${otherValue}`,
    "find out which of them is wrong, and take it out of the configuration until it is in order",
  );
}

/** Those that were staked to later are of no state. */
function reportedKeys({ keys }: Observation): ObservedKey[] {
  return keys.filter(({ state }) => state !== "stakedLater");
}

/** All that must be the same, by name; the root of the state comes first, since the rest follows from it. */
function fieldsOf({ reference, report }: Observation): Record<string, string> {
  const { stateRoot, blockRoot, blockSlot, executionBlock } = reference;
  const { number, hash } = executionBlock;
  const all = { stateRoot, blockRoot, blockSlot, blockNumber: number, blockHash: hash, ...report };
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, value.toString()]));
}

function hostOf({ access }: BeaconNode): string {
  return access.url.host;
}
