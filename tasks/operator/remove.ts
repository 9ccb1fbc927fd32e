import { planOperatorRemoval } from "../commands/ownOperator.ts";
import { operatorTask } from "../operatorTask.ts";

export default operatorTask(planOperatorRemoval, () => undefined);
