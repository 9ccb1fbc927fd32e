import { listKeystores, readKeystores } from "../../clients/keyFolder.ts";
import type { DepositData } from "../../src/consensus/deposit.ts";
import { decryptKeystore, RESTORE_KEYSTORE } from "../../src/keys/keystore.ts";
import { toHex } from "../../src/units/hex.ts";
import type { Checklist } from "../checklist.ts";
import { InputError } from "../input.ts";
import { withProgress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";
import type { Verification } from "./verification.ts";

/**
 * Verifies the keystores of a folder: their form, that they are of keys with deposits, and with a password that they
 * hold these keys.
 * @returns How many there are.
 * @throws {FieldError} For the first that is wrong.
 */
export async function verifyKeystores(
  { folder, password }: Verification,
  deposits: readonly DepositData[],
  checklist: Checklist,
  terminal: Terminal,
): Promise<number> {
  const count = listKeystores(folder).length;
  if (count === 0) {
    if (password !== undefined) checklist.skip("keystores", "all", "none there");
    return 0;
  }
  const of = `${count} keystores`;
  const keystores = await checklist.check("keystores: version, functions, costs", of, () => readKeystores(folder));
  if (deposits.length === 0) checklist.skip("keystores: of the keys with deposits", of, "no deposit file");
  else
    await checklist.check("keystores: of the keys with deposits", of, () => {
      const known = new Set<string | undefined>(deposits.map(({ pubkey }) => toHex(pubkey)));
      for (const { name, pubkey } of keystores)
        if (!known.has(pubkey))
          throw new InputError(
            name,
            pubkey ?? "nothing",
            "is for no key of the deposit file",
            `take it out, if it is another folder's; else ${RESTORE_KEYSTORE}`,
          );
    });
  if (password === undefined) {
    checklist.skip("keystores: hold their keys", of, "no --password-file");
    return count;
  }
  await checklist.check("keystores: hold their keys", of, () =>
    withProgress(terminal, "decrypt keystores", count, async (advance) => {
      for (const { name, json } of keystores) {
        (await decryptKeystore(json, password, name)).fill(0);
        advance(1);
      }
    }),
  );
  return count;
}
