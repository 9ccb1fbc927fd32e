import type { ConsensusPart } from "../../clients/report.ts";
import { GWEI_PER_ETHER } from "../../src/units/ether.ts";

/** Days from a deposit until its entry leaves the queue of pending deposits. */
const PENDING_DAYS = 2;
/** Days from then until the validator earns. */
const ACTIVATION_DAYS = 1;
/** The sweep of withdrawals comes round to each validator this often. */
const SWEEP_DAYS = 9;
/** 256 epochs: how long a validator must have been active before it may exit, and stays after it has. */
const EXIT_DAYS = 2;
/** 8,192 epochs: how long a slashed validator stays before its balance is paid out. */
const SLASHED_DAYS = 37;
/** Half of it: when the correlation penalty falls due. */
const CORRELATION_DAYS = 18;
/** How often one of a million validators proposes a block. */
const PROPOSAL_DAYS = 140;

const FULL_BALANCE = 32n * GWEI_PER_ETHER;
/** A faultless validator earns 2.85 % of 32 ETH a year by its duties. */
const DAILY_REWARD = (FULL_BALANCE * 285n) / 10_000n / 365n;
/** Missed source and target votes cost 40 of the 64 parts that a faultless day earns. */
const DAILY_PENALTY = (DAILY_REWARD * 40n) / 64n;
/** `MIN_SLASHING_PENALTY_QUOTIENT_ELECTRA`. */
const INITIAL_PENALTY = FULL_BALANCE / 4_096n;
/** Three times the slashed stake as a part of 34 million ether, for each whole ether of 32. */
const CORRELATION_PENALTY = ((3n * FULL_BALANCE) / 34_000_000n) * 32n;
/** Tips and MEV of one block, wei; not a whole number of Gwei. */
const BLOCK_TIP = 49_123_456_789_012_345n;

/** A validator's way through the beacon chain. */
export type ValidatorPhase = "pending" | "queued" | "active" | "exiting" | "exited";

/** One validator as the model keeps it. */
export interface ModelValidator {
  readonly pubkey: string;
  phase: ValidatorPhase;
  balanceGwei: bigint;
  /** Day of its deposit. */
  readonly depositedOn: number;
  /** Day on which it was slashed. */
  slashedOn?: number;
  /** Day from when on its whole balance is paid out; nothing as long as it stays. */
  withdrawableOn?: number;
  /** All penalties of its slashing so far. */
  penaltiesGwei: bigint;
}

/** What a day of the beacon chain pays to the execution layer. */
export interface DayPayments {
  /** Withdrawals to the pool's credentials. */
  readonly withdrawnGwei: bigint;
  /** Tips of the blocks that the pool's validators proposed. */
  readonly tipsWei: bigint;
}

/**
 * The pool's validators on a small model of the beacon chain, a day at a time: deposits wait, validators earn a little
 * more or less each day, all above 32 ETH is swept, a slashed validator pays and leaves, one that is asked to exit leaves
 * without a loss. Amounts are whole Gwei.
 */
export class BeaconModel {
  readonly #validators: ModelValidator[] = [];
  #day = 0;
  #earnedGwei = 0n;
  #tipsWei = 0n;

  /** Days so far. */
  get day(): number {
    return this.#day;
  }

  /** All rewards less all penalties since the beginning, tips included, wei. */
  get earnedWei(): bigint {
    return this.#earnedGwei * 1_000_000_000n + this.#tipsWei;
  }

  /** The validators in the order of their deposits. */
  get validators(): readonly Readonly<ModelValidator>[] {
    return this.#validators;
  }

  /** Takes a deposit whose signature is valid into the queue. */
  deposit(pubkey: string, amountGwei: bigint): void {
    this.#validators.push({
      pubkey,
      phase: "pending",
      balanceGwei: amountGwei,
      depositedOn: this.#day,
      penaltiesGwei: 0n,
    });
  }

  /** Slashes an active validator: the initial penalty at once, and it begins to leave. */
  slash(pubkey: string): void {
    const validator = this.#validators.find((each) => each.pubkey === pubkey);
    if (validator?.phase !== "active") throw new Error(`${pubkey} is no active validator`);
    validator.phase = "exiting";
    validator.slashedOn = this.#day;
    validator.withdrawableOn = this.#day + SLASHED_DAYS;
    this.#penalize(validator, INITIAL_PENALTY);
  }

  /**
   * Takes a request for a full exit from the validator's withdrawal credentials.
   * @returns Whether it exits: requests are dropped for whoever is unknown, on its way out, or active for too short a time.
   */
  exit(pubkey: string): boolean {
    const validator = this.#validators.find((each) => each.pubkey === pubkey);
    if (validator?.phase !== "active") return false;
    if (this.#day < validator.depositedOn + PENDING_DAYS + ACTIVATION_DAYS + EXIT_DAYS) return false;
    validator.phase = "exiting";
    validator.withdrawableOn = this.#day + EXIT_DAYS;
    return true;
  }

  /** Lets a day pass. */
  advance(): DayPayments {
    this.#day += 1;
    let [withdrawnGwei, tipsWei] = [0n, 0n];
    this.#validators.forEach((validator, index) => {
      this.#step(validator);
      if (validator.phase === "active") {
        this.#credit(validator, dailyReward(index, this.#day));
        if ((this.#day + 37 * index) % PROPOSAL_DAYS === 0) tipsWei += BLOCK_TIP + BigInt(index);
      }
      if ((this.#day + index) % SWEEP_DAYS === 0) withdrawnGwei += this.#sweep(validator);
    });
    this.#tipsWei += tipsWei;
    return { withdrawnGwei, tipsWei };
  }

  /** What an oracle reads from the beacon state now. */
  observe(): Omit<ConsensusPart, "refSlot" | "finalizeUpTo"> {
    const inPhase = (...phases: ValidatorPhase[]) => this.#validators.filter(({ phase }) => phases.includes(phase));
    const sum = (validators: ModelValidator[]) =>
      validators.reduce((total, { balanceGwei }) => total + balanceGwei, 0n);
    const count = (validators: ModelValidator[]) => BigInt(validators.length);
    return {
      validatorsGwei: sum(inPhase("queued", "active", "exiting")),
      pendingGwei: sum(inPhase("pending")),
      stakedKeys: count(this.#validators),
      activeKeys: count(inPhase("active")),
      exitingKeys: count(inPhase("exiting")),
      exitedKeys: count(inPhase("exited")),
      slashedKeys: count(this.#validators.filter(({ slashedOn }) => slashedOn !== undefined)),
      lostKeys: 0n,
    };
  }

  #step(validator: ModelValidator): void {
    const age = this.#day - validator.depositedOn;
    if (validator.phase === "pending" && age >= PENDING_DAYS) validator.phase = "queued";
    if (validator.phase === "queued" && age >= PENDING_DAYS + ACTIVATION_DAYS) validator.phase = "active";
    if (validator.phase !== "exiting" || validator.slashedOn === undefined) return;
    const sinceSlashing = this.#day - validator.slashedOn;
    if (sinceSlashing <= SLASHED_DAYS) this.#penalize(validator, DAILY_PENALTY);
    if (sinceSlashing === CORRELATION_DAYS) this.#penalize(validator, CORRELATION_PENALTY);
  }

  #sweep(validator: ModelValidator): bigint {
    const { phase, withdrawableOn = Infinity, balanceGwei } = validator;
    const isWithdrawable = phase === "exiting" && this.#day >= withdrawableOn;
    if (isWithdrawable) validator.phase = "exited";
    else if (phase !== "active" || balanceGwei <= FULL_BALANCE) return 0n;
    validator.balanceGwei = isWithdrawable ? 0n : FULL_BALANCE;
    return balanceGwei - validator.balanceGwei;
  }

  #credit(validator: ModelValidator, amountGwei: bigint): void {
    validator.balanceGwei += amountGwei;
    this.#earnedGwei += amountGwei;
  }

  #penalize(validator: ModelValidator, amountGwei: bigint): void {
    validator.penaltiesGwei += amountGwei;
    this.#credit(validator, -amountGwei);
  }
}

/** Validators do between 97 and 100 % of their duties, each a little differently every day. */
function dailyReward(index: number, day: number): bigint {
  const effectiveness = 9_700 + ((index * 7_919 + day * 104_729) % 301);
  return (DAILY_REWARD * BigInt(effectiveness)) / 10_000n;
}
