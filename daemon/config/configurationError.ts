import { FieldError } from "../../src/units/errors.ts";

/** A field of a daemon's configuration cannot be used. */
export class ConfigurationField extends FieldError {}

/** A daemon's configuration cannot be used; the message has a line for each field that is wrong. */
export class ConfigurationError extends Error {
  readonly fields: readonly ConfigurationField[];

  constructor(fields: readonly ConfigurationField[]) {
    super(fields.map(({ message }) => message).join("\n"));
    this.name = "ConfigurationError";
    this.fields = fields;
  }
}
