import { z } from "zod";

import { hexSchema } from "../src/units/json.ts";
import { uint } from "./beaconHttp.ts";

/** An answer with the header of a block, of which some fields are read beside its slot. */
export function headerSchema<Fields extends z.ZodRawShape>(fields: Fields) {
  return z.object({
    execution_optimistic: z.boolean().optional(),
    data: z.object({
      root: hexSchema(32),
      canonical: z.boolean(),
      header: z.object({ message: z.object({ slot: uint, ...fields }) }),
    }),
  });
}
