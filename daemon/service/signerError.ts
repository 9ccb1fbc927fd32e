import { FieldError } from "../../src/units/errors.ts";

/** The key of a daemon cannot be used. No secret is ever part of it. */
export class SignerError extends FieldError {}
