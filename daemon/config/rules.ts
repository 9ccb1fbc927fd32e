import { ConfigurationField } from "./configurationError.ts";
import { remedyOf } from "./remedies.ts";
import { shownHost } from "./shownValue.ts";

/** What a configuration file says, before anything in it is known to be right. */
export type RawConfiguration = Readonly<Record<string, unknown>>;

/**
 * What schemas cannot see: what contradicts something else in the configuration.
 * @param isDryRun Whether nothing is to be signed.
 */
export function ruleProblems(values: RawConfiguration, isDryRun: boolean): ConfigurationField[] {
  return [
    ...["execution", "beacon", "peers", "members"].flatMap((field) => repeated(field, values[field])),
    ...tooMuchAgreement(values),
    ...missingSigner(values, isDryRun),
  ];
}

/** One server asked twice looks like two that agree. */
function repeated(field: string, list: unknown): ConfigurationField[] {
  if (!Array.isArray(list)) return [];
  const known = list.map((entry: unknown) => (typeof entry === "string" ? URL.parse(entry)?.href : undefined));
  return known.flatMap((href, i) =>
    href !== undefined && known.indexOf(href) < i
      ? [new ConfigurationField(`${field}[${i}]`, shownHost(href), "is there twice", "name each server once")]
      : [],
  );
}

function tooMuchAgreement({ agreement, beacon }: RawConfiguration): ConfigurationField[] {
  if (typeof agreement !== "number" || !Array.isArray(beacon) || agreement <= beacon.length) return [];
  const problem = `is more than there are beacon nodes, which are ${beacon.length}`;
  return [new ConfigurationField("agreement", `${agreement}`, problem, remedyOf(["agreement"]))];
}

function missingSigner({ signer }: RawConfiguration, isDryRun: boolean): ConfigurationField[] {
  if (isDryRun || signer !== undefined) return [];
  return [new ConfigurationField("signer", "", "is missing", `${remedyOf(["signer"])}; only --dry-run goes without`)];
}
