import { fetchOperatorKeys } from "../../clients/operators.ts";
import type { KeyCeremony } from "./keyCeremony.ts";

/**
 * Makes shares of the same keys for other operators in a folder of their own, as the runbook says: on a machine without a
 * connection, for nonces that are given. There must be eight operators.
 * @param terms `operators`, `firstNonce`, and what the keys were generated with.
 * @returns The folder.
 */
export async function makeNewShares(
  ceremony: KeyCeremony,
  account: string,
  { operators, firstNonce, firstIndex = "0", ...generated }: Record<string, string>,
): Promise<string> {
  const dir = ceremony.file(`shares-${firstNonce}-${firstIndex}-${operators}`.replace(/\W+/g, "-"));
  const listed = (await fetchOperatorKeys(ceremony.network)).map(({ id, operatorKey }) => {
    return { id: Number(id), operatorKey };
  });
  // A file holds the operators of a cluster.
  const files = [0, 4].map((from) =>
    ceremony.file(`operators-${from}.json`, JSON.stringify(listed.slice(from, from + 4))),
  );
  await ceremony.generate({ dir, firstIndex, ...generated });
  await ceremony.split({
    dir,
    firstIndex,
    chain: "local",
    account,
    operators,
    operatorsFile: files.join(),
    firstNonce,
  });
  return dir;
}
