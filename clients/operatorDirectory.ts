import { ZeroAddress } from "ethers";

import type { DeclaredFee, Operator } from "../src/ssv/operator.ts";
import { decodeOperatorPublicKey, parseOperatorPublicKey } from "../src/ssv/operatorKey.ts";
import { FieldError } from "../src/units/errors.ts";
import type { Hex } from "../src/units/hex.ts";
import { ISSVNetworkViews__factory, type ISSVNetwork, type ISSVNetworkViews } from "../typechain-types/index.ts";
import { chainOf } from "./committee.ts";
import { mapConcurrently } from "./concurrency.ts";
import { fetchOperatorRecords, type OperatorRecord } from "./operators.ts";
import { fetchWhitelistings } from "./whitelists.ts";

/** The operators of ssv.network cannot be read completely. */
export class OperatorDirectoryError extends FieldError {}

/** Operators of ssv.network at one block, as one account sees them. */
export interface OperatorDirectory {
  /** By ascending id. */
  readonly operators: readonly Operator[];
  /** For 32 ETH of effective balance. */
  readonly networkFeeWeiPerBlock: bigint;
  readonly blockNumber: number;
}

/** Which operators are to be read, and for whom. */
export interface DirectoryRequest {
  /** Who would register validators; without an account no operator counts as whitelisting it. */
  readonly account?: string | undefined;
  /** Ids; all operators if left out. */
  readonly ids?: readonly bigint[] | undefined;
  /** At which block; the newest if left out. */
  readonly toBlock?: number | undefined;
  /** Runs the long part, reading so many operators one by one, and is told how many more are done. */
  readonly watch?: Watch | undefined;
}

/** Watches work on so many things. */
export type Watch = <T>(total: number, work: (advance: (done: number) => void) => Promise<T>) => Promise<T>;

/** Two calls for each operator; nodes refuse those who make too many at once. */
const OPERATORS_AT_ONCE = 10;

/**
 * Reads operators from the logs and views of ssv.network, all at one block.
 * @throws {OperatorDirectoryError} If the node lacks logs of some of them, or there is no such operator.
 */
export async function fetchOperatorDirectory(
  ssvNetwork: ISSVNetwork,
  { account, ids, toBlock, watch = unwatched }: DirectoryRequest = {},
): Promise<OperatorDirectory> {
  const chain = chainOf(ssvNetwork);
  const views = ISSVNetworkViews__factory.connect(await ssvNetwork.getAddress(), chain);
  const block = await chain.getBlock(toBlock ?? "latest");
  if (block === null) throw new Error("the chain has no block");
  const at = { blockTag: block.number };
  const records = await fetchOperatorRecords(ssvNetwork, ids, block.number);
  await checkComplete(views, records, ids ?? nextIds(records), at, ids !== undefined);

  const [limit, networkFeeWeiPerBlock] = await Promise.all([
    views.getValidatorsPerOperatorLimit(at),
    views.getNetworkFee(at),
  ]);
  const states = await watch(records.length, (advance) =>
    mapConcurrently(
      records,
      OPERATORS_AT_ONCE,
      (record) => fetchState(views, record, BigInt(block.timestamp), at),
      advance,
    ),
  );
  const privateIds = states.filter(({ isPrivate, isRemoved }) => isPrivate && !isRemoved).map(({ id }) => id);
  const whitelisting = account === undefined ? new Set() : await fetchWhitelistings(views, privateIds, account, at);
  const operators = states.map((state) => ({
    ...state,
    room: Math.max(0, Number(limit) - state.validators),
    isWhitelisted: whitelisting.has(state.id),
  }));
  return { operators, networkFeeWeiPerBlock, blockNumber: block.number };
}

const unwatched: Watch = (_, work) => work(() => undefined);

type At = Readonly<{ blockTag: number }>;

async function fetchState(
  views: ISSVNetworkViews,
  { id, owner, publicKey, isRemoved }: OperatorRecord,
  now: bigint,
  at: At,
) {
  const [state, declared] = await Promise.all([views.getOperatorById(id, at), views.getOperatorDeclaredFee(id, at)]);
  const declaredFee: DeclaredFee = {
    feeWeiPerBlock: declared.fee,
    fromTime: declared.approvalBeginTime,
    untilTime: declared.approvalEndTime,
  };
  return {
    id,
    owner,
    operatorKey: readKey(publicKey),
    feeWeiPerBlock: state.fee,
    declaredFee: declared.isFeeDeclared && declaredFee.untilTime >= now ? declaredFee : undefined,
    validators: Number(state.validatorCount),
    isPrivate: state.isPrivate,
    isRemoved,
  };
}

/** Undefined for the junk that some have registered. */
function readKey(publicKey: Hex): string | undefined {
  try {
    const operatorKey = decodeOperatorPublicKey(publicKey);
    parseOperatorPublicKey(operatorKey);
    return operatorKey;
  } catch {
    return undefined;
  }
}

/** Ids that should have no operator if no log is missing: ssv.network counts from 1 on. */
function nextIds(records: readonly OperatorRecord[]): bigint[] {
  const known = new Set(records.map(({ id }) => id));
  let next = 1n;
  while (known.has(next)) next++;
  return [next];
}

/** Nodes that keep no old logs answer with fewer, and say nothing. */
async function checkComplete(
  views: ISSVNetworkViews,
  records: readonly OperatorRecord[],
  expected: readonly bigint[],
  at: At,
  areAsked: boolean,
): Promise<void> {
  const known = new Set(records.map(({ id }) => id));
  for (const id of expected.filter((expectedId) => !known.has(expectedId))) {
    const { owner } = await views.getOperatorById(id, at);
    if (owner !== ZeroAddress)
      throw new OperatorDirectoryError(
        "operator",
        id.toString(),
        "is registered, but the node has no log of its key",
        "use a node that keeps all logs",
      );
    if (areAsked)
      throw new OperatorDirectoryError(
        "operator",
        id.toString(),
        "does not exist at ssv.network",
        "look up the operators with `operators list`",
      );
  }
}
