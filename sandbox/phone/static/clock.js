/** Exam time, as the sandbox tells it: the phone's own clock in the demo. */

import { sandbox } from "./sandbox_control.js";

const SECOND = 1000;

export function createClock() {
  let offset = 0;
  const listeners = new Set();
  const take = ({ offset_seconds: seconds }) => {
    const moved = Math.abs(seconds * SECOND - offset) > SECOND;
    offset = seconds * SECOND;
    if (moved) for (const listener of listeners) listener();
  };
  return {
    now: () => new Date(Date.now() + offset),
    /** Reads the sandbox's clock; another window may have set it. */
    sync: async () => take(await sandbox.clock()),
    set: async (moment) => take(await sandbox.setClock(inChina(moment))),
    /** Calls `listener` whenever the clock has jumped. */
    onJump: (listener) => listeners.add(listener),
  };
}

/** RFC 3339 at +08:00, whole seconds: how the service and the sandbox write times. */
function inChina(moment) {
  const shifted = new Date(moment.getTime() + 8 * 3600 * SECOND);
  return `${shifted.toISOString().slice(0, 19)}+08:00`;
}
