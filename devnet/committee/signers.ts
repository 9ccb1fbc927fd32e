import type { Hex } from "../../src/units/hex.ts";
import { agreedExits, agreedRecipients } from "./agreement.ts";
import { toWire, type Duty, type SigningContext, type SignRequest } from "./duties.ts";
import { OperatorConnection, type Log } from "./operatorConnection.ts";
import { attempts, groupPartials, type Attempt, type PendingSignature } from "./partials.ts";
import { signingRoot } from "./signingRoots.ts";
import { verifyEach } from "./verification.ts";

/** What the operators gave together. */
export interface CommitteeSignatures {
  /** By duty, 96 bytes each; undefined where no threshold of operators signed. */
  readonly signatures: (Uint8Array | undefined)[];
  /** Keys whose owner asked SSV to exit them, as a threshold of their operators says. */
  readonly exitRequests: Hex[];
  /** Who gets the tips, by key of the duties, as a threshold of their operators says. */
  readonly feeRecipients: Map<Hex, string>;
}

/** Milliseconds after which an operator counts as missing. */
const TIMEOUT_MS = 2_000;
/** Most combinations that are tried one by one in a call: twice those of 13 operators, about two seconds. */
const MAX_ATTEMPTS = 1_500;

/** The operators that serve validators together, as whoever needs their signatures sees them. */
export class OperatorCommittee {
  readonly #operators: readonly OperatorConnection[];
  /** By operator: how often its part was in a combination that did not verify, and not in one that did. */
  readonly #suspicion: number[];
  readonly #clusters = new Map<Hex, readonly bigint[]>();
  readonly #log: Log | undefined;

  /** @param urls Where the operators listen, with a path that ends in a slash, if any. */
  constructor(urls: readonly URL[], log?: Log, timeoutMs = TIMEOUT_MS) {
    this.#operators = urls.map((url) => new OperatorConnection(url, timeoutMs, log));
    this.#suspicion = urls.map(() => 0);
    this.#log = log;
  }

  /**
   * Asks all operators at once. A duty has a signature only if the parts of a threshold of the validator's operators,
   * 2f + 1 of 3f + 1, combine to one that verifies under its public key; f operators that lie or fail change nothing.
   * @param options.unsafe Whether operators that allow it are to sign what could get a validator slashed.
   */
  async sign(
    context: SigningContext,
    duties: readonly Duty[],
    { unsafe = false }: { unsafe?: boolean } = {},
  ): Promise<CommitteeSignatures> {
    const body = toWire({ context, duties, unsafe } satisfies SignRequest);
    const answers = await Promise.all(this.#operators.map((operator) => operator.sign(body)));
    const pending = duties.map((duty, position): PendingSignature => {
      const groups = groupPartials(answers, position);
      return { pubkey: duty.pubkey, signingRoot: groups.length === 0 ? NO_ROOT : signingRoot(duty, context), groups };
    });
    const signatures = this.#combineAll(pending);
    const given = answers.filter((answer) => answer !== undefined);
    return {
      signatures,
      exitRequests: agreedExits(given, this.#clusters),
      feeRecipients: agreedRecipients(given, this.#clusters),
    };
  }

  /** Closes all connections. */
  close(): void {
    for (const operator of this.#operators) operator.close();
  }

  /** Verifies the likeliest combinations of all duties at once, and only for those that fail the others. */
  #combineAll(pending: readonly PendingSignature[]): (Uint8Array | undefined)[] {
    const first = pending.map((duty) => attempts(duty, this.#suspicion).next().value ?? undefined);
    const made = first.filter((attempt) => attempt !== undefined);
    const verified = verifyEach(made);
    const budget = { attempts: MAX_ATTEMPTS };
    const valid = new Set(made.filter((_, i) => verified[i]));
    return pending.map((duty, i) => {
      const attempt = first[i];
      const found = attempt !== undefined && valid.has(attempt) ? attempt : this.#search(duty, budget);
      if (found !== undefined) this.#clusters.set(duty.pubkey, found.group.operatorIds);
      return found?.signature;
    });
  }

  /** Tries one combination after another. */
  #search(duty: PendingSignature, budget: { attempts: number }): Attempt | undefined {
    const failed: Attempt[] = [];
    for (const attempt of attempts(duty, [...this.#suspicion])) {
      if (--budget.attempts < 0) return undefined;
      if (verifyEach([attempt])[0] === true) {
        this.#suspect(failed, attempt);
        return attempt;
      }
      failed.push(attempt);
    }
    return undefined;
  }

  /** What was in combinations that failed, and not in the one that verified, may be a lie. */
  #suspect(failed: readonly Attempt[], success: Attempt): void {
    const trusted = new Set(sendersOf(success));
    const suspects = new Set(failed.flatMap(sendersOf).filter((sender) => !trusted.has(sender)));
    for (const sender of suspects) {
      this.#suspicion[sender] = (this.#suspicion[sender] ?? 0) + 1;
      this.#log?.warn(
        { operator: this.#operators[sender]?.url.href, pubkey: success.pubkey },
        "a signature did not verify with the operator's part, and does without it",
      );
    }
  }
}

/** Of a duty that nobody signed. */
const NO_ROOT = new Uint8Array(32);

function sendersOf({ group, subset }: Attempt): number[] {
  return subset.flatMap((i) => group.partials[i]?.sender ?? []);
}
