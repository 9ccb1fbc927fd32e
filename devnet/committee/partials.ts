import { signingThreshold } from "../../src/ssv/committee.ts";
import { fromHex, type Hex } from "../../src/units/hex.ts";
import type { SignAnswer } from "./answers.ts";
import { combine } from "./integerWeights.ts";
import { subsetsOf, type Subset } from "./subsets.ts";
import type { CombinedSignature } from "./verification.ts";

/** An operator's part, and who sent it. */
export interface SignaturePart {
  /** Position of the operator among those that were asked. */
  readonly sender: number;
  readonly operatorId: bigint;
  /** 96 bytes. */
  readonly signature: Uint8Array;
}

/** Parts of a duty's signature from operators that say they serve the validator together. */
export interface PartialGroup {
  /** Operators of the cluster, ascending. */
  readonly operatorIds: readonly bigint[];
  readonly threshold: number;
  readonly partials: readonly SignaturePart[];
}

/** A duty as it is put together. */
export interface PendingSignature {
  readonly pubkey: Hex;
  readonly signingRoot: Uint8Array;
  /** Those that have a threshold. */
  readonly groups: readonly PartialGroup[];
}

/** A choice of operators, and the signature that their parts give. */
export interface Attempt extends CombinedSignature {
  readonly group: PartialGroup;
  readonly subset: Subset;
}

/** Collects the parts of one duty from all answers. Whoever is not in the cluster it names is left out. */
export function groupPartials(answers: readonly (SignAnswer | undefined)[], duty: number): PartialGroup[] {
  const groups = new Map<string, { operatorIds: readonly bigint[]; partials: SignaturePart[] }>();
  answers.forEach((answer, sender) => {
    const given = answer?.signatures.find((partial) => partial.duty === duty);
    if (answer === undefined || !given?.operatorIds.includes(answer.operatorId)) return;
    const name = given.operatorIds.join();
    const group = groups.get(name) ?? { operatorIds: given.operatorIds, partials: [] };
    groups.set(name, group);
    const signature = fromHex(given.signature, "signature", 96);
    group.partials.push({ sender, operatorId: answer.operatorId, signature });
  });
  return [...groups.values()]
    .map((group) => ({ ...group, threshold: signingThreshold(group.operatorIds.length) }))
    .filter(({ threshold, partials }) => new Set(partials.map(({ operatorId }) => operatorId)).size >= threshold);
}

/**
 * Ways to put a duty's signature together, those first whose operators are suspected least.
 * @param suspicion How often each sender's part was in a combination that did not verify, by its position.
 */
export function* attempts(
  { pubkey, signingRoot, groups }: PendingSignature,
  suspicion: readonly number[],
): Generator<Attempt, void> {
  for (const group of groups) {
    const ids = group.partials.map(({ operatorId }) => operatorId);
    const doubts = group.partials.map(({ sender }) => suspicion[sender] ?? 0);
    const ranked = subsetsOf(ids, group.threshold).map((subset) => ({
      subset,
      doubt: subset.reduce((sum, i) => sum + (doubts[i] ?? 0), 0),
    }));
    if (doubts.some((doubt) => doubt > 0)) ranked.sort((a, b) => a.doubt - b.doubt);
    for (const { subset } of ranked) {
      const signature = combined(subset.flatMap((i) => group.partials[i] ?? []));
      if (signature !== undefined) yield { pubkey, signingRoot, signature, group, subset };
    }
  }
}

/** Nothing if a part is no point. */
function combined(partials: readonly SignaturePart[]): Uint8Array | undefined {
  try {
    return combine(partials);
  } catch {
    return undefined;
  }
}
