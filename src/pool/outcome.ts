/** Why the contracts refuse: the name of a custom error and its arguments, `bytes32` names as plain text. */
export interface Refusal {
  readonly error: string;
  readonly args: readonly (bigint | string)[];
}

/** What an operation leads to: a result, or a refusal that leaves everything as it was. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

/** The operation goes through. */
export function done<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

/** The operation is refused. */
export function refused(
  error: string,
  ...args: (bigint | string)[]
): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal: { error, args } };
}

/** Goes on with a result; a refusal stays what it is. */
export function andThen<T, U>(outcome: Outcome<T>, next: (value: T) => Outcome<U>): Outcome<U> {
  return outcome.ok ? next(outcome.value) : outcome;
}
