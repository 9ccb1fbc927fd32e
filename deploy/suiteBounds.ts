import { z } from "zod";

/** What the contracts accept, as their constructors check it when transactions were already sent. */
export const BOUNDS = {
  minMembers: 3,
  maxMembers: 32,
  maxGrowthPerYearWad: 100n * 10n ** 18n,
  /** The cap has 24 bits. */
  maxCapEth: 2 ** 24 - 1,
  maxFeeBasisPoints: 2_000,
  maxCostsBasisPoints: 20,
  maxGainBasisPoints: 10_000,
  maxLossBasisPoints: 500,
  maxRunwayBlocks: 5_256_000,
  /** Delays of the access manager have 32 bits. */
  maxAdminDelaySeconds: 2 ** 32 - 1,
} as const;

/** Fewest members who may decide for a committee of so many: more than half. */
export function minQuorum(memberCount: number): number {
  return Math.floor(memberCount / 2) + 1;
}

/** A parameter that the contracts would refuse. */
export interface Breach {
  readonly name: string;
  readonly value: string;
  /** What is allowed, as a request. */
  readonly remedy: string;
}

const between = (min: number, max: number) => {
  const remedy = `give ${min} to ${max}`;
  return z.number().min(min, remedy).max(max, remedy);
};
const positive = z.number().min(1, "give 1 or more");
const growthRemedy = `give 1n to ${BOUNDS.maxGrowthPerYearWad}n, where ${10n ** 18n}n doubles the pool in a year`;
const membersRemedy = `name ${BOUNDS.minMembers} to ${BOUNDS.maxMembers} members`;

const BoundsSchema = z
  .object({
    adminDelaySeconds: between(0, BOUNDS.maxAdminDelaySeconds),
    members: z.array(z.string()).min(BOUNDS.minMembers, membersRemedy).max(BOUNDS.maxMembers, membersRemedy),
    quorum: z.number(),
    secondsPerSlot: positive,
    slotsPerFrame: positive,
    maxGrowthPerYearWad: z.bigint().min(1n, growthRemedy).max(BOUNDS.maxGrowthPerYearWad, growthRemedy),
    capEth: between(0, BOUNDS.maxCapEth),
    feeBasisPoints: between(0, BOUNDS.maxFeeBasisPoints),
    costsBasisPoints: between(0, BOUNDS.maxCostsBasisPoints),
    maxGainBasisPoints: between(0, BOUNDS.maxGainBasisPoints),
    maxLossBasisPoints: between(0, BOUNDS.maxLossBasisPoints),
    runwayBlocks: between(2, BOUNDS.maxRunwayBlocks),
    minRunwayBlocks: positive,
  })
  .superRefine(({ members, quorum, runwayBlocks, minRunwayBlocks }, context) => {
    const refuse = (path: (string | number)[], message: string) => {
      context.addIssue({ code: "custom", path, message });
    };
    const twice = members.findIndex((member, index) => members.indexOf(member) < index);
    if (twice !== -1) refuse(["members", twice], "name each member once");
    const least = minQuorum(members.length);
    if (quorum < least || quorum > members.length)
      refuse(["quorum"], `give ${least} to ${members.length}, more than half of the ${members.length} members`);
    if (minRunwayBlocks >= runwayBlocks)
      refuse(["minRunwayBlocks"], `give less than runwayBlocks, which is ${runwayBlocks}`);
  });

/** The first parameter that the contracts would refuse; nothing if they take all of them. */
export function findBreach(parameters: z.input<typeof BoundsSchema>): Breach | undefined {
  const result = BoundsSchema.safeParse(parameters);
  const [issue] = result.error?.issues ?? [];
  if (issue === undefined) return undefined;
  const [name, index] = issue.path;
  const field = name as keyof typeof parameters;
  if (field === "members") {
    const { members } = parameters;
    return typeof index === "number"
      ? { name: `members[${index}]`, value: members[index] ?? "", remedy: issue.message }
      : { name: field, value: `${members.length} members`, remedy: issue.message };
  }
  const value = parameters[field];
  return { name: field, value: typeof value === "bigint" ? `${value}n` : String(value), remedy: issue.message };
}
