import { planCancelledFee } from "../commands/operatorFees.ts";
import { operatorTask } from "../operatorTask.ts";

export default operatorTask(planCancelledFee, () => undefined);
