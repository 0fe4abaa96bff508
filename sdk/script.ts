import { promptSignals } from "./signals/observers.ts";
import { startFromTag } from "./tag.ts";

startFromTag({ signals: promptSignals, loadLate: (edge) => import(`${edge}/score.js`) });
