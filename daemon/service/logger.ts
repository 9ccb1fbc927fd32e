import { destination, pino, type DestinationStream, type Logger } from "pino";

import type { commonFields } from "../config/commonConfig.ts";

/** Names under which a secret could come into a log. */
const SECRETS = ["password", "passphrase", "privateKey", "mnemonic", "secret", "authorization", "signer"];
const URL_IN_TEXT = /\b(https?:\/\/)(?:[^\s/@"']*@)?([^\s/?#"']+)[^\s"')]*/g;

/** How much is logged. */
export type LogLevel = ReturnType<(typeof commonFields.logLevel)["parse"]>;

/**
 * A logger of one daemon: a line of JSON for each event, to standard output. Secrets are removed by the names of their
 * fields; of addresses in errors the host is left, since the rest of many contains a key.
 */
export function createLogger(
  name: string,
  level: LogLevel,
  // What was logged last must be out when the process ends.
  stream: DestinationStream = destination({ dest: 1, sync: true }),
): Logger {
  const paths = SECRETS.flatMap((secret) => [secret, `*.${secret}`, `*.*.${secret}`]);
  return pino({ name, level, redact: { paths, censor: "hidden" }, serializers: { err: serializeError } }, stream);
}

/** What an error says, without what it carries along: those of ethers hold requests and transactions. */
function serializeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error, message: hideAddresses(String(error)) };
  const { name: type, message, stack = "" } = error;
  return { type, message: hideAddresses(message), stack: hideAddresses(stack) };
}

/** Leaves of addresses in a text no more than their hosts. */
export function hideAddresses(text: string): string {
  return text.replaceAll(URL_IN_TEXT, "$1$2");
}
