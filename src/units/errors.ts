/** What the message of a refusal is made of. */
export interface FieldErrorParts {
  /** What was refused, as the caller knows it, for example `deposit_data.json[3].amount`. */
  readonly field: string;
  /** The refused value in printable form, shortened if long. */
  readonly value: string;
  readonly problem: string;
  readonly remedy: string;
}

/**
 * A value handed to the library cannot be used. The message names the field, the value and the remedy.
 * Subclasses say which part of the domain refused it. Secrets are never passed as `value`.
 */
export abstract class FieldError extends Error {
  readonly parts: FieldErrorParts;

  constructor(field: string, value: string, problem: string, remedy: string) {
    const shown = shorten(value);
    super(`${field} ${problem} (got ${shown}): ${remedy}`);
    this.name = new.target.name;
    this.parts = { field, value: shown, problem, remedy };
  }

  /** What was refused, as the caller knows it. */
  get field(): string {
    return this.parts.field;
  }

  /** The refused value in printable form, shortened if long. */
  get value(): string {
    return this.parts.value;
  }
}

const MAX_SHOWN = 140;

/** A value as messages show it: its beginning and end, if it is long. */
export function shorten(value: string): string {
  if (value.trim() === "") return "nothing";
  return value.length <= MAX_SHOWN ? value : `${value.slice(0, 60)}…${value.slice(-16)} (${value.length} characters)`;
}
