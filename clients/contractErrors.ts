import { AbiCoder, decodeBytes32String, Interface, type ErrorDescription, type JsonFragment } from "ethers";

import { formatEther, wei } from "../src/units/ether.ts";
import {
  AccessManager__factory,
  Accounting__factory,
  ClusterManager__factory,
  Committee__factory,
  ISSVErrors__factory,
  PoolETH__factory,
  PoolManager__factory,
  WithdrawalQueue__factory,
  ValidatorExitRequests__factory,
  WithdrawalVault__factory,
  WrappedPoolETH__factory,
} from "../typechain-types/index.ts";

const SOURCES: readonly { readonly abi: readonly JsonFragment[] }[] = [
  PoolETH__factory,
  PoolManager__factory,
  ValidatorExitRequests__factory,
  Accounting__factory,
  ClusterManager__factory,
  Committee__factory,
  WithdrawalQueue__factory,
  WithdrawalVault__factory,
  WrappedPoolETH__factory,
  AccessManager__factory,
  ISSVErrors__factory,
];

/** All custom errors of the pool, its access manager and ssv.network. */
const ERRORS = new Interface(SOURCES.flatMap(({ abi }) => abi.filter(({ type }) => type === "error")));

const REVERT_DATA = /^0x(?:[0-9a-f]{2}){4,}$/i;

const DEFAULT_REMEDY = "read what the error means where contracts/ declares it, and correct the input";

/** Errors whose arguments are all in wei: people give and read ether. */
const IN_WEI: ReadonlySet<string> = new Set([
  "DepositBelowMinimum",
  "CapExceeded",
  "InsufficientEther",
  "InsufficientReserve",
  "ReserveLimitExceeded",
  "StakingLimitExceeded",
  "RunwayNotKept",
  "RequestOutOfRange",
]);

/** What the one who caused an error can do, where that is more than correcting the named value. */
const REMEDIES: Readonly<Record<string, string>> = {
  DepositBelowMinimum: "deposit at least the second amount",
  CapExceeded: "deposit less, or wait until the cap is raised",
  ReportStale: "wait for the next report, which opens deposits again",
  DepositsArePaused: "wait until the pause ends",
  StakingIsPaused: "wait until the pause ends",
  ShutByLoss: "wait until the loss is settled",
  InsufficientEther: "wait for deposits, or activate fewer keys",
  InsufficientReserve: "pay into the operating reserve with `reserve deposit`; fewer keys at a time need less",
  ReserveLimitExceeded: "take less, or wait: `reserve show` says when it is more",
  RunwaySufficient:
    "wait until the cluster is short, which `cluster list` shows, or pay in by role with `cluster fund`",
  ClusterUsedUp:
    "have it liquidated with `cluster liquidate`, which forgives what it owes, then `cluster reactivate` it",
  RunwayNotKept: "take less: a cluster with validators keeps its collateral, its least runway and a week",
  StakingLimitExceeded: "activate fewer keys, or wait until the day's limit allows more",
  NothingToActivate: "wait until 32 ETH are free, which `pool status` shows",
  ApprovalExpired: "collect the approvals again",
  ApprovalBlockUnknown: "collect the approvals again when the next block is there: they are good for 256 blocks",
  DepositCountChanged: "collect the approvals again: somebody has deposited since",
  BatchNotLive: "look up the batches with `validators list`",
  BatchStillLive: "activate the named batch first, or drop it with `validators discard`",
  BatchMalformed: "register a root, at least one key, and 4, 7, 10 or 13 ascending operators",
  NonceOutOfOrder: "activate the batch whose turn it is, which `validators list` shows",
  ProofInvalid: "use the folder of the ceremony that was registered as this batch",
  SharesLengthMismatch: "generate the key shares again for the operators of the batch",
  RequestOutOfRange: "redeem an amount within the last two; `queue request` cuts larger ones",
  RedemptionOutOfRange: "redeem an amount within the last two, or use the queue: `queue request`",
  FinalizationOutOfGas: "send the report with more gas",
  RequestUnknown: "look the numbers up with `queue list`",
  RequestNotFinalized: "wait: `queue status` says roughly for how long",
  CallerNotOwner: "claim as the owner of the request, with --from",
  CheckpointMismatch: "run the command again: it looks the checkpoints up",
  ClaimTransferFailed: "name another receiver, which takes ether",
  RedemptionTransferFailed: "name another receiver, which takes ether",
  NotStale: "wait for a report, or until `queue finalize-stale` names a rule",
  StaleAlreadyMarked: "finalize the requests of before the mark first",
  QuorumNotReached: "name the keys of more committee members with --members",
  SignerNotInOrder: "sign with keys of the committee in place, each once",
  RefSlotNotOnFrame: "report for the last slot of a frame",
  RefSlotNotIncreasing: "wait until the next frame has ended; on a local chain: local advance",
  RefSlotNotCurrent: "report for the newest frame that has ended; on a local chain: local advance",
  ReportFieldOutOfRange: "correct the named field: its value must lie within the last two numbers",
  ReportedLossAboveLimit: "check the balances; a real loss of this size must be announced first",
  SupermajorityRequired: "have two thirds of the members sign: name more keys with --members",
  CallerNotAuthorized: "send from an account with the role (--from), or through the access manager when it has a delay",
  AccessManagerUnauthorizedAccount: "send from an account with the role (--from)",
  ERC20InvalidReceiver: "name another receiver",
  SharesBelowMinimum: "run the command again: rewards came meanwhile",
  IncorrectClusterState: "run the command again: the cluster has changed meanwhile",
  ClusterIsLiquidated: "reactivate the cluster first",
  ClusterAlreadyEnabled: "do nothing more: somebody has reactivated the cluster meanwhile",
  InsufficientBalance:
    "pay more into the cluster, unless `cluster status` says that it is used up, or take out what is there at the most",
  FeeTooLow: "give zero, or at least SSV's least fee",
  FeeTooHigh: "give no more than SSV's highest fee",
  FeeExceedsIncreaseLimit: "declare less: SSV limits how much a fee rises at a time",
  FeeIncreaseNotAllowed: "declare a higher fee instead; one of zero can never be raised",
  SameFeeChangeNotAllowed: "give another fee than the one in force",
  MaxPrecisionExceeded: "give a multiple of 100,000 wei, in which SSV counts",
  NoFeeDeclared: "declare a fee first, with `operator fee declare`",
  ApprovalNotWithinTimeframe: "wait for the time that `operators show` names, or declare the fee again after it",
  OperatorAlreadyExists: "use another key: an operator has this one",
  ValidatorAlreadyExistsWithData:
    "leave the key out, which is registered at SSV already; a pool drops the batch with `validators discard`",
  ExceedValidatorLimitWithData: "use other operators: this one takes no more validators",
  ValidatorDoesNotExist: "leave out keys that were removed, or never registered, which `validators show` tells",
  FeeNotCovered: "send more than the fee of the moment, which rises while many exits are requested (--max-fee)",
  ValidatorGone: "leave the key out: its validator has exited",
  ExitRequestedRecently: "wait: a request can be repeated after three days, and by anybody after 60",
  OlderKeyFirst: "begin with the key that it names",
  ExitsAboveLimit: "request fewer keys, or wait for the next report",
  WithdrawalNotOverdue: "wait until the request is older than seven days, unless it is paid already",
  BatchUnknown: "restore the batch with `PoolManager.restoreBatches`, which `validators exit --via el` does",
  RemovalNotAllowed: "have the administrator allow it for exactly these keys: run `validators remove --unexited`",
  KeyNotRemoved: "remove the key first, with `validators update-operators`, and name the operators that it had last",
  UpdateTooEarly: "wait for the block that it names",
  TooManyOperatorsLeftOut: "keep more of the former operators, or exit the validators",
  OwnerNonceExhausted: "use another account: ssv.network counts no further for this one",
  CallerNotWhitelistedWithData: "ask the operator to whitelist the ClusterManager",
};

/** The bytes that a contract reverted with, wherever in an error a node or library has put them. */
export function findRevertData(error: unknown): string | undefined {
  const seen = new Set<unknown>();
  const look = (value: unknown): string | undefined => {
    if (typeof value === "string") return REVERT_DATA.test(value) ? value : undefined;
    if (typeof value !== "object" || value === null || seen.has(value)) return undefined;
    seen.add(value);
    for (const key of ["data", "error", "info", "cause"]) {
      const found = look((value as Record<string, unknown>)[key]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return look(error);
}

/** Name, arguments and remedy of what a contract reverted with; nothing for an error that is not the pool's. */
export function describeRevert(data: string): string | undefined {
  const parsed = ERRORS.parseError(data);
  if (parsed === null) return undefined;
  if (parsed.name === "Error") return `the contract refuses: ${String(parsed.args[0])}`;
  return `the contract refuses with ${parsed.name}(${formatArguments(parsed)}): ${REMEDIES[parsed.name] ?? DEFAULT_REMEDY}`;
}

function formatArguments({ fragment, args }: ErrorDescription): string {
  const format = IN_WEI.has(fragment.name) ? formatWei : formatValue;
  return fragment.inputs.map(({ name, type }, i) => `${name} ${format(args[i], type)}`).join(", ");
}

function formatWei(value: unknown): string {
  return `${String(value)} (${formatEther(wei(BigInt(String(value))))} ETH)`;
}

function formatValue(value: unknown, type: string): string {
  if (type !== "bytes32") return String(value);
  try {
    return decodeBytes32String(AbiCoder.defaultAbiCoder().encode([type], [value]));
  } catch {
    return String(value);
  }
}
