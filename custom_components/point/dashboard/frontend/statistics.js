// Which sensors have statistics. Home Assistant's card has only a notice for a graph without any.

const HOUR = 3_600_000; // milliseconds
const MAX_WAIT = 2_000; // milliseconds that a busy database may delay a view

// Return those sensors that have means in the days that graphs show, in one request. The metadata
// is no help: it includes what will be recorded. If the request fails or takes too long, all
// are returned: the cards then show what they can.
export function findRecorded(hass, sensors, days) {
  const all = new Set(sensors);
  if (!all.size) return all;
  const request = hass.callWS({
    type: "recorder/statistics_during_period",
    start_time: new Date(Date.now() - (24 * days + 1) * HOUR).toISOString(), // as the card does
    statistic_ids: sensors,
    period: "month", // the shortest answer
    types: ["mean"],
  });
  const found = request.then((means) => new Set(Object.keys(means)));
  const limit = new Promise((resolve) => setTimeout(resolve, MAX_WAIT, all));
  return Promise.race([found, limit]).catch(() => all);
}
