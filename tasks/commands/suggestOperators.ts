import { existsSync } from "node:fs";

import { writeText } from "../../clients/files.ts";
import { fetchOperatorDirectory } from "../../clients/operatorDirectory.ts";
import { BLOCKS_PER_YEAR } from "../../src/ssv/fees.ts";
import { OBSTACLES, type Obstacle } from "../../src/ssv/operatorObstacles.ts";
import { suggestOperators, type OperatorSet, type SelectionTerms } from "../../src/ssv/operatorSelection.ts";
import { formatOperatorsFile } from "../../src/ssv/operatorsFile.ts";
import { InputError } from "../input.ts";
import type { SSVConnection } from "../ssvConnection.ts";
import type { Terminal } from "../terminal.ts";
import { feeFields, watchReading } from "./operatorFields.ts";

/** What is to be suggested, and where it is to be written. */
export interface SuggestionRequest extends SelectionTerms {
  readonly out: string | undefined;
}

/**
 * Chooses operators that the account can use, and writes their keys to files, one for each set.
 * @throws {OperatorSelectionError} If too few can be used; says why.
 * @throws {InputError | FileError} If a file is there already or cannot be written.
 */
export async function suggest({ ssvNetwork, account }: SSVConnection, request: SuggestionRequest, terminal: Terminal) {
  const files = fileNames(request);
  const directory = await fetchOperatorDirectory(ssvNetwork, { account, watch: watchReading(terminal) });
  const { sets, usable, leftOut } = suggestOperators(directory.operators, request);
  if (account === undefined)
    terminal.note("warning: private operators are left out, because no --account says who registers with them");
  sets.forEach((set, i) => {
    const file = files[i];
    if (file !== undefined) writeText(file, "out", formatOperatorsFile(listed(set)));
  });

  const { networkFeeWeiPerBlock, blockNumber } = directory;
  const names = Object.keys(OBSTACLES) as Obstacle[];
  return {
    account: account ?? "",
    blockNumber,
    networkFeeWeiPerBlock,
    usable,
    leftOut: names.flatMap((name) => {
      const count = leftOut.get(name);
      return count === undefined ? [] : [{ reason: OBSTACLES[name], count }];
    }),
    sets: sets.map(({ operators, feeWeiPerBlock }, i) => ({
      set: i + 1,
      operators: operators.map(({ id }) => id),
      ...feeFields(feeWeiPerBlock),
      withNetworkFeeWeiPerYear: (feeWeiPerBlock + networkFeeWeiPerBlock) * BLOCKS_PER_YEAR,
      file: files[i] ?? "",
    })),
    chosen: sets.flatMap(({ operators }, i) =>
      operators.map((operator) => ({
        set: i + 1,
        operator: operator.id,
        ...feeFields(operator.feeWeiPerBlock),
        hasDeclaredFee: operator.declaredFee !== undefined,
        validators: operator.validators,
        owner: operator.owner,
      })),
    ),
  };
}

/** `operators.json`, or `operators-1.json` and so on for several sets. */
function fileNames({ out, sets = 1 }: SuggestionRequest): string[] {
  if (out === undefined) return [];
  const numbered = Array.from({ length: sets }, (_, i) => out.replace(/(\.[^./]*)?$/, `-${i + 1}$1`));
  const files = sets === 1 ? [out] : numbered;
  const taken = files.find((file) => existsSync(file));
  if (taken !== undefined)
    throw new InputError("out", taken, "is there already", "name another file, or remove this one first");
  return files;
}

function listed({ operators }: OperatorSet) {
  return operators.map(({ id, operatorKey = "" }) => ({ id, operatorKey }));
}
