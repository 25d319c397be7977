// The scripts of the admin site. Each looks for its own elements and does nothing without them.
import { startHtmx } from "../htmx.js";
import { startScrolls } from "./scrolls.js";
import { startTicks } from "./ticks.js";

startHtmx();
startScrolls();
startTicks();
